namespace Espalier.Vision;

/// <summary>Draws into a picture; what lies outside it is left out.</summary>
internal static class Canvas
{
    /// <summary>Fills a rectangle.</summary>
    public static void Fill(Picture picture, PixelRectangle area, Rgb color)
    {
        var (left, right) = (Math.Clamp(area.X, 0, picture.Width), Math.Clamp(area.Right, 0, picture.Width));
        var (top, bottom) = (Math.Clamp(area.Y, 0, picture.Height), Math.Clamp(area.Bottom, 0, picture.Height));
        for (var y = top; y < bottom; y++)
        {
            var row = picture.Row(y);
            for (var i = left * 3; i < right * 3; i += 3) (row[i], row[i + 1], row[i + 2]) = (color.Red, color.Green, color.Blue);
        }
    }

    /// <summary>Draws a rectangle's edge, inwards.</summary>
    public static void Frame(Picture picture, PixelRectangle area, int thickness, Rgb color)
    {
        var side = Math.Min(thickness, (Math.Min(area.Width, area.Height) + 1) / 2);
        Fill(picture, area with { Height = side }, color);
        Fill(picture, area with { Y = area.Bottom - side, Height = side }, color);
        Fill(picture, area with { Width = side }, color);
        Fill(picture, area with { X = area.Right - side, Width = side }, color);
    }

    /// <summary>Copies a picture into another.</summary>
    public static void Paste(Picture picture, Picture onto, int x, int y)
    {
        for (var row = 0; row < picture.Height; row++) picture.Row(row).CopyTo(onto.Row(y + row)[(x * 3)..]);
    }
}
