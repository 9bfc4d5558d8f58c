using Espalier.Datasets.Loading;
using Espalier.Vision;
#pragma warning disable xUnit1051 // The token is for consumers that wait; these tests wait for nothing.

namespace Espalier.Datasets.Tests;

public sealed class PictureComposerTests
{
    private const int Size = 160;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, .5)]
    public void Boxes_sit_exactly_on_what_they_label(double mosaic, double flips)
    {
        // White boxes on black photos: inside a target everything is white, around it nothing is.
        var options = AugmentationOptions.None with
        {
            Mosaic = mosaic,
            Scale = .3,
            Translate = .1,
            HorizontalFlip = flips,
            VerticalFlip = flips,
        };
        var (dataset, decode) = SamplePictures.Dataset(12, digits: false);
        var loader = new TrainingLoader(
            dataset, new LoaderOptions { ImageSize = Size, BatchSize = 12, Workers = 0, Augmentation = options }, decode: decode);
        var checkedTargets = 0;
        foreach (var batch in loader.Epoch(0))
        {
            foreach (var target in batch.Targets)
            {
                var box = Box.FromCenter(target.X * Size, target.Y * Size, target.Width * Size, target.Height * Size);
                if (box.Width < 8 || box.Height < 8) continue;
                AssertWhite(batch, target.Image, box);
                checkedTargets++;
            }
        }

        Assert.InRange(checkedTargets, 10, 200);
    }

    [Fact]
    public void Without_variation_a_photo_is_letterboxed()
    {
        var (dataset, decode) = SamplePictures.Dataset(3);
        var options = new LoaderOptions { ImageSize = 96, BatchSize = 3, Workers = 0, Augmentation = AugmentationOptions.None };
        var batch = new TrainingLoader(dataset, options, decode: decode).Epoch(0).Select(Copy).Single();
        for (var i = 0; i < 3; i++)
        {
            var entry = dataset.Entries.Single(entry => entry.Path == batch.Sources[i].Path);
            var expected = Letterbox.Square(entry.Width, entry.Height, 96).Apply(decode(entry.Path));
            Assert.Equal(expected.Pixels, batch.Pixels.AsSpan(i * 96 * 96 * 3, 96 * 96 * 3).ToArray());
        }
    }

    [Fact]
    public void Mixup_brings_the_objects_of_two_mosaics()
    {
        var (dataset, decode) = SamplePictures.Dataset(12);
        var still = AugmentationOptions.None with { Mosaic = 1 };
        var plain = Loader(still).Epoch(0).Single().Targets.Length;
        var mixed = Loader(still with { MixUp = 1 }).Epoch(0).Single().Targets.Length;
        Assert.InRange(mixed, plain * 1.5, plain * 2.5);

        TrainingLoader Loader(AugmentationOptions options) => new(
            dataset, new LoaderOptions { ImageSize = Size, BatchSize = 12, Workers = 0, Augmentation = options }, decode: decode);
    }

    internal static Batch Copy(Batch batch) => new()
    {
        Count = batch.Count,
        Height = batch.Height,
        Width = batch.Width,
        Targets = batch.Targets,
        Sources = batch.Sources,
        Pixels = batch.Pixels.AsSpan(0, batch.Count * batch.Height * batch.Width * 3).ToArray(),
    };

    private static void AssertWhite(Batch batch, int image, Box box)
    {
        // Two resamplings blur an edge by up to a pixel either way.
        long inside = 0, pixels = 0;
        for (var y = (int)MathF.Ceiling(box.Top + 1.5f); y < (int)(box.Bottom - 1.5f); y++)
        {
            for (var x = (int)MathF.Ceiling(box.Left + 1.5f); x < (int)(box.Right - 1.5f); x++)
            {
                inside += Level(x, y);
                pixels++;
            }
        }

        Assert.True(inside > 250 * pixels, $"picture {image}: {box} is {inside / (double)pixels} inside");
        var (middleX, middleY) = ((int)box.CenterX, (int)box.CenterY);
        foreach (var (x, y) in new[]
        {
            ((int)(box.Left - 2.5f), middleY), ((int)(box.Right + 2.5f), middleY),
            (middleX, (int)(box.Top - 2.5f)), (middleX, (int)(box.Bottom + 2.5f)),
        })
        {
            // Beyond the frame there is nothing to see; another photo's white box may begin right at a seam.
            if (x < 0 || y < 0 || x >= Size || y >= Size) continue;
            Assert.True(Level(x, y) < 250 || TouchesAnother(batch, image, x, y), $"picture {image}: {box} goes on at ({x}, {y})");
        }

        byte Level(int x, int y) => batch.Pixels[((image * Size + y) * Size + x) * 3];
    }

    private static bool TouchesAnother(Batch batch, int image, int x, int y) => batch.Targets.Any(target =>
        target.Image == image
        && Math.Abs(target.X * Size - x) <= target.Width * Size / 2 + 1 && Math.Abs(target.Y * Size - y) <= target.Height * Size / 2 + 1);
}
