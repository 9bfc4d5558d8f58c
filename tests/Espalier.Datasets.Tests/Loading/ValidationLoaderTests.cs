using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Vision;
#pragma warning disable xUnit1051 // The token is for consumers that wait; these tests wait for nothing.

namespace Espalier.Datasets.Tests;

public sealed class ValidationLoaderTests
{
    private static readonly ValidationLoaderOptions Options = new() { ImageSize = 160, BatchSize = 5, Workers = 2 };

    [Fact]
    public void Every_photo_comes_once_sorted_from_wide_to_tall()
    {
        var sources = Loader(Options, 23).Batches().SelectMany(batch => batch.Sources).ToList();
        Assert.Equal(23, sources.Select(source => source.Path).Distinct().Count());
        var ratios = sources.Select(source => source.OriginalHeight / (double)source.OriginalWidth).ToList();
        Assert.Equal(ratios.Order(), ratios);
    }

    [Theory]
    [InlineData(100, 50, 192, 96)] // all wide: 160 / 32 + .5 → 6 strides; 80 / 32 + .5 = 3 → 3
    [InlineData(50, 100, 96, 192)]
    [InlineData(100, 52, 192, 128)] // 83.2 / 32 + .5 = 3.1 → 4
    [InlineData(100, 100, 192, 192)]
    public void A_batchs_shape_follows_its_photos(int width, int height, int batchWidth, int batchHeight)
    {
        var entry = new DatasetEntry("photo", width, height, []);
        Assert.Equal((batchWidth, batchHeight), RectangularShapes.ShapeOf([entry], 160, 32));
    }

    [Fact]
    public void A_batch_is_as_high_as_its_least_wide_photo_needs()
    {
        DatasetEntry wide = new("a", 100, 20, []), lessWide = new("b", 100, 50, []), tall = new("c", 50, 100, []);
        Assert.Equal((192, 96), RectangularShapes.ShapeOf([wide, lessWide], 160, 32));
        Assert.Equal((192, 192), RectangularShapes.ShapeOf([wide, tall], 160, 32));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Targets_go_back_to_the_photos_own_labels(bool rectangular)
    {
        foreach (var batch in Loader(Options with { Rectangular = rectangular }, 12).Batches())
        {
            foreach (var target in batch.Targets)
            {
                var box = Box.FromCenter(
                    target.X * batch.Width, target.Y * batch.Height, target.Width * batch.Width, target.Height * batch.Height);
                var source = batch.Sources[target.Image];
                var back = source.ToOriginal(box);
                Assert.Contains(source.Labels, label =>
                    label.Class == target.Class
                    && Math.Abs(label.Box.Left - back.Left) < 1e-3 && Math.Abs(label.Box.Top - back.Top) < 1e-3
                    && Math.Abs(label.Box.Right - back.Right) < 1e-3 && Math.Abs(label.Box.Bottom - back.Bottom) < 1e-3);
            }
        }
    }

    [Fact]
    public void Photos_are_enlarged_bilinearly_shrunk_by_area_and_padded_with_grey()
    {
        DatasetEntry small = new("small", 80, 40, []), large = new("large", 640, 320, []);
        var pictures = new Dictionary<string, Picture>
        {
            ["small"] = SamplePictures.Smooth(80, 40),
            ["large"] = SamplePictures.Smooth(640, 320, 1),
        };
        var loader = new ValidationLoader(new DetectionDataset([small, large], ["a"], []), Options, decode: path => pictures[path]);
        var batch = loader.Batches().Select(PictureComposerTests.Copy).Single();
        Assert.Equal((192, 96), (batch.Width, batch.Height));
        for (var i = 0; i < 2; i++)
        {
            var filter = batch.Sources[i].Path == "small" ? ResizeFilter.Bilinear : ResizeFilter.Area;
            var resized = Resampling.Resize(pictures[batch.Sources[i].Path], 160, 80, filter);
            Assert.Equal((16f, 8f), (batch.Sources[i].PadX, batch.Sources[i].PadY));
            var picture = batch.Pixels.AsSpan(i * 192 * 96 * 3, 192 * 96 * 3);
            Assert.Equal(resized.Row(0).ToArray(), picture.Slice((8 * 192 + 16) * 3, 160 * 3).ToArray());
            Assert.Equal(resized.Row(79).ToArray(), picture.Slice((87 * 192 + 16) * 3, 160 * 3).ToArray());
            Assert.All(picture[..(7 * 192 * 3)].ToArray(), level => Assert.Equal(114, level));
        }
    }

    [Fact]
    public void A_photo_that_does_not_decode_is_left_out_and_reported()
    {
        var (dataset, decode) = SamplePictures.Dataset(7);
        var problems = new List<DatasetProblem>();
        var loader = new ValidationLoader(dataset, Options with { BatchSize = 1 }, problems.Add, path =>
            path == "0002" ? throw new PictureException("0002 is cut off.") : decode(path));
        for (var round = 0; round < 2; round++)
        {
            var paths = loader.Batches().SelectMany(batch => batch.Sources.Select(source => source.Path)).Order();
            Assert.Equal(["0000", "0001", "0003", "0004", "0005", "0006"], paths);
        }

        Assert.Equal("0002", Assert.Single(problems).Path);
        Assert.Equal(7, loader.BatchCount);
    }

    [Fact]
    public void Nonsense_options_are_refused_with_the_range()
    {
        Assert.Equal(
            "The image size must be a multiple of the stride, 32, but is 150.",
            Assert.Throws<OptionException>(() => Loader(Options with { ImageSize = 150 }, 3)).Message);
        Assert.Throws<OptionException>(() => Loader(Options with { BatchSize = 0 }, 3));
        Assert.Throws<OptionException>(() => Loader(Options with { Workers = 65 }, 3));
        Assert.Throws<EspalierException>(() => Loader(Options, 0));
    }

    private static ValidationLoader Loader(ValidationLoaderOptions options, int photos)
    {
        var (dataset, decode) = SamplePictures.Dataset(photos);
        return new ValidationLoader(dataset, options, decode: decode);
    }
}
