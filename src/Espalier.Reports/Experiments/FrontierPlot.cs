using System.Globalization;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Experiments;

/// <summary>mAP50 against the operations that are kept: a line a criterion, dashed as cut,
/// full after fine-tuning; the dense network across.</summary>
internal static class FrontierPlot
{
    private const float Width = 1000;
    private const float Height = 560;
    private const float Margin = 24;
    private const float LegendWidth = 240;

    /// <summary>Draws a report with at least one thinned model.</summary>
    public static Sheet Draw(ThinningReport report)
    {
        var sheet = new Sheet(Width, Height);
        var dense = report.Dense.First.MeanAveragePrecision50;
        var top = Math.Min(1, Math.Ceiling(report.Models.Max(model => model.First.MeanAveragePrecision50) * 10 + 0.3) / 10);
        var chart = new Chart
        {
            Title = "Accuracy against operations kept",
            Across = "share of the operations that is kept",
            Up = "mAP50",
            Y = (0, top),
        };
        var plot = ChartFrame.Draw(sheet, new SKRect(Margin, Margin, Width - Margin - LegendWidth, Height - Margin), chart);
        var whole = new LineSeries("dense", [0, 1], [dense, dense], Ink.Quiet, 1.5f, Dashed: true);
        whole.Draw(sheet, plot);
        var rows = new List<LegendRow> { new(whole, Text(dense)) };
        foreach (var (index, criterion) in report.Thinned.GroupBy(model => model.Cut!.Criterion).Index())
        {
            var models = criterion.OrderBy(model => model.MultiplyAdds).ToList();
            double[] kept = [.. models.Select(model => (double)model.MultiplyAdds / report.Dense.MultiplyAdds)];
            var tuned = new LineSeries(criterion.Key, kept, [.. models.Select(model => model.First.MeanAveragePrecision50)],
                SeriesInk.Of(index), 2.2f);
            (tuned with { Ys = [.. models.Select(model => model.Cut!.Before.MeanAveragePrecision50)], Width = 1.3f, Dashed = true })
                .Draw(sheet, plot);
            tuned.Draw(sheet, plot);
            rows.Add(new LegendRow(tuned));
        }

        rows.Add(new LegendRow(new LineSeries("as cut, before fine-tuning", [], [], Ink.Quiet, 1.3f, Dashed: true)));
        Legend.Draw(sheet, new SKRect(Width - LegendWidth, plot.Inner.Top, Width - Margin, plot.Inner.Bottom), rows);
        return sheet;
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
