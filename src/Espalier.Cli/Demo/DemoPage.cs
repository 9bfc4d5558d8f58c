using System.Globalization;
using System.Net;
using System.Text;
using Espalier.Vision;

namespace Espalier.Cli.Demo;

/// <summary>The page that the demo ends with: one file that can be sent to somebody, pictures and all.</summary>
internal static class DemoPage
{
    /// <summary>Pictures of the run, where they were drawn, and what they show.</summary>
    private static readonly (string File, string Text)[] Pictures =
    [
        ("results.png", "Losses and metrics, epoch by epoch"),
        ("train_batch0.png", "What the network learned from: the first batch, four pictures in one, with their labels"),
        ("confusion_matrix.png", "Which digit was taken for which"),
        ("PR_curve.png", "Precision against recall, a curve a digit"),
        ("worst_mistakes.png", "Where it is most wrong"),
    ];

    /// <summary>Commands to try next; they work as they stand, for they begin as the user's own did.</summary>
    public static IReadOnlyList<string> Next(DemoFolder folder)
    {
        var command = Environment.GetEnvironmentVariable("ESPALIER_COMMAND") is { Length: > 0 } called ? called : "espalier";
        return
        [
            $"{command} predict {folder.Onnx} --source {folder.HeldOut}",
            $"{command} data view {folder.Data} --output {Path.Combine(folder.Path, "sheet.png")}",
            $"{command} prune {folder.Best} --data {folder.Data} --keep-flops 0.5",
        ];
    }

    /// <summary>Writes it.</summary>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="report">How good the detector is.</param>
    /// <param name="milliseconds">A picture, in ONNX Runtime.</param>
    /// <param name="digits">How many digits were found on the sheet.</param>
    /// <param name="shown">How many pictures the sheet shows.</param>
    public static void Write(DemoFolder folder, DetectionReport report, double milliseconds, int digits, int shown)
    {
        var page = new StringBuilder();
        page.Append("""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Espalier: a detector and its street</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222; background: #fff }
            h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
            table { border-collapse: collapse } td, th { padding: .2rem 1.2rem .2rem 0; text-align: left; border-bottom: 1px solid #ddd }
            td + td { text-align: right; font-variant-numeric: tabular-nums }
            img { max-width: 100%; height: auto; border-radius: 4px } pre { background: #f4f4f2; padding: 1rem; overflow-x: auto }
            </style></head><body>
            <h1>A detector and its street</h1>

            """);
        page.Append(Text($"<p>A street of house numbers was drawn, yolov5n learned from {DemoRecipe.TrainingPictures:N0} of its pictures from nothing, {DemoRecipe.Epochs} epochs at {DemoRecipe.ImageSize} pixels, and was then shown {report.Pictures} that it had never seen.</p>\n<table>\n"));
        Row(page, "mAP50 (YOLOv5's rule)", Text($"{report.MeanAveragePrecision50:0.000}"));
        Row(page, "mAP50-95", Text($"{report.MeanAveragePrecision50To95:0.000}"));
        Row(page, "precision, recall", Text($"{report.Precision:0.000}, {report.Recall:0.000}"));
        Row(page, "mean IoU of matched boxes", Text($"{report.MeanIoU:0.000}"));
        Row(page, "ONNX file", Text($"{new FileInfo(folder.Onnx).Length / 1e6:0.0} MB"));
        Row(page, "a picture on this machine, without libtorch", Text($"{milliseconds:0.0} ms"));
        page.Append("</table>\n");
        Figure(page, folder.Found, Text($"The first {shown} held-out pictures and the {digits} digits that it found in them"));
        foreach (var (file, text) in Pictures) Figure(page, folder.Run.File(file), text);
        page.Append("<h2>Try next</h2>\n<pre>").Append(WebUtility.HtmlEncode(string.Join('\n', Next(folder)))).Append("</pre>\n</body></html>\n");
        AtomicFile.WriteAllText(folder.Page, page.ToString());
    }

    private static void Row(StringBuilder page, string name, string value) => page.Append($"<tr><td>{WebUtility.HtmlEncode(name)}</td><td>{WebUtility.HtmlEncode(value)}</td></tr>\n");

    private static void Figure(StringBuilder page, string file, string text)
    {
        if (!File.Exists(file)) return;
        page.Append($"<h2>{WebUtility.HtmlEncode(text)}</h2>\n<img alt=\"{WebUtility.HtmlEncode(text)}\" src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(file))}\">\n");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
