using Espalier.Core;

namespace Espalier.Vision;

/// <summary>Many pictures with captions on one sheet, row by row.</summary>
internal static class ContactSheet
{
    private const int Margin = 6;
    private static readonly Rgb Ground = new(34, 36, 40);
    private static readonly Rgb CellGround = new(22, 23, 26);
    private static readonly Rgb Ink = new(225, 228, 232);

    /// <summary>Lays pictures out.</summary>
    /// <param name="cells">At least one.</param>
    /// <param name="options">The layout; the defaults where null.</param>
    /// <exception cref="OptionException">The layout is outside its ranges, or the sheet would be too large for a picture.</exception>
    public static Picture Compose(IReadOnlyList<ContactSheetCell> cells, ContactSheetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfZero(cells.Count, nameof(cells));
        options ??= new();
        options.Validate();
        var columns = Math.Min(cells.Count, options.Columns > 0 ? options.Columns : BalancedColumns(cells.Count, options));
        var rows = (cells.Count + columns - 1) / columns;
        var caption = cells.Any(cell => cell.Caption.Length > 0)
            ? (GlyphTable.Ascent + GlyphTable.Descent) * options.CaptionScale + Margin : 0;
        var (stepX, stepY) = (options.CellWidth + Margin, options.CellHeight + caption + Margin);
        var (width, height) = (columns * stepX + Margin, (long)rows * stepY + Margin);
        if (width * height > PictureLimits.Default.MaximumPixels)
        {
            throw new OptionException($"A contact sheet of {cells.Count} pictures would have {width} × {height} pixels, where at most "
                + $"{PictureLimits.Default.MaximumPixels} are possible.");
        }

        var sheet = Picture.Filled(width, (int)height, Ground.Red, Ground.Green, Ground.Blue);
        for (var i = 0; i < cells.Count; i++)
        {
            DrawCell(sheet, cells[i], Margin + i % columns * stepX, Margin + i / columns * stepY, options);
        }

        return sheet;
    }

    private static void DrawCell(Picture sheet, ContactSheetCell cell, int x, int y, ContactSheetOptions options)
    {
        Canvas.Fill(sheet, new(x, y, options.CellWidth, options.CellHeight), CellGround);
        var fit = Letterbox.Into(cell.Picture.Width, cell.Picture.Height, options.CellWidth, options.CellHeight);
        var fitted = Resampling.Resize(cell.Picture, fit.ResizedWidth, fit.ResizedHeight, ResizeFilter.Area);
        Canvas.Paste(fitted, sheet, x + fit.Left, y + fit.Top);
        var caption = PictureText.Shorten(cell.Caption, options.CaptionScale, options.CellWidth);
        PictureText.Draw(sheet, x, y + options.CellHeight + Margin / 2 + 1, caption, options.CaptionScale, Ink);
    }

    private static int BalancedColumns(int count, ContactSheetOptions options) =>
        Math.Clamp((int)Math.Ceiling(Math.Sqrt((double)count * options.CellHeight / options.CellWidth)), 1, 100);
}
