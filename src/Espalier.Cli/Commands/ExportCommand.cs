using System.CommandLine;
using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Exports;
using Espalier.Pipelines.Models;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier export WEIGHTS</c>: a checkpoint as an ONNX file, checked against the network before it is written.</summary>
internal sealed class ExportCommand : Verb
{
    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly Option<string?> _output = CommonOptions.OptionalText("--output",
        "The file to write; default beside the weights, named .onnx; of house-numbers in the working folder", "file");
    private readonly DescribedOptions<ExportOptions> _options = new(ExportOptions.Table,
        new ExportOptions { Suppression = new NmsOptions() });
    private readonly Option<bool> _json = CommonOptions.Json();

    public ExportCommand(TerminalSession terminal)
        : base(terminal, "export", "Write a network as an ONNX file") => Takes([_weights, _output, .. _options.All, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier export runs/train/weights/best.safetensors",
        "espalier export best.safetensors --dynamic --output detector.onnx",
        "espalier export yolov5n.pt --image-size 320 --nms --conf 0.4",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var weights = parsed.GetValue(_weights)!;
        if (ModelFiles.IsOnnx(weights)) throw new EspalierException($"'{weights}' is an ONNX file already; export takes a checkpoint");
        var model = Exporter.Run(Checkpoint.Open(weights), parsed.GetValue(_output) ?? ModelFiles.OutputOf(weights, ".onnx"),
            _options.Read(parsed, new ExportOptions()), terminal.Interrupted);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(model) : ToText(model) + "\n");
        return ExitCodes.Done;
    }

    private static string ToText(ExportedModel model)
    {
        var check = model.Agreement is { } agreement
            ? Invariant($"\nAgrees with the network: largest difference {agreement.LargestDifference:0.0e0}, relative to values above ")
                + Invariant($"1{Amplified(agreement)}.")
            : "";
        const string Advice = "--channel-block 1 leaves widths as they are";
        var filled = model.Speed is not { } speed
            ? ""
            : Invariant($"\nFilled up to blocks of {model.Emission.ChannelBlock}. {speed.ToText("unfilled", Advice)}");
        var (batch, height, width) = (Size(model.Emission.Batch), Size(model.Emission.Height), Size(model.Emission.Width));
        return Invariant($"{model.Path}  {model.Bytes / 1e6:0.00} MB, {model.Operations} operations, ")
            + Invariant($"images ({batch}, 3, {height}, {width}), {model.Classes} classes{check}{filled}");
    }

    private static string Amplified(ExportAgreement agreement) =>
        agreement.RoundingError is { } error
            ? Invariant($"; the network amplifies rounding, and is itself off by {error:0.0e0} in float32") : "";

    private static string Size(int? length) => length?.ToString(CultureInfo.InvariantCulture) ?? "any";

    private static string ToJson(ExportedModel model) => JsonOutput.Text(new
    {
        model.Path,
        model.Bytes,
        model.Operations,
        Batch = Size(model.Emission.Batch),
        Height = Size(model.Emission.Height),
        Width = Size(model.Emission.Width),
        model.Agreement?.LargestDifference,
        model.Agreement?.RoundingError,
        model.Emission.ChannelBlock,
        MillisecondsBefore = model.Speed?.Before,
        MillisecondsAfter = model.Speed?.After,
        SpeedRatio = model.Speed?.Ratio,
    });
}
