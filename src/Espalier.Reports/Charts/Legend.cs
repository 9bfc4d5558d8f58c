using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>Names a chart's lines, one below the other: a piece of the line, its name, and a value to the right.</summary>
internal static class Legend
{
    public const float RowHeight = 20;
    private const float Piece = 18;
    private const float Gap = 8;

    /// <summary>Draws rows from an area's top on; what does not fit below is left out.</summary>
    public static void Draw(Sheet sheet, SKRect area, IReadOnlyList<LegendRow> rows)
    {
        var y = area.Top + RowHeight / 2;
        foreach (var row in rows)
        {
            if (y + RowHeight / 2 > area.Bottom + 1) return;
            using var dashes = row.Line.Dashed ? SKPathEffect.CreateDash([5, 3.5f], 0) : null;
            using var paint = new SKPaint
            {
                Color = row.Line.Color,
                StrokeWidth = row.Line.Width + 0.5f,
                IsAntialias = true,
                Style = SKPaintStyle.Stroke,
                PathEffect = dashes,
            };
            sheet.Canvas.DrawLine(area.Left, y, area.Left + Piece, y, paint);
            var value = row.Value.Length == 0 ? 0 : Sheet.Measure(row.Value, ChartFrame.LabelSize) + Gap;
            var name = Sheet.Shorten(row.Line.Name, ChartFrame.LabelSize, area.Width - Piece - Gap - value, row.Bold);
            sheet.Write(name, area.Left + Piece + Gap, y, new TextStyle(ChartFrame.LabelSize, Ink.Text, row.Bold));
            sheet.Write(row.Value, area.Right, y,
                new TextStyle(ChartFrame.LabelSize, row.Bold ? Ink.Text : Ink.Quiet, row.Bold, Anchor.End));
            y += RowHeight;
        }
    }
}

/// <summary>A row of a legend.</summary>
/// <param name="Line">The line it names.</param>
/// <param name="Value">What stands to the right; may be empty.</param>
/// <param name="Bold">Whether it stands out.</param>
internal readonly record struct LegendRow(LineSeries Line, string Value = "", bool Bold = false);
