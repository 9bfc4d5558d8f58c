using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>How batch-norm scales |γ| are distributed before and after sparse training.</summary>
internal static class ScalesPlot
{
    private const float Width = 900;
    private const float Height = 420;
    private const float Margin = 24;
    private const int Bins = 60;

    /// <summary>Draws both distributions as shares of all scales.</summary>
    public static Sheet Draw(IReadOnlyList<float> dense, IReadOnlyList<float> sparse)
    {
        var sheet = new Sheet(Width, Height);
        var most = AxisTicks.RoundUp(Math.Min(dense.Concat(sparse).Select(Math.Abs).DefaultIfEmpty(1).Max(), 4));
        double[] before = Shares(dense, most), after = Shares(sparse, most);
        var highest = AxisTicks.RoundUp(before.Concat(after).Max());
        var plot = ChartFrame.Draw(
            sheet, new SKRect(Margin, Margin, Width - Margin - 180, Height - Margin),
            new Chart { Title = "Batch-norm scales", Across = "|γ|", Up = "share of the scales", X = (0, most), Y = (0, highest) });
        Steps(sheet, plot, before, most, SeriesInk.Of(0));
        Steps(sheet, plot, after, most, SeriesInk.Of(1));
        Legend.Draw(sheet, new SKRect(Width - 180, plot.Inner.Top, Width - Margin, plot.Inner.Bottom),
        [
            new LegendRow(new LineSeries("dense", [], [], SeriesInk.Of(0))),
            new LegendRow(new LineSeries("sparse", [], [], SeriesInk.Of(1))),
        ]);
        return sheet;
    }

    private static void Steps(Sheet sheet, PlotArea plot, double[] shares, double most, SKColor color)
    {
        for (var bin = 0; bin < shares.Length; bin++)
        {
            if (shares[bin] == 0) continue;
            var (left, right) = (plot.Across(bin * most / Bins), plot.Across((bin + 1) * most / Bins));
            sheet.Fill(new SKRect(left, plot.Up(shares[bin]), right, plot.Inner.Bottom), color.WithAlpha(110));
        }
    }

    private static double[] Shares(IReadOnlyList<float> scales, double most)
    {
        var shares = new double[Bins];
        foreach (var scale in scales) shares[Math.Min((int)(Math.Abs(scale) / most * Bins), Bins - 1)] += 1.0 / scales.Count;
        return shares;
    }
}
