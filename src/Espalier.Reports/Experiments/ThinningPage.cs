using System.Globalization;
using System.Net;
using System.Text;

namespace Espalier.Reports;

/// <summary>An experiment's report as one HTML page that can be sent to somebody: pictures are in it, nothing is loaded from elsewhere.</summary>
internal static class ThinningPage
{
    private const string Head = """
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        :root { --ink: #1f2430; --quiet: #666e7e; --line: #e2e5ea; --card: #f6f7f9; --accent: #0f766e }
        * { box-sizing: border-box }
        body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: #fff; margin: 0 auto; max-width: 88rem; padding: 2rem 1.25rem 5rem }
        h1 { font-size: 1.7rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 3rem 0 .8rem }
        p { max-width: 62rem } .quiet { color: var(--quiet) }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.6rem 0 }
        .card { background: var(--card); border-radius: 8px; padding: .9rem 1rem } .card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums } .card span { color: var(--quiet); font-size: .85rem }
        .wide { overflow-x: auto } table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums; width: 100% }
        th, td { text-align: right; padding: .36rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap } th { color: var(--quiet); font-weight: 600; white-space: normal; vertical-align: bottom }
        th:first-child, td:first-child { text-align: left } tr.paper td { color: var(--quiet); font-style: italic } tr.chosen td { background: #eef7f5; font-weight: 600 }
        img { max-width: 100%; height: auto; display: block } pre { background: var(--card); border-radius: 8px; padding: 1rem; overflow-x: auto; font-size: .82rem; line-height: 1.5 }
        details summary { cursor: pointer; color: var(--accent) }
        </style>
        """;

    /// <summary>The page.</summary>
    public static string Html(ThinningReport report, IReadOnlyList<ReportPicture> pictures)
    {
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Safe(report.Name)}</title>\n{Head}\n</head><body>\n");
        page.Append($"<h1>{Safe(report.Name)}</h1>\n<p class=\"quiet\">{Safe(report.Data)} {Safe(report.Machine)}</p>\n");
        Cards(page, report);
        page.Append("<p>").AppendJoin(' ', ThinningTable.Conclusion(report).Select(Safe)).Append("</p>\n");
        for (var split = 0; split < report.Splits.Count; split++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Judged on {Safe(report.Splits[split])}, {report.Dense.Accuracy[split].Pictures:N0} pictures</h2>\n");
            Table(page, ThinningTable.Heads, [.. ThinningTable.Rows(report, split).Select(row => (row.Cells, row.Model == report.Chosen ? "chosen" : "")), .. split == 0 ? ThinningTable.PaperRows().Select(cells => (cells, "paper")) : []]);
            if (split == 0) page.Append("<p class=\"quiet\">In brackets: the share of the dense network's. Seconds an epoch, milliseconds and pictures a second were measured in turn, model beside model, on this machine; a picture alone and batches of 16 in ONNX Runtime. Differences in mAP50 are in points, with a 95 % interval by paired bootstrap over the pictures.</p>\n");
        }

        page.Append("<h2>Cuts, before and after fine-tuning</h2>\n");
        Table(page, ThinningTable.CutHeads, report.Thinned.Zip(ThinningTable.CutRows(report)).Select(pair => (pair.Second, pair.First == report.Chosen ? "chosen" : "")));
        page.Append($"<p class=\"quiet\">{Safe(ThinningTable.Steps(report))}</p>\n");
        foreach (var picture in pictures)
            page.Append($"<h2>{Safe(picture.Title)}</h2>\n<img alt=\"{Safe(picture.Title)}\" src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(picture.File))}\">\n");
        Commands(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Cards(StringBuilder page, ThinningReport report)
    {
        var (dense, chosen) = (report.Dense, report.Chosen);
        (string Value, string Text)[] cards =
        [
            (Invariant($"{dense.Milliseconds / chosen.Milliseconds:0.0} ×"), "as fast, a picture alone"),
            (Less(chosen.MultiplyAdds, dense.MultiplyAdds), "operations"),
            (Less(chosen.Parameters, dense.Parameters), "parameters"),
            (Less(chosen.SecondsAnEpoch, dense.SecondsAnEpoch), "time of a training epoch"),
            (Invariant($"{(chosen.First.MeanAveragePrecision50 - dense.First.MeanAveragePrecision50) * 100:+0.0;−0.0;0.0}"), Invariant($"points of mAP50: {dense.First.MeanAveragePrecision50:0.000} to {chosen.First.MeanAveragePrecision50:0.000}")),
        ];
        page.Append("<div class=\"cards\">");
        foreach (var (value, text) in cards) page.Append($"<div class=\"card\"><b>{Safe(value)}</b><span>{Safe(text)}</span></div>");
        page.Append("</div>\n");
    }

    private static void Table(StringBuilder page, IReadOnlyList<string> heads, IEnumerable<(string[] Cells, string Kind)> rows)
    {
        page.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var head in heads) page.Append($"<th>{Safe(head)}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var (cells, kind) in rows)
        {
            page.Append(kind.Length == 0 ? "<tr>" : $"<tr class=\"{kind}\">");
            foreach (var cell in cells) page.Append($"<td>{Safe(cell)}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Commands(StringBuilder page, ThinningReport report)
    {
        page.Append($"<h2>Commands</h2>\n<p>All of it:</p>\n<pre>{Safe(report.Command)}</pre>\n");
        foreach (var model in report.Models) page.Append($"<details><summary>{Safe(model.Name)}</summary><pre>{Safe(string.Join('\n', model.Commands))}</pre></details>\n");
    }

    private static string Less(double after, double before) => Invariant($"{(after / before - 1) * 100:+0;−0;0} %");

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
