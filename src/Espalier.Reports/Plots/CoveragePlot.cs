using System.Globalization;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary><c>number_curve.png</c>: how many of the numbers that are read are right,
/// against the share of pictures that are read at all.</summary>
internal static class CoveragePlot
{
    private const float Width = 900;
    private const float Height = 560;
    private const float Margin = 24;
    private const float LegendWidth = 260;

    /// <summary>Draws it; null where no picture has a number.</summary>
    public static Sheet? Draw(NumberAccuracy accuracy)
    {
        if (accuracy.Curve.Count == 0) return null;
        var sheet = new Sheet(Width, Height);
        var chart = new Chart
        {
            Title = "Whole house numbers",
            Across = "share of the pictures whose number is read",
            Up = "share of those that is right",
            Y = (0, 1),
        };
        var plot = ChartFrame.Draw(sheet, new SKRect(Margin, Margin, Width - Margin - LegendWidth, Height - Margin), chart);
        var curve = new LineSeries("right, the doubtful left unread", [.. accuracy.Curve.Select(point => point.Coverage)],
            [.. accuracy.Curve.Select(point => point.Accuracy)], SeriesInk.Of(0), 2.2f);
        curve.Draw(sheet, plot);
        List<LegendRow> rows = [new(curve, Text(accuracy.Accuracy))];
        foreach (var wanted in (double[])[0.9, 0.95, 0.99])
        {
            var level = new LineSeries($"{Text(wanted)} right: coverage", [0, 1], [wanted, wanted], Ink.Quiet, 1, Dashed: true);
            level.Draw(sheet, plot);
            rows.Add(new LegendRow(level, Text(accuracy.CoverageAt(wanted))));
        }

        Legend.Draw(sheet, new SKRect(Width - LegendWidth, plot.Inner.Top, Width - Margin, plot.Inner.Bottom), rows);
        return sheet;
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
