using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Validation;
using Espalier.Core;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Validation;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier compare A B --data D</c>: what two models say of the same pictures, number by number and in mAP.</summary>
internal sealed class CompareCommand : Verb
{
    private readonly Argument<string> _first = new("first")
        { Description = $"A checkpoint, an .onnx, a safetensors file, a YOLOv5 .pt, or {HouseNumberModel.Name}" };

    private readonly Argument<string> _second = new("second") { Description = "Another, with the same classes" };
    private readonly DescribedOptions<ComparisonOptions> _options = new(
        ComparisonOptions.Table, new ComparisonOptions { Photos = new ValidationRequest { Data = "" } },
        "--data", "--split", "--image-size", "--batch", "--square", "--resamples", "--device", "--threads");

    private readonly Option<bool> _json = CommonOptions.Json();

    public CompareCommand(TerminalSession terminal)
        : base(terminal, "compare", "Compare two models on the same pictures") => Takes([_first, _second, .. _options.All, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier compare best.safetensors best.onnx --data data.yaml",
        "espalier compare first.safetensors second.safetensors --data data.yaml --split test --json",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var (firstPath, secondPath) = (parsed.GetValue(_first)!, parsed.GetValue(_second)!);
        var comparison = ModelComparison.Run(firstPath, secondPath, _options.Read(parsed), new TerminalListener(terminal),
            terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json)
            ? JsonOutput.Text(ComparisonJson.Of(firstPath, secondPath, comparison))
            : ToText(firstPath, secondPath, comparison));
        return ExitCodes.Done;
    }

    private static string ToText(string first, string second, NetworkComparison comparison)
    {
        string[] Row(string name, DetectionReport report) =>
        [
            name, Invariant($"{report.Precision:0.000}"), Invariant($"{report.Recall:0.000}"),
            Invariant($"{report.MeanAveragePrecision50:0.0000}"),
            Invariant($"{report.MeanAveragePrecision50To95:0.0000}"), Invariant($"{report.CocoAveragePrecision50:0.0000}"),
            Invariant($"{report.CocoAveragePrecision:0.0000}"), Invariant($"{report.MeanIoU:0.000}"),
        ];
        var models = TextTable.Format(["model", ">P", ">R", ">mAP50", ">mAP50-95", ">COCO AP50", ">COCO AP", ">mean IoU"],
            [Row(first, comparison.First), Row(second, comparison.Second)]);
        var differences = comparison.Differences.Count == 0
            ? "The two predict at different places, so their predictions cannot be compared one by one.\n"
            : TextTable.Format(
                ["largest difference", ">absolute", ">relative above 1", ">mean"],
                comparison.Differences.Select(part => new[]
                {
                    part.Output,
                    Invariant($"{part.Largest:0.0e0}"),
                    Invariant($"{part.LargestRelative:0.0e0}"),
                    Invariant($"{part.Mean:0.0e0}"),
                }));
        var gain = comparison.MeanAveragePrecision50;
        var interval = Invariant($"{100 * gain.Lower:+0.00;−0.00;0.00} to {100 * gain.Upper:+0.00;−0.00;0.00}");
        return models + "\n" + differences + "\n"
            + Invariant($"{comparison.First.Pictures} pictures; mAP50 of the second minus the first: ")
            + Invariant($"{100 * gain.Difference:+0.00;−0.00;0.00} points, ")
            + Invariant($"95 % interval {interval} (paired bootstrap, {gain.Resamples} resamples)")
            + (gain.Lower <= 0 && gain.Upper >= 0
                ? $": {PlainText.Counted(comparison.First.Pictures, "picture")} cannot tell which is better.\n" : ".\n");
    }
}
