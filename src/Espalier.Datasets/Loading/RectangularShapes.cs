namespace Espalier.Datasets.Loading;

/// <summary>Validation photos sorted so that those of like shape share a batch of just that shape.</summary>
internal static class RectangularShapes
{
    /// <summary>Beside what rounding up brings, half a stride of grey on the whole, as YOLOv5 validates.</summary>
    private const double Padding = .5;

    /// <summary>The entries' indices from the widest to the tallest; equal shapes keep their order.</summary>
    public static int[] Order(IReadOnlyList<DatasetEntry> entries) =>
        [.. Enumerable.Range(0, entries.Count).OrderBy(index => AspectRatio(entries[index]))];

    /// <summary>The shape in which all photos of a batch fit with their longer side at the image size.</summary>
    /// <returns>Width and height in pixels, multiples of the stride.</returns>
    public static (int Width, int Height) ShapeOf(IEnumerable<DatasetEntry> batch, int imageSize, int stride)
    {
        var (least, most) = (double.MaxValue, 0.0);
        foreach (var entry in batch)
        {
            var ratio = AspectRatio(entry);
            (least, most) = (Math.Min(least, ratio), Math.Max(most, ratio));
        }

        // All wide: as high as the least wide one needs; all tall: as wide as the least tall one needs; mixed: square.
        var (width, height) = most < 1 ? (1, most) : least > 1 ? (1 / least, 1) : (1.0, 1.0);
        return (RoundUp(width), RoundUp(height));

        int RoundUp(double share) => (int)Math.Ceiling(share * imageSize / stride + Padding) * stride;
    }

    private static double AspectRatio(DatasetEntry entry) => (double)entry.Height / entry.Width;
}
