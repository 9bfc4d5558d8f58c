using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Photos;

/// <summary>Pictures in rows of equal cells below a heading, section by section.</summary>
internal static class TileSheet
{
    public const int Columns = 4;
    private const float Cell = 250;
    private const float Gap = 10;
    private const float Margin = 20;
    private const float HeadingHeight = 34;
    private const float CaptionHeight = 22;
    private const float PixelsAUnit = 1.5f;

    /// <summary>Draws sections of at least one tile each.</summary>
    public static Sheet Draw(params IReadOnlyList<TileSection> sections)
    {
        var height = 2 * Margin - Gap + sections.Sum(Height);
        var sheet = new Sheet(2 * Margin + Columns * Cell + (Columns - 1) * Gap, height, PixelsAUnit);
        var y = Margin;
        foreach (var section in sections)
        {
            sheet.Write(Sheet.Shorten(section.Heading, ChartFrame.TitleSize + 1, sheet.Width - 2 * Margin, bold: true), Margin,
                y, new TextStyle(ChartFrame.TitleSize + 1, Ink.Text, Bold: true, Down: Anchor.Start));
            var top = y + HeadingHeight - Gap;
            for (var i = 0; i < section.Tiles.Count; i++)
                DrawTile(sheet, section.Tiles[i], Margin + i % Columns * (Cell + Gap), top + i / Columns * RowHeight(section));
            y += Height(section);
        }

        return sheet;
    }

    private static void DrawTile(Sheet sheet, Tile tile, float x, float y)
    {
        TilePainter.Draw(sheet, SKRect.Create(x, y, Cell, Cell), tile);
        var caption = Sheet.Shorten(tile.Caption, ChartFrame.LabelSize, Cell, bold: true);
        var middle = y + Cell + CaptionHeight / 2;
        sheet.Write(caption, x, middle, new TextStyle(ChartFrame.LabelSize, Ink.Text, Bold: true));
        var taken = caption.Length == 0 ? 0 : Sheet.Measure(caption, ChartFrame.LabelSize, bold: true) + 8;
        sheet.Write(Sheet.Shorten(tile.Remark, ChartFrame.TickSize, Cell - taken), x + taken, middle,
            new TextStyle(ChartFrame.TickSize, Ink.Quiet));
    }

    private static float RowHeight(TileSection section) => Cell + Gap + (section.HasCaptions ? CaptionHeight : 0);

    private static float Height(TileSection section) => HeadingHeight + (section.Tiles.Count + Columns - 1) / Columns * RowHeight(section);
}

/// <summary>Pictures below one heading.</summary>
/// <param name="Heading">One line.</param>
/// <param name="Tiles">At least one.</param>
internal sealed record TileSection(string Heading, IReadOnlyList<Tile> Tiles)
{
    public bool HasCaptions => Tiles.Any(tile => tile.Caption.Length + tile.Remark.Length > 0);
}
