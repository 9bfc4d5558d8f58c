using System.Net;
using System.Text;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Reports.Experiments;

namespace Espalier.Cli.Demo;

/// <summary>The page that the demo ends with: one file that can be sent to somebody, pictures and all.</summary>
internal static class DemoPage
{
    /// <summary>Pictures of the experiment and what they show; then those of the dense training.</summary>
    private static readonly (string File, string Text)[] Thinning =
    [
        ("curves.png", "Dense, sparse and thinned, epoch by epoch"),
        ("scales.png", "Batch-norm scales before and after sparse training: what is near zero can go"),
        ("widths.png", "Channels of every convolution, before and after the cut"),
    ];

    private static readonly (string File, string Text)[] Training =
    [
        ("train_batch0.png", "What the network learned from: the first batch, four pictures in one, with their labels"),
        ("confusion_matrix.png", "Which digit the dense network took for which"),
        ("worst_mistakes.png", "Where it was most wrong"),
    ];

    /// <summary>What the user typed to get here.</summary>
    public static string Command => Environment.GetEnvironmentVariable("ESPALIER_COMMAND") is { Length: > 0 } called ? called : "espalier";

    /// <summary>Commands to try next; they work as they stand, for they begin as the user's own did.</summary>
    public static IReadOnlyList<string> Next(DemoFolder folder) =>
    [
        $"{Command} read {CommandWord.Quote(folder.Onnx)} --source {CommandWord.Quote(folder.HeldOut)}",
        $"{Command} predict {CommandWord.Quote(folder.Onnx)} --source {CommandWord.Quote(folder.HeldOut)}",
        $"{Command} data view {CommandWord.Quote(folder.Data)} --output {CommandWord.Quote(Path.Combine(folder.Path, "sheet.png"))}",
        $"{Command} prune {CommandWord.Quote(Path.Combine(folder.Path, "sparse", "weights", "best.safetensors"))} "
            + $"--data {CommandWord.Quote(folder.Data)} --sweep",
    ];

    /// <summary>Writes it.</summary>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="size">How much was trained.</param>
    /// <param name="report">What came of the experiment.</param>
    /// <param name="digits">How many digits were found on the sheet.</param>
    /// <param name="shown">How many pictures the sheet shows.</param>
    public static void Write(DemoFolder folder, DemoSize size, ThinningReport report, int digits, int shown)
    {
        var page = new StringBuilder();
        page.Append("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Espalier: a detector and its street</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
              padding: 0 1rem; color: #222; background: #fff }
            h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
            table { border-collapse: collapse }
            td, th { padding: .2rem 1.6rem .2rem 0; text-align: right; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }
            td:first-child, th:first-child { text-align: left } 
            img { max-width: 100%; height: auto; border-radius: 4px }
            pre { background: #f4f4f2; padding: 1rem; overflow-x: auto } a { color: #0f766e }
            </style></head><body>
            <h1>A detector and its street</h1>

            """);
        var (dense, thin) = (report.Dense, report.Chosen);
        page.Append(
            Invariant($"<p>A street of house numbers was drawn. yolov5n learned from {size.Pictures:N0} of its pictures from nothing, ")
            + Invariant($"{PlainText.Counted(size.DenseEpochs, "epoch")} at {DemoRecipe.ImageSize} pixels; ")
            + Invariant($"{size.SparseEpochs} more with a penalty that lets ")
            + Invariant($"unneeded channels fade; then {1 - DemoRecipe.KeptOperations:0%} of its operations were cut, and ")
            + Invariant($"{PlainText.Counted(size.TuningEpochs, "epoch")} repaired what that had cost. Judged on ")
            + Invariant($"{dense.First.Pictures} pictures that none of ")
            + "them had seen.</p>\n");
        page.Append("<table><tr><th></th><th>dense</th><th>thinned</th></tr>\n");
        Row(page, "mAP50 (YOLOv5's rule)", dense, thin, model => Invariant($"{model.First.MeanAveragePrecision50:0.000}"));
        Row(page, "mAP50-95", dense, thin, model => Invariant($"{model.First.MeanAveragePrecision:0.000}"));
        Row(page, "precision, recall", dense, thin, model => Invariant($"{model.First.Precision:0.000}, {model.First.Recall:0.000}"));
        Row(page, "mean IoU of matched boxes", dense, thin, model => Invariant($"{model.First.MeanIoU:0.000}"));
        Row(page, "parameters", dense, thin, model => Invariant($"{model.Parameters:N0}"));
        Row(page, "million operations a picture", dense, thin, model => Invariant($"{model.MultiplyAdds * 2 / 1e6:N0}"));
        Row(page, "ONNX file", dense, thin, model => Invariant($"{model.OnnxBytes / 1e6:0.0} MB"));
        Row(page, "a picture on this machine, without libtorch", dense, thin, model => Invariant($"{model.Milliseconds:0.00} ms"));
        Row(page, "an epoch of training", dense, thin, model => Invariant($"{model.SecondsAnEpoch:0.0} s"));
        page.Append("</table>\n");
        if (report.TimingDoubt is { } doubt) page.Append($"<p>{WebUtility.HtmlEncode(doubt)}</p>\n");
        page.Append("<p><a href=\"report.html\">The whole report</a>, with every model and the commands that make it.</p>\n");
        Figure(page, folder.Found, Invariant(
            $"The first {shown} held-out pictures and the {digits} digits that the thinned detector found in them"));
        foreach (var (file, text) in Thinning) Figure(page, folder.Experiment.Picture(file), text);
        foreach (var (file, text) in Training) Figure(page, folder.Experiment.Dense.File(file), text);
        page.Append("<h2>Try next</h2>\n<pre>").Append(WebUtility.HtmlEncode(string.Join('\n', Next(folder))))
            .Append("</pre>\n</body></html>\n");
        AtomicFile.WriteAllText(folder.Page, page.ToString());
    }

    private static void Row(StringBuilder page, string name, ReportedModel dense, ReportedModel thin, Func<ReportedModel, string> value) =>
        page.Append(
            $"<tr><td>{WebUtility.HtmlEncode(name)}</td><td>{WebUtility.HtmlEncode(value(dense))}</td>"
            + $"<td>{WebUtility.HtmlEncode(value(thin))}</td></tr>\n");

    private static void Figure(StringBuilder page, string file, string text)
    {
        if (!File.Exists(file)) return;
        page.Append($"<h2>{WebUtility.HtmlEncode(text)}</h2>\n<img alt=\"{WebUtility.HtmlEncode(text)}\" "
            + $"src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(file))}\">\n");
    }
}
