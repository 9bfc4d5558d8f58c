using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Benchmarks;
using Espalier.Cli.Models;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Runtime;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier export WEIGHTS</c>: a checkpoint as an ONNX file, checked against the network before it is written.</summary>
internal sealed class ExportCommand : Command, IHasExamples
{
    private const string FreeBatch = "batch", FreeSize = "size", FreeAll = "all";

    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly Option<string?> _output = CommonOptions.OptionalText("--output", "The file to write; default beside the weights, named .onnx", "file");
    private readonly Option<int[]> _imageSize = CommonOptions.FileSides();
    private readonly Option<int> _batch = Ranged.Number("--batch", "Pictures a call", 1, 1, OnnxOptions.MaximumBatch, "--batch-size");
    private readonly Option<string?> _dynamic = new("--dynamic") { Description = "What each call may choose for itself; all without a word", HelpName = $"{FreeBatch}|{FreeSize}|{FreeAll}", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _half = new("--half") { Description = "Store weights as float16: half the file, the same speed" };
    private readonly Option<int?> _block = Ranged.OptionalNumber("--channel-block", "Fill widths up to multiples of this with zeros, which costs bytes and saves time; default with one picture a call what this processor computes at once, 16 with AVX-512 and 8 without, otherwise 1, which leaves them as they are", 1, OnnxOptions.MaximumBlock);
    private readonly Option<bool> _suppress = new("--nms") { Description = "Put non-maximum suppression into the file, with --conf, --iou, --max-detections and --agnostic" };
    private readonly Option<double> _confidence = CommonOptions.Confidence(0.25);
    private readonly Option<double> _overlap = CommonOptions.OverlapThreshold(0.45);
    private readonly Option<int> _maximum = CommonOptions.MaximumDetections();
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Let boxes of different classes suppress each other" };
    private readonly Option<bool> _noCheck = new("--no-check") { Description = "Do not compare the file with the network" };
    private readonly Option<bool> _noLatency = CommonOptions.NoLatency();
    private readonly Option<bool> _json = CommonOptions.Json();

    public ExportCommand(TerminalSession terminal)
        : base("export", "Write a network as an ONNX file")
    {
        _dynamic.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not (FreeBatch or FreeSize or FreeAll)) result.AddError($"--dynamic is one of {FreeBatch}, {FreeSize}, {FreeAll}, not '{token.Value}'.");
        });
        CommonOptions.AddAll(this, [_weights, _output, _imageSize, _batch, _dynamic, _half, _block, _suppress, _confidence, _overlap, _maximum, _agnostic, _noCheck,
            _noLatency, _json]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier export runs/train/weights/best.safetensors",
        "espalier export best.safetensors --dynamic --output detector.onnx",
        "espalier export yolov5n.pt --image-size 320 --nms --conf 0.4",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var weights = parsed.GetValue(_weights)!;
        if (ModelFiles.IsOnnx(weights)) throw new EspalierException($"'{weights}' is an ONNX file already; export takes a checkpoint");
        if (!parsed.GetValue(_suppress)) CommonOptions.RefuseWithout(parsed, "--nms", _confidence, _overlap, _maximum, _agnostic);
        var checkpoint = Checkpoint.Open(weights);
        var options = Wanted(parsed, checkpoint);
        options.Validate(checkpoint.Stride);
        var file = OnnxEmission.Emit(checkpoint, options);
        var agreement = parsed.GetValue(_noCheck) ? null : Check(checkpoint, options, file);
        var path = parsed.GetValue(_output) ?? Path.ChangeExtension(weights, ".onnx");
        file.Save(path);
        var speed = parsed.GetValue(_noLatency) ? null : Speed(checkpoint, options, terminal.Interrupted);
        var report = new ExportReport(
            path, new FileInfo(path).Length, file.OperationCount, Size(options.Batch), Size(options.Height), Size(options.Width), agreement?.LargestDifference, agreement?.RoundingError,
            options.ChannelBlock, speed?.Before, speed?.After, speed?.Ratio);
        terminal.Output.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(report, JsonOutput.Format) : ToText(report, checkpoint, speed));
        return ExitCodes.Done;
    }

    private static ExportAgreement Check(Checkpoint checkpoint, OnnxOptions options, OnnxFile file)
    {
        using var loads = OnnxNetwork.Open(file.ToBytes(), name: "The file");
        return ExportCheck.Compare(checkpoint, options);
    }

    /// <summary>The file beside one of the network's own widths; null where they are the same.</summary>
    private static SpeedComparison? Speed(Checkpoint checkpoint, OnnxOptions options, CancellationToken cancellationToken)
    {
        if (options.ChannelBlock == 1) return null;

        // Suppression is the same work in both, and more than noise.
        var (unfilled, filled) = (Content(1), Content(options.ChannelBlock));
        var isSame = unfilled.Content.AsSpan().SequenceEqual(filled.Content);
        return isSame ? null : LatencyMeter.Compare(unfilled, filled, 0, cancellationToken);

        MeasuredFile Content(int block) => new(
            OnnxEmission.Emit(checkpoint, options with { ChannelBlock = block, Suppression = null }).ToBytes(),
            options.Height ?? checkpoint.ImageSize, options.Width ?? checkpoint.ImageSize, options.Batch ?? 1);
    }

    private OnnxOptions Wanted(ParseResult parsed, Checkpoint checkpoint)
    {
        var free = parsed.GetResult(_dynamic) is null ? null : parsed.GetValue(_dynamic) ?? FreeAll;
        var (height, width) = CommonOptions.HeightAndWidth(parsed.GetValue(_imageSize), checkpoint.ImageSize);
        if (parsed.GetValue(_imageSize) is { Length: > 0 } && free is FreeSize or FreeAll) throw new OptionException("--image-size fixes what --dynamic leaves free; use --dynamic batch, or leave one out");
        if (parsed.GetResult(_batch) is { Implicit: false } && free is FreeBatch or FreeAll) throw new OptionException("--batch fixes what --dynamic leaves free; use --dynamic size, or leave one out");
        int? batch = free is FreeBatch or FreeAll ? null : parsed.GetValue(_batch);
        return new OnnxOptions
        {
            Batch = batch,
            Height = free is FreeSize or FreeAll ? null : height,
            Width = free is FreeSize or FreeAll ? null : width,
            Precision = parsed.GetValue(_half) ? WeightPrecision.Half : WeightPrecision.Full,
            ChannelBlock = parsed.GetValue(_block) ?? ChannelBlock.ForBatch(batch),
            Suppression = parsed.GetValue(_suppress) ? Suppression(parsed) : null,
        };
    }

    private NmsOptions Suppression(ParseResult parsed) => new()
    {
        Confidence = (float)parsed.GetValue(_confidence),
        IoU = (float)parsed.GetValue(_overlap),
        MaximumDetections = parsed.GetValue(_maximum),
        Agnostic = parsed.GetValue(_agnostic),
    };

    private static string ToText(ExportReport report, Checkpoint checkpoint, SpeedComparison? speed)
    {
        var check = report.LargestDifference is { } difference
            ? string.Create(CultureInfo.InvariantCulture, $"\nAgrees with the network: largest difference {difference:0.0e0}, relative to values above 1{(report.RoundingError is { } error ? $"; the network amplifies rounding, and is itself off by {error.ToString("0.0e0", CultureInfo.InvariantCulture)} in float32" : "")}.")
            : "";
        const string Advice = "--channel-block 1 leaves widths as they are";
        var filled = speed is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"\nFilled up to blocks of {report.ChannelBlock}. {speed.ToText("unfilled", Advice)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Path}  {report.Bytes / 1e6:0.00} MB, {report.Operations} operations, images ({report.Batch}, 3, {report.Height}, {report.Width}), {checkpoint.ClassNames.Length} classes{check}{filled}");
    }

    private static string Size(int? length) => length?.ToString(CultureInfo.InvariantCulture) ?? "any";

    private sealed record ExportReport(
        string Path, long Bytes, int Operations, string Batch, string Height, string Width, double? LargestDifference, double? RoundingError,
        int ChannelBlock, double? MillisecondsBefore, double? MillisecondsAfter, double? SpeedRatio);
}
