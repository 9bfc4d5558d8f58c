using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>Accuracy against what is kept of a network: a line a way of cutting,
/// the whole network's accuracy across, the cliff shaded.</summary>
internal static class TradeOffPlot
{
    private const float Width = 900;
    private const float Height = 560;
    private const float Margin = 24;
    private const float LegendWidth = 220;

    /// <summary>Draws it.</summary>
    public static Sheet Draw(TradeOff tradeOff)
    {
        var sheet = new Sheet(Width, Height);
        var top = Math.Min(1, Math.Ceiling(Math.Max(tradeOff.Whole, tradeOff.Lines.SelectMany(line => line.Points)
            .Max(point => point.Accuracy)) * 10 + 0.2) / 10);
        var chart = new Chart
        {
            Title = tradeOff.Title,
            Across = "share of the operations that is kept",
            Up = tradeOff.Measure,
            Y = (0, top),
        };
        var plot = ChartFrame.Draw(sheet, new SKRect(Margin, Margin, Width - Margin - LegendWidth, Height - Margin), chart);
        if (tradeOff.Cliff is { } cliff)
            sheet.Fill(new SKRect(plot.Across(cliff.Below), plot.Inner.Top, plot.Across(cliff.Above), plot.Inner.Bottom),
                Ink.OfClass(0).WithAlpha(28));
        var whole = new LineSeries("whole network", [0, 1], [tradeOff.Whole, tradeOff.Whole], Ink.Quiet, 1.5f, Dashed: true);
        whole.Draw(sheet, plot);
        var rows = new List<LegendRow> { new(whole, Text(tradeOff.Whole)) };
        foreach (var (index, line) in tradeOff.Lines.Index())
        {
            var points = line.Points.OrderBy(point => point.Kept).ToList();
            var series = new LineSeries(line.Name, [.. points.Select(point => point.Kept)], [.. points.Select(point => point.Accuracy)],
                Ink.OfClass(index), 2);
            series.Draw(sheet, plot);
            rows.Add(new LegendRow(series));
        }

        if (tradeOff.Cliff is not null) rows.Add(new LegendRow(new LineSeries("steepest fall", [], [], Ink.OfClass(0).WithAlpha(60), 10)));
        Legend.Draw(sheet, new SKRect(Width - LegendWidth, plot.Inner.Top, Width - Margin, plot.Inner.Bottom), rows);
        return sheet;
    }

    private static string Text(double value) => value.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
