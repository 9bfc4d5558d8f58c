using System.Diagnostics;
using Espalier.Datasets.Loading;
using Espalier.Vision;
#pragma warning disable xUnit1051 // The token is for consumers that wait; these runs are stopped by whoever started them.

namespace Espalier.Datasets.Tests;

/// <summary>Run by hand (<c>-explicit only</c>): what training pictures look like, and how long one takes.</summary>
public sealed class ByHand(ITestOutputHelper output)
{
    private const int Size = 160;
    private const int Columns = 6;

    [Theory(Explicit = true)]
    [InlineData("default", 0, 0, 0)]
    [InlineData("strong", 15, 5, .3)]
    [InlineData("plain", 0, 0, -1)]
    public void Sheet_of_training_pictures(string name, double degrees, double shear, double mixUp)
    {
        var augmentation = mixUp < 0
            ? AugmentationOptions.ForDigits with { Mosaic = 0 }
            : AugmentationOptions.ForDigits with { Degrees = degrees, Shear = shear, MixUp = mixUp };
        var options = new LoaderOptions { ImageSize = Size, BatchSize = Columns * 4, Augmentation = augmentation };
        var batch = new TrainingLoader(StreetPhotos.Require(), options).Epoch(0).First();
        var path = Path.Combine(Path.GetTempPath(), $"espalier-training-pictures-{name}.png");
        PictureWriter.Write(path, Sheet(batch));
        output.WriteLine(path);
    }

    [Fact(Explicit = true)]
    public void Milliseconds_a_mosaic_from_cached_photos_on_one_core()
    {
        var dataset = StreetPhotos.Require();
        foreach (var (name, augmentation) in new[]
        {
            ("low augmentation", AugmentationOptions.ForDigits),
            ("without colour", AugmentationOptions.ForDigits with { HueGain = 0, SaturationGain = 0, ValueGain = 0 }),
            ("turned by up to 15°", AugmentationOptions.ForDigits with { Degrees = 15 }),
            ("perspective", AugmentationOptions.ForDigits with { Perspective = .0005 }),
        })
        {
            var loader = new TrainingLoader(
                dataset, new LoaderOptions { ImageSize = Size, BatchSize = 64, Workers = 0, Augmentation = augmentation });
            for (var epoch = 0; epoch < 4; epoch++) Assert.Equal(dataset.Entries.Count, loader.Epoch(epoch).Sum(batch => batch.Count));
            var best = double.MaxValue;
            for (var epoch = 4; epoch < 16; epoch++)
            {
                var watch = Stopwatch.StartNew();
                var pictures = loader.Epoch(epoch).Sum(batch => batch.Count);
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds / pictures);
            }

            output.WriteLine(FormattableString.Invariant($"{name}: {best:0.000} ms"));
        }
    }

    private static Picture Sheet(Batch batch)
    {
        const int Zoom = 2;
        var sheet = new Picture(Columns * Size * Zoom, (batch.Count + Columns - 1) / Columns * Size * Zoom);
        for (var i = 0; i < batch.Count; i++)
        {
            var picture = new Picture(Size, Size, batch.Pixels.AsSpan(i * Size * Size * 3, Size * Size * 3).ToArray());
            picture = Resampling.Resize(picture, Size * Zoom, Size * Zoom);
            foreach (var target in batch.Targets.Where(target => target.Image == i))
            {
                var side = (float)picture.Width;
                Outline(picture, Box.FromCenter(target.X * side, target.Y * side, target.Width * side, target.Height * side));
            }

            for (var row = 0; row < picture.Height; row++)
            {
                picture.Row(row).CopyTo(sheet.Row(i / Columns * picture.Height + row)[(i % Columns * picture.Width * 3)..]);
            }
        }

        return sheet;
    }

    private static void Outline(Picture picture, Box box)
    {
        var (left, right) = ((int)box.Left, Math.Min((int)box.Right, picture.Width - 1));
        var (top, bottom) = ((int)box.Top, Math.Min((int)box.Bottom, picture.Height - 1));
        for (var x = left; x <= right; x++)
        {
            Paint(x, top);
            Paint(x, bottom);
        }

        for (var y = top; y <= bottom; y++)
        {
            Paint(left, y);
            Paint(right, y);
        }

        void Paint(int x, int y) => ((byte[])[0, 255, 0]).CopyTo(picture.Row(y)[(x * 3)..]);
    }
}
