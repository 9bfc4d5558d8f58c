namespace Espalier.Streets.Shapes;

/// <summary>How much of each pixel a shape covers, 0…1, over a part of the picture.</summary>
internal sealed class Coverage
{
    /// <summary>Nothing covered.</summary>
    public Coverage(int left, int top, int width, int height)
    {
        (Left, Top, Width, Height) = (left, top, Math.Max(width, 1), Math.Max(height, 1));
        Values = new float[Width * Height];
    }

    public int Left { get; }

    public int Top { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Row by row.</summary>
    public float[] Values { get; }

    /// <summary>The coverage at a pixel of the picture; 0 outside of the part.</summary>
    public float At(int x, int y) =>
        (uint)(x - Left) < (uint)Width && (uint)(y - Top) < (uint)Height ? Values[(y - Top) * Width + x - Left] : 0;

    /// <summary>Exact areas of a shape's pixels within a picture of the given size;
    /// <paramref name="margin"/> pixels more around, for blurring.</summary>
    public static Coverage Of(Outline outline, int width, int height, int margin = 0)
    {
        if (outline.Polygons.Count == 0) return new Coverage(0, 0, 1, 1);
        var bounds = outline.Bounds();
        var left = (int)Math.Clamp(Math.Floor(bounds.Left) - margin, -margin, width + margin);
        var top = (int)Math.Clamp(Math.Floor(bounds.Top) - margin, -margin, height + margin);
        var right = (int)Math.Clamp(Math.Ceiling(bounds.Right) + margin + 1, left, width + margin);
        var bottom = (int)Math.Clamp(Math.Ceiling(bounds.Bottom) + margin + 1, top, height + margin);
        var coverage = new Coverage(left, top, right - left, bottom - top);
        AreaFill.Fill(outline, coverage);
        return coverage;
    }

    /// <summary>A copy, smoothed.</summary>
    public Coverage Blurred(double sigma)
    {
        var copy = new Coverage(Left, Top, Width, Height);
        Values.CopyTo(copy.Values, 0);
        GaussianBlur.Apply(copy.Values, Width, Height, 1, sigma);
        return copy;
    }

    /// <summary>This without another.</summary>
    public Coverage Without(Coverage other) => Combine((x, y, value) => value * (1 - other.At(x, y)));

    /// <summary>A copy with every value made new from its place and itself.</summary>
    public Coverage Combine(Func<int, int, float, float> combine)
    {
        var result = new Coverage(Left, Top, Width, Height);
        for (int y = 0, i = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++, i++) result.Values[i] = combine(x + Left, y + Top, Values[i]);
        }

        return result;
    }
}
