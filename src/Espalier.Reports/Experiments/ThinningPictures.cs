using Espalier.Reports.Drawing;
using Espalier.Reports.Plots;
using Espalier.Training.Runs;

namespace Espalier.Reports.Experiments;

/// <summary>A picture of a report.</summary>
/// <param name="File">Its path.</param>
/// <param name="Title">What it shows.</param>
internal sealed record ReportPicture(string File, string Title);

/// <summary>The pictures of an experiment.</summary>
internal static class ThinningPictures
{
    /// <summary>Draws them into a folder; one that cannot be drawn is a note and left out.</summary>
    public static IReadOnlyList<ReportPicture> Draw(ThinningReport report, string folder, Action<string> note)
    {
        Directory.CreateDirectory(folder);
        var chosen = report.Chosen;
        List<(string File, string Title, Func<Sheet> Draw)> wanted =
        [
            ("curves.png", "Losses, precision, recall and mean average precision, epoch by epoch (the paper's Figures 3 to 7)",
                () => ComparisonPlot.Draw(Compared(report, chosen))),
            ("trade_off.png", $"Accuracy against operations kept, on {report.Splits[0]}", () => FrontierPlot.Draw(report)),
            ("widths.png", $"Channels of every convolution, before and after {chosen.Name}", () => WidthsPlot.Draw(report.Widths)),
        ];
        if (report.SparseScales is { } sparse)
            wanted.Insert(1, ("scales.png", "Batch-norm scales |γ| before and after sparse training",
                () => ScalesPlot.Draw(report.DenseScales, sparse)));
        var drawn = new List<ReportPicture>();
        foreach (var (file, title, draw) in wanted)
        {
            var path = Path.Combine(folder, file);
            PictureFile.Write(path, note, draw);
            if (File.Exists(path)) drawn.Add(new ReportPicture(path, title));
        }

        if (report.ScalesByEpoch is { } ridges && File.Exists(ridges))
        {
            var copy = Path.Combine(folder, "scales_by_epoch.png");
            PictureFile.Try($"'{copy}'", note, () => Core.AtomicFile.WriteAllBytes(copy, File.ReadAllBytes(ridges)));
            if (File.Exists(copy))
                drawn.Insert(Math.Min(2, drawn.Count), new ReportPicture(copy, "Batch-norm scales |γ| over the epochs of sparse training"));
        }

        return drawn;
    }

    private static List<(string Name, IReadOnlyList<EpochRecord> History)> Compared(ThinningReport report, ReportedModel chosen) =>
        [.. report.Models.Where(model => model.Cut is null || model == chosen).Select(model => (model.Name, model.History))];
}
