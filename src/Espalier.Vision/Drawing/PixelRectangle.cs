namespace Espalier.Vision;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">Its first column.</param>
/// <param name="Y">Its first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct PixelRectangle(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;

    /// <summary>The pixels that a box touches.</summary>
    public static PixelRectangle Around(Box box)
    {
        var (x, y) = ((int)MathF.Round(box.Left), (int)MathF.Round(box.Top));
        return new(x, y, Math.Max((int)MathF.Round(box.Right) - x, 1), Math.Max((int)MathF.Round(box.Bottom) - y, 1));
    }

    /// <summary>Larger by a margin on all sides; smaller for a negative one.</summary>
    public PixelRectangle Grown(int margin) => new(X - margin, Y - margin, Width + 2 * margin, Height + 2 * margin);

    /// <summary>Moved by the least that brings it into a picture, its start first where it is larger than that.</summary>
    public PixelRectangle Within(int width, int height) =>
        this with { X = Math.Max(Math.Min(X, width - Width), 0), Y = Math.Max(Math.Min(Y, height - Height), 0) };

    /// <summary>Pixels that both cover.</summary>
    public long Overlap(PixelRectangle other) =>
        Math.Max(Math.Min(Right, other.Right) - Math.Max(X, other.X), 0L) * Math.Max(Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y),
            0);
}
