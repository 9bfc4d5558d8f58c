using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training.Thinning;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary>Every convolution's channels before and after a cut: the whole width pale, what is left in colour.</summary>
internal static class WidthsPlot
{
    private const float Width = 1200;
    private const float Height = 420;
    private const float Margin = 24;

    /// <summary>Draws at least one layer.</summary>
    public static Sheet Draw(IReadOnlyList<LayerWidth> widths)
    {
        var sheet = new Sheet(Width, Height);
        var highest = AxisTicks.RoundUp(widths.Max(layer => layer.Before) * 1.02);
        string[] names = [.. widths.Select(layer => Short(layer.Layer))];
        var plot = ChartFrame.Draw(sheet, new SKRect(Margin, Margin, Width - Margin, Height - Margin), new Chart
        {
            Title = "Channels of every convolution: pale before the cut, full after it",
            Across = "layer",
            Up = "channels",
            X = (-0.5, names.Length - 0.5),
            Y = (0, highest),
            Names = names,
        });
        var half = plot.Inner.Width / names.Length * 0.4f;
        foreach (var (index, layer) in widths.Index())
        {
            var x = plot.Across(index);
            sheet.Fill(new SKRect(x - half, plot.Up(layer.Before), x + half, plot.Inner.Bottom), SeriesInk.Of(0).WithAlpha(60));
            sheet.Fill(new SKRect(x - half, plot.Up(layer.After), x + half, plot.Inner.Bottom), SeriesInk.Of(0));
        }

        return sheet;
    }

    private static string Short(string layer) =>
        layer.Replace("model.", "", StringComparison.Ordinal).Replace(".conv", "", StringComparison.Ordinal);
}
