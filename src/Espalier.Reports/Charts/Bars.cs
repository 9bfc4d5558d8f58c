using System.Globalization;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>Counts as bars.</summary>
internal static class Bars
{
    private const float MostWidth = 60;

    /// <summary>Draws a bar a name, with its count above where there is room.</summary>
    /// <param name="sheet">Where.</param>
    /// <param name="area">Of the whole chart.</param>
    /// <param name="title">Above it.</param>
    /// <param name="across">What the names are.</param>
    /// <param name="names">At least one.</param>
    /// <param name="counts">As many.</param>
    /// <param name="color">The colour of each bar.</param>
    public static void Draw(Sheet sheet, SKRect area, string title, string across, IReadOnlyList<string> names, IReadOnlyList<int> counts,
        Func<int, SKColor> color)
    {
        var highest = AxisTicks.RoundUp(counts.Max() * 1.08);
        var plot = ChartFrame.Draw(sheet, area,
            new Chart { Title = title, Across = across, X = (-0.5, names.Count - 0.5), Y = (0, highest), Names = names });
        var step = plot.Inner.Width / names.Count;
        var half = Math.Min(step * 0.8f, MostWidth) / 2;
        var texts = counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)).ToArray();
        var named = texts.All(text => Sheet.Measure(text, ChartFrame.TickSize) < step - 2);
        for (var i = 0; i < counts.Count; i++)
        {
            var (x, top) = (plot.Across(i), plot.Up(counts[i]));
            sheet.Fill(new SKRect(x - half, top, x + half, plot.Inner.Bottom), color(i));
            if (named)
                sheet.Write(texts[i], x, top - 4, new TextStyle(ChartFrame.TickSize, Ink.Text, Across: Anchor.Middle, Down: Anchor.End));
        }
    }
}
