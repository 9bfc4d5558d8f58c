using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Models;
using Espalier.Cli.Terminal;
using Espalier.Cli.Validation;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier compare A B --data D</c>: what two models say of the same pictures, number by number and in mAP.</summary>
internal sealed class CompareCommand : Command, IHasExamples
{
    private readonly Argument<string> _first = new("first") { Description = "A checkpoint, an .onnx, a safetensors file or a YOLOv5 .pt" };
    private readonly Argument<string> _second = new("second") { Description = "Another, with the same classes" };
    private readonly Option<string> _data = new("--data") { Description = "The data.yaml with the labelled photos", HelpName = "file", Required = true };
    private readonly Option<string> _split = CommonOptions.Text("--split", "Which split of it", "name", "val");
    private readonly Option<int?> _imageSize = Ranged.OptionalNumber("--image-size", "The photos' longer side in pixels, a multiple of the stride; default as the first model says", 32, 4096, "--img");
    private readonly Option<int> _batch = Ranged.Number("--batch", "Pictures a batch", 32, 1, 1024, "--batch-size");
    private readonly Option<bool> _square = new("--square") { Description = "Letterbox every photo to a square instead of batching like shapes" };
    private readonly Option<int> _resamples = Ranged.Number("--resamples", "Resamples of the paired bootstrap", PairedBootstrap.DefaultResamples, 1, PairedBootstrap.MaximumResamples);
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public CompareCommand(TerminalSession terminal)
        : base("compare", "Compare two models on the same pictures")
    {
        CommonOptions.AddAll(this, [_first, _second, _data, _split, _imageSize, _batch, _square, _resamples, _json, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier compare best.safetensors best.onnx --data data.yaml",
        "espalier compare first.safetensors second.safetensors --data data.yaml --split test --json",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (firstPath, secondPath) = (parsed.GetValue(_first)!, parsed.GetValue(_second)!);
        var (device, threads) = (parsed.GetValue(_device)!, parsed.GetValue(_threads));
        using var first = ModelFiles.OpenNetwork(firstPath, device, threads);
        using var second = ModelFiles.OpenNetwork(secondPath, device, threads);
        var request = new ValidationRequest
        {
            Data = parsed.GetValue(_data)!,
            Split = parsed.GetValue(_split)!,
            ImageSize = parsed.GetValue(_imageSize) ?? Side(first) ?? Side(second) ?? first.ImageSize,
            BatchSize = parsed.GetValue(_batch),
            Rectangular = !parsed.GetValue(_square) && first.FixedSize is null && second.FixedSize is null,
        };
        var (loader, _) = request.Load(first, firstPath, terminal.Say, terminal.Interrupted);
        _ = request.Load(second, secondPath, cancellationToken: terminal.Interrupted); // refuses what does not suit the second
        var progress = new ProgressLine(terminal);
        var comparison = NetworkComparison.Run(
            first, second, loader, request.Suppression, parsed.GetValue(_resamples), (done, total) => progress.Update("comparing", done, total), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json)
            ? JsonSerializer.Serialize(ComparisonJson.Of(firstPath, secondPath, comparison), JsonOutput.Format) + "\n"
            : ToText(firstPath, secondPath, comparison));
        return ExitCodes.Done;
    }

    private static int? Side(IPredictionNetwork network) => network.FixedSize is var (height, _) ? height : null;

    private static string ToText(string first, string second, NetworkComparison comparison)
    {
        string[] Row(string name, DetectionReport report) =>
        [
            name, Text($"{report.Precision:0.000}"), Text($"{report.Recall:0.000}"), Text($"{report.MeanAveragePrecision50:0.0000}"),
            Text($"{report.MeanAveragePrecision50To95:0.0000}"), Text($"{report.CocoAveragePrecision50:0.0000}"), Text($"{report.CocoAveragePrecision:0.0000}"), Text($"{report.MeanIoU:0.000}"),
        ];
        var models = TextTable.Format(
            ["model", ">P", ">R", ">mAP50", ">mAP50-95", ">COCO AP50", ">COCO AP", ">mean IoU"], [Row(first, comparison.First), Row(second, comparison.Second)]);
        var differences = comparison.Differences.Count == 0
            ? "The two predict at different places, so their predictions cannot be compared one by one.\n"
            : TextTable.Format(
                ["largest difference", ">absolute", ">relative above 1", ">mean"],
                comparison.Differences.Select(part => new[] { part.Output, Text($"{part.Largest:0.0e0}"), Text($"{part.LargestRelative:0.0e0}"), Text($"{part.Mean:0.0e0}") }));
        var gain = comparison.MeanAveragePrecision50;
        return models + "\n" + differences + "\n" + Text(
            $"{comparison.First.Pictures} pictures; mAP50 of the second minus the first: {100 * gain.Difference:+0.00;−0.00;0.00} points, 95 % interval {100 * gain.Lower:+0.00;−0.00;0.00} to {100 * gain.Upper:+0.00;−0.00;0.00} (paired bootstrap, {gain.Resamples} resamples).\n");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
