using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>Distributions one below the other, each standing on a line of its own
/// and reaching over those above: how something moves.</summary>
internal static class Ridges
{
    /// <summary>From one ridge's line to the next.</summary>
    public const float Row = 27;

    /// <summary>How far the highest ridge reaches up.</summary>
    public const float Reach = 2.6f * Row;
    private const float Gap = 8;
    private const float RoomATick = 60;

    /// <summary>How high a chart of some ridges must be, from the top of the highest to the ends of the axis' texts.</summary>
    public static float HeightOf(int ridges) => Reach + (ridges - 1) * Row + ChartFrame.TickSize + ChartFrame.LabelSize + 4 * Gap;

    /// <summary>Draws them, the first at the top.</summary>
    /// <param name="sheet">Where.</param>
    /// <param name="area">From the left edge of the axis to its right; names stand to its left, values to its right.</param>
    /// <param name="across">What the axis counts.</param>
    /// <param name="to">Where the axis ends; it begins at 0.</param>
    /// <param name="ridges">At least one.</param>
    public static void Draw(Sheet sheet, SKRect area, string across, double to, IReadOnlyList<Ridge> ridges)
    {
        var bottom = area.Top + Reach + (ridges.Count - 1) * Row;
        var plot = new PlotArea(new SKRect(area.Left, area.Top, area.Right, bottom), (0, to), (0, 1));
        DrawAxis(sheet, plot, across);
        var highest = Math.Max(ridges.Max(ridge => ridge.Heights.Max()), double.Epsilon);
        for (var i = 0; i < ridges.Count; i++)
        {
            var line = area.Top + Reach + i * Row;
            DrawRidge(sheet, plot, line, ridges[i], highest);
            sheet.Write(ridges[i].Name, area.Left - Gap, line - 4, new TextStyle(ChartFrame.TickSize, Ink.Text, Across: Anchor.End));
            sheet.Write(ridges[i].Value, area.Right + Gap, line - 4, new TextStyle(ChartFrame.TickSize, Ink.Text));
        }
    }

    private static void DrawAxis(Sheet sheet, PlotArea plot, string across)
    {
        var ticks = AxisTicks.Between(plot.X.From, plot.X.To, Math.Clamp((int)(plot.Inner.Width / RoomATick) + 1, 2, 11));
        foreach (var value in ticks.Values)
        {
            var x = plot.Across(value);
            sheet.Line(x, plot.Inner.Top, x, plot.Inner.Bottom + 4, Ink.Grid);
            sheet.Write(ticks.Text(value), x, plot.Inner.Bottom + Gap + 2,
                new TextStyle(ChartFrame.TickSize, Ink.Quiet, Across: Anchor.Middle, Down: Anchor.Start));
        }

        sheet.Write(across, plot.Inner.MidX, plot.Inner.Bottom + ChartFrame.TickSize + 2.5f * Gap,
            new TextStyle(ChartFrame.LabelSize, Ink.Text, Across: Anchor.Middle, Down: Anchor.Start));
    }

    private static void DrawRidge(Sheet sheet, PlotArea plot, float line, Ridge ridge, double highest)
    {
        using var edge = new SKPath();
        edge.MoveTo(plot.Inner.Left, Up(0));
        for (var bin = 0; bin < ridge.Heights.Count; bin++) edge.LineTo(plot.Across((bin + 0.5) * ridge.BinWidth), Up(bin));
        edge.LineTo(plot.Across(ridge.Heights.Count * ridge.BinWidth), line);
        using var inside = new SKPath(edge);
        inside.LineTo(plot.Inner.Right, line);
        inside.LineTo(plot.Inner.Left, line);
        inside.Close();

        // Nearly opaque: what is behind is hinted at, and does not confuse.
        using var fill = new SKPaint { Color = ridge.Color.WithAlpha(215), IsAntialias = true };
        using var stroke = new SKPaint
        {
            Color = Ink.Paper,
            StrokeWidth = 1.4f,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeJoin = SKStrokeJoin.Round,
        };
        sheet.Canvas.DrawPath(inside, fill);
        sheet.Canvas.DrawPath(edge, stroke);
        sheet.Line(plot.Inner.Left, line, plot.Inner.Right, line, ridge.Color);

        float Up(int bin) => line - (float)(ridge.Heights[bin] / highest) * Reach;
    }
}

/// <summary>One distribution.</summary>
/// <param name="Name">To its left.</param>
/// <param name="Value">To its right.</param>
/// <param name="Heights">A bin each, from 0 up; all ridges' are on one scale.</param>
/// <param name="BinWidth">In units of the axis.</param>
/// <param name="Color">Its colour.</param>
internal sealed record Ridge(string Name, string Value, IReadOnlyList<double> Heights, double BinWidth, SKColor Color);
