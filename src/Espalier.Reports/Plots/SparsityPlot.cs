using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using SkiaSharp;

namespace Espalier.Reports.Plots;

/// <summary><c>sparsity.png</c>: how the scales |γ| of a sparse run move towards zero, a ridge an epoch,
/// and what share of the channels could be cut.</summary>
internal static class SparsityPlot
{
    private const float Width = 900;
    private const float Margin = 24;
    private const float NamesWidth = 62;
    private const float ValuesWidth = 84;
    private const float HeadHeight = 52;
    private const int MostRidges = 20;

    /// <summary>Draws those epochs of a history that have a histogram, at least one;
    /// of many as many as can be told apart, the first and the last among them.</summary>
    public static Sheet Draw(IReadOnlyList<EpochRecord> history)
    {
        var epochs = Chosen([.. history.Where(epoch => epoch.ScaleHistogram is { IsWhole: true })]);
        var top = Margin + HeadHeight;
        var sheet = new Sheet(Width, top + Ridges.HeightOf(epochs.Count) + Margin / 2);
        var title = Invariant($"Scales |γ| of {epochs[0].ScaleHistogram!.Total:N0} channels, epoch by epoch");
        sheet.Write(title, Margin, Margin, new TextStyle(ChartFrame.TitleSize, Ink.Text, Bold: true, Down: Anchor.Start));
        sheet.Write("heights by the square root of the share, so that the few are seen beside the many; to the right what could be cut at "
            + "next to no loss", Margin, Margin + 20, new TextStyle(ChartFrame.TickSize, Ink.Quiet, Down: Anchor.Start));
        var area = new SKRect(Margin + NamesWidth, top, Width - Margin - ValuesWidth, sheet.Height);
        sheet.Write("epoch", area.Left - 8, top + Ridges.Reach - 24, new TextStyle(ChartFrame.TickSize, Ink.Quiet, Across: Anchor.End));
        sheet.Write(Invariant($"below {ScaleQuantiles.NearlyZero}"), area.Right + 8, top + Ridges.Reach - 24,
            new TextStyle(ChartFrame.TickSize, Ink.Quiet));

        var bins = Math.Max(epochs.Max(epoch => LastBin(epoch.ScaleHistogram!)) + 1, (int)(1 / ScaleHistogram.Width) + 4);
        var beyond = bins > ScaleHistogram.Bins ? "; at the right end all from 2 up" : string.Empty;
        Ridges.Draw(sheet, area, $"scale |γ|{beyond}", bins * ScaleHistogram.Width,
            [.. epochs.Select((epoch, index) => Of(epoch, bins, epochs.Count == 1 ? 1 : (double)index / (epochs.Count - 1)))]);
        return sheet;
    }

    private static List<EpochRecord> Chosen(List<EpochRecord> all)
    {
        if (all.Count <= MostRidges) return all;
        return [.. Enumerable.Range(0, MostRidges).Select(index => all[(int)Math.Round(index * (all.Count - 1.0) / (MostRidges - 1))])];
    }

    private static Ridge Of(EpochRecord epoch, int bins, double progress)
    {
        var histogram = epoch.ScaleHistogram!;
        double[] heights = [.. histogram.Counts.Take(bins).Select(count => Math.Sqrt((double)count / histogram.Total))];
        var share = epoch.Scales is { } scales ? Invariant($"{100 * scales.NearZero:0.0} %") : string.Empty;
        return new Ridge(Invariant($"{epoch.Epoch}"), share, heights, ScaleHistogram.Width, Ink.Ramp(0.3 + 0.5 * progress));
    }

    private static int LastBin(ScaleHistogram histogram) =>
        Enumerable.Range(0, histogram.Counts.Count).Last(bin => bin == 0 || histogram.Counts[bin] > 0);
}
