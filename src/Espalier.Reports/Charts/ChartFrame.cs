using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>Draws a chart's title, grid, axes and their texts, and tells what room is left for the values.</summary>
internal static class ChartFrame
{
    public const float TitleSize = 14;
    public const float LabelSize = 12;
    public const float TickSize = 11;
    private const float TitleHeight = 26;
    private const float Gap = 6;
    private const float RoomATick = 46;

    private static readonly TextStyle TickAcross = new(TickSize, Ink.Quiet, Across: Anchor.Middle, Down: Anchor.Start);
    private static readonly TextStyle TickUp = new(TickSize, Ink.Quiet, Across: Anchor.End);

    /// <summary>Draws into an area.</summary>
    public static PlotArea Draw(Sheet sheet, SKRect area, Chart chart)
    {
        sheet.Write(Sheet.Shorten(chart.Title, TitleSize, area.Width, bold: true), area.Left, area.Top,
            new TextStyle(TitleSize, Ink.Text, Bold: true, Down: Anchor.Start));
        var bottom = area.Bottom - TickSize - 2 * Gap - (chart.Across.Length > 0 ? LabelSize + Gap : 0);
        var top = area.Top + TitleHeight;
        var rows = AxisTicks.Between(chart.Y.From, chart.Y.To, Math.Clamp((int)((bottom - top) / RoomATick) + 1, 3, 8));
        var widest = rows.Values.Max(value => Sheet.Measure(rows.Text(value), TickSize));
        var left = area.Left + (chart.Up.Length > 0 ? LabelSize + 2 * Gap : 0) + widest + Gap;
        var inner = Squared(new SKRect(left, top, area.Right - Gap, bottom), chart);
        var plot = new PlotArea(inner, chart.X, chart.Downwards ? (chart.Y.To, chart.Y.From) : chart.Y);
        DrawRows(sheet, plot, rows);
        DrawColumns(sheet, plot, chart);
        sheet.Line(inner.Left, inner.Bottom, inner.Right, inner.Bottom, Ink.Axis);
        if (chart.Across.Length > 0)
        {
            sheet.Write(Sheet.Shorten(chart.Across, LabelSize, inner.Width), inner.MidX, inner.Bottom + TickSize + 3 * Gap,
                new TextStyle(LabelSize, Ink.Text, Across: Anchor.Middle, Down: Anchor.Start));
        }

        if (chart.Up.Length > 0)
        {
            sheet.Write(Sheet.Shorten(chart.Up, LabelSize, inner.Height), inner.Left - widest - 2 * Gap - LabelSize / 2,
                inner.MidY, new TextStyle(LabelSize, Ink.Text, Across: Anchor.Middle, Upwards: true));
        }

        return plot;
    }

    private static SKRect Squared(SKRect inner, Chart chart)
    {
        if (!chart.Square) return inner;
        var side = Math.Min(inner.Width, inner.Height);
        return new SKRect(inner.Left, inner.Bottom - side, inner.Left + side, inner.Bottom);
    }

    private static void DrawRows(Sheet sheet, PlotArea plot, AxisTicks ticks)
    {
        foreach (var value in ticks.Values)
        {
            var y = plot.Up(value);
            sheet.Line(plot.Inner.Left, y, plot.Inner.Right, y, Ink.Grid);
            sheet.Write(ticks.Text(value), plot.Inner.Left - Gap, y, TickUp);
        }
    }

    private static void DrawColumns(Sheet sheet, PlotArea plot, Chart chart)
    {
        if (chart.Names is { } names)
        {
            DrawNames(sheet, plot, names);
            return;
        }

        var ticks = AxisTicks.Between(chart.X.From, chart.X.To, Math.Clamp((int)(plot.Inner.Width / RoomATick) + 1, 2, 11), chart.WholeX);
        foreach (var value in ticks.Values)
        {
            var x = plot.Across(value);
            sheet.Line(x, plot.Inner.Top, x, plot.Inner.Bottom, Ink.Grid);
            sheet.Write(ticks.Text(value), x, plot.Inner.Bottom + Gap, TickAcross);
        }
    }

    // Every name where there is room, else every second, third, ….
    private static void DrawNames(Sheet sheet, PlotArea plot, IReadOnlyList<string> names)
    {
        var step = plot.Inner.Width / names.Count;
        var widest = Math.Min(names.Max(name => Sheet.Measure(name, TickSize)), 90) + Gap;
        var every = (int)Math.Max(Math.Ceiling(widest / step), 1);
        for (var i = 0; i < names.Count; i += every)
        {
            sheet.Write(Sheet.Shorten(names[i], TickSize, every * step - Gap / 2), plot.Across(i), plot.Inner.Bottom + Gap, TickAcross);
        }
    }
}
