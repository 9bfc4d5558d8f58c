namespace Espalier.Vision;

/// <summary>A part of a picture that is looked at by itself.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Core">Where its findings count: not at its rim, where things are cut.</param>
internal sealed record LookFrame(int Left, int Top, int Width, int Height, Box Core)
{
    /// <summary>Whether the middle of a box, in the picture's pixels, lies where the frame's findings count.</summary>
    public bool Covers(Box box) => box.CenterX >= Core.Left && box.CenterX < Core.Right && box.CenterY >= Core.Top
        && box.CenterY < Core.Bottom;

    /// <summary>A box of the frame in the picture's pixels.</summary>
    public Box ToPicture(Box box) => box.ScaleAndMove(1, 1, Left, Top);

    /// <summary>The part as a picture of its own.</summary>
    public Picture CutFrom(Picture picture)
    {
        var part = new Picture(Width, Height);
        for (var row = 0; row < Height; row++) picture.Row(Top + row).Slice(Left * 3, Width * 3).CopyTo(part.Row(row));
        return part;
    }
}
