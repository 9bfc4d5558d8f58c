using System.Globalization;
using System.Text;
using static Espalier.Reports.Experiments.ReportPage;

namespace Espalier.Reports.Experiments;

/// <summary>An experiment's report as one HTML page that can be sent to somebody:
/// pictures are in it, nothing is loaded from elsewhere.</summary>
internal static class ThinningPage
{
    private static readonly (string Value, string Text)[] NoCards = [];

    /// <summary>The page.</summary>
    public static string Html(ThinningReport report, IReadOnlyList<ReportPicture> pictures)
    {
        var page = Begin(report.Name, $"{report.Data} {report.Machine}");
        Cards(page, report);
        page.Append("<p>").AppendJoin(' ', ThinningTable.Conclusion(report).Select(Safe)).Append("</p>\n");
        for (var split = 0; split < report.Splits.Count; split++)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<h2>Judged on {Safe(report.Splits[split])}, {report.Dense.Accuracy[split].Pictures:N0} pictures</h2>\n");
            Table(
                page,
                ThinningTable.Heads,
                [
                    .. ThinningTable.Rows(report, split).Select(row => (row.Cells, row.Model == report.Chosen ? "chosen" : "")),
                    .. split == 0 ? ThinningTable.PaperRows(report).Select(cells => (cells, "paper")) : [],
                ]);
            if (split == 0)
                page.Append("<p class=\"quiet\">In brackets: the share of the dense network's. Seconds an epoch, milliseconds and pictures "
                    + "a second were measured in turn, model beside model, on this machine; a picture alone and batches of 16 in ONNX "
                    + "Runtime. Differences in mAP50 are in points, with a 95 % interval by paired bootstrap over the pictures.</p>\n");
        }

        if (report.Expected.Count > 0)
        {
            page.Append("<h2>Expected, and found</h2>\n");
            Table(page, ExpectedFigure.Heads, report.Expected.Select(figure => (figure.Cells, figure.Holds ? "" : "paper")));
        }

        page.Append("<h2>Cuts, before and after fine-tuning</h2>\n");
        Table(page, ThinningTable.CutHeads, report.Thinned.Zip(ThinningTable.CutRows(report))
            .Select(pair => (pair.Second, pair.First == report.Chosen ? "chosen" : "")));
        page.Append($"<p class=\"quiet\">{Safe(ThinningTable.Steps(report))}</p>\n");
        foreach (var picture in pictures)
            page.Append($"<h2>{Safe(picture.Title)}</h2>\n<img alt=\"{Safe(picture.Title)}\" "
                + $"src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(picture.File))}\">\n");
        Commands(page, report);
        return End(page);
    }

    private static void Cards(StringBuilder page, ThinningReport report)
    {
        var (dense, chosen) = (report.Dense, report.Chosen);
        var isTimed = report.TimingDoubt is null;
        (string Value, string Text)[] cards =
        [
            .. isTimed ? [(Invariant($"{dense.Milliseconds / chosen.Milliseconds:0.0} ×"), "as fast, a picture alone")] : NoCards,
            (Less(chosen.MultiplyAdds, dense.MultiplyAdds), "operations"),
            (Less(chosen.Parameters, dense.Parameters), "parameters"),
            .. isTimed ? [(Less(chosen.SecondsAnEpoch, dense.SecondsAnEpoch), "time of a training epoch")] : NoCards,
            Points("mAP50", dense.First.MeanAveragePrecision50, chosen.First.MeanAveragePrecision50),
            Points("mAP50-95", dense.First.MeanAveragePrecision, chosen.First.MeanAveragePrecision),
        ];
        ReportPage.Cards(page, cards);

        static (string Value, string Text) Points(string name, double before, double after) =>
            (Invariant($"{(after - before) * 100:+0.0;−0.0;0.0}"), Invariant($"points of {name}: {before:0.000} to {after:0.000}"));
    }

    private static void Commands(StringBuilder page, ThinningReport report)
    {
        page.Append($"<h2>Commands</h2>\n<p>All of it:</p>\n<pre>{Safe(report.Command)}</pre>\n");
        foreach (var model in report.Models)
            page.Append($"<details><summary>{Safe(model.Name)}</summary><pre>{Safe(string.Join('\n', model.Commands))}</pre></details>\n");
    }
}
