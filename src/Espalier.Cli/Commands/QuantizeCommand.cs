using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Benchmarks;
using Espalier.Cli.Models;
using Espalier.Cli.Quantisation;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Quantisation;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier quantize WEIGHTS --data D</c>: a checkpoint as an int8 ONNX file, calibrated on training pictures and judged beside float32.</summary>
internal sealed class QuantizeCommand : Command, IHasExamples
{
    private const string KeepAuto = "auto", KeepNone = "none";

    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly Option<string> _data = new("--data") { Description = "The data.yaml that it was trained on", HelpName = "file", Required = true };
    private readonly Option<string?> _output = CommonOptions.OptionalText("--output", "The file to write; default beside the weights, named .int8.onnx", "file");
    private readonly Option<string> _interface = Ranged.Word("--interface", "What goes in and comes out: bytes is fastest and for Espalier's runtime, standard is YOLOv5's own", "bytes", "bytes", "standard");
    private readonly Option<int[]> _imageSize = CommonOptions.FileSides();
    private readonly Option<int> _batch = Ranged.Number("--batch", "Pictures a call", 1, 1, OnnxOptions.MaximumBatch, "--batch-size");
    private readonly Option<string> _method = Ranged.Word("--calibration", "How ranges are chosen: least squared error, nothing clipped, one value in 10,000 clipped, or least divergence", "mse", "mse", "min-max", "percentile", "entropy");
    private readonly Option<int> _pictures = Ranged.Number("--pictures", "Training pictures to calibrate on", 512, 1, 1_000_000);
    private readonly Option<string[]> _keep = new("--keep") { Description = "Convolutions that stay in float: by measurement (auto), none, or names", HelpName = "auto|none|layer", DefaultValueFactory = _ => [KeepAuto], AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> _tolerance = Ranged.Number("--tolerance", "With --keep auto: points of mAP50 on training pictures that may be lost", 0.3, 0.0, 100.0);
    private readonly Option<int> _weightBits = Ranged.Number("--weight-bits", "Bits of a weight; 8 are more exact, but overflow on processors without VNNI", 7, 7, 8);
    private readonly Option<bool> _noBiasCorrection = new("--no-bias-correction") { Description = "Leave biases as they are" };
    private readonly Option<string> _trainingSplit = CommonOptions.Text("--train-split", "The split to calibrate on", "name", "train");
    private readonly Option<string> _split = CommonOptions.Text("--split", "The split to judge on", "name", "val");
    private readonly Option<bool> _noLatency = CommonOptions.NoLatency();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    public QuantizeCommand(TerminalSession terminal)
        : base("quantize", "Write a network as an int8 ONNX file")
    {
        CommonOptions.AddAll(this, [_weights, _data, _output, _interface, _imageSize, _batch, _method, _pictures, _keep, _tolerance, _weightBits, _noBiasCorrection, _trainingSplit, _split,
            _noLatency, _json, _device, _threads]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier quantize best.safetensors --data data.yaml",
        "espalier quantize thinned.safetensors --data data.yaml --interface standard --output thinned.onnx",
        "espalier quantize best.safetensors --data data.yaml --calibration entropy --keep model.0.conv model.1.conv",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var path = parsed.GetValue(_weights)!;
        if (parsed.GetValue(_keep) is not [KeepAuto]) CommonOptions.RefuseWithout(parsed, "--keep auto", _tolerance);
        if (ModelFiles.IsOnnx(path)) throw new EspalierException($"'{path}' is an ONNX file already; quantize takes a checkpoint");
        var checkpoint = Checkpoint.Open(path);
        var (height, width) = CommonOptions.HeightAndWidth(parsed.GetValue(_imageSize), checkpoint.ImageSize);
        var request = new QuantisationRequest
        {
            Data = parsed.GetValue(_data)!,
            Split = parsed.GetValue(_trainingSplit)!,
            Pictures = parsed.GetValue(_pictures),
            ImageSize = Math.Max(height, width),
            Method = parsed.GetValue(_method) switch { "min-max" => CalibrationMethod.MinMax, "percentile" => CalibrationMethod.Percentile, "entropy" => CalibrationMethod.Entropy, _ => CalibrationMethod.SquaredError },
            WeightBits = parsed.GetValue(_weightBits),
            CorrectBiases = !parsed.GetValue(_noBiasCorrection),
            Device = parsed.GetValue(_device)!,
            Threads = parsed.GetValue(_threads),
        };
        var options = new OnnxOptions
        {
            Batch = parsed.GetValue(_batch),
            Height = height,
            Width = width,
            Interface = parsed.GetValue(_interface) == "bytes" ? OnnxInterface.Bytes : OnnxInterface.Standard,
        };
        options.Validate(checkpoint.Stride);
        var everything = request.Calibrate(checkpoint, path, terminal.Say, terminal.Interrupted);
        var plan = Kept(parsed, request, checkpoint, path, everything, terminal);

        var file = OnnxEmission.Emit(checkpoint, options with { Quantisation = plan });
        var output = parsed.GetValue(_output) ?? Path.ChangeExtension(path, ".int8.onnx");
        var report = Report(parsed, request, checkpoint, path, options, plan, terminal);
        file.Save(output);
        var speed = parsed.GetValue(_noLatency) ? null : Speed(checkpoint, options, file, request.Threads, terminal.Interrupted);
        report = report with
        {
            Path = output,
            Bytes = new FileInfo(output).Length,
            MillisecondsBefore = speed?.Before,
            MillisecondsAfter = speed?.After,
            SpeedRatio = speed?.Ratio,
        };
        terminal.Output.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(report, JsonOutput.Format) : ToText(report, speed));
        return ExitCodes.Done;
    }

    /// <summary>The int8 file beside the fastest float32 file that takes the same pictures.</summary>
    private static SpeedComparison Speed(
        Checkpoint checkpoint, OnnxOptions options, OnnxFile file, int threads, CancellationToken cancellationToken)
    {
        var full = OnnxEmission.Emit(checkpoint, options with { ChannelBlock = ChannelBlock.ForBatch(options.Batch) });
        return LatencyMeter.Compare(Measured(full), Measured(file), threads, cancellationToken);

        MeasuredFile Measured(OnnxFile content) =>
            new(content.ToBytes(), options.Height!.Value, options.Width!.Value, options.Batch!.Value);
    }

    private QuantisationPlan Kept(ParseResult parsed, QuantisationRequest request, Checkpoint checkpoint, string path, QuantisationPlan everything, TerminalSession terminal)
    {
        var words = parsed.GetValue(_keep)!;
        if (words is [KeepNone]) return everything;
        if (words is not [KeepAuto])
        {
            var convolutions = OnnxEmission.Prepare(checkpoint).Graph.Nodes.OfType<ConvNode>().Select(conv => conv.Name).ToHashSet();
            foreach (var word in words.Where(word => !convolutions.Contains(word))) throw new OptionException($"There is no convolution '{word}' to keep; they are named like {convolutions.First()}.");
            return everything with { KeptFloat = [.. words] };
        }

        var judge = new Judge(checkpoint, request.LoaderFor(checkpoint, path, cancellationToken: terminal.Interrupted), request.ImageSize!.Value, request.Threads);
        return new KeepSearch(checkpoint, judge, parsed.GetValue(_tolerance) / 100, terminal.Say).Run(everything, terminal.Interrupted);
    }

    /// <summary>Both files on pictures that nothing was learned or calibrated on.</summary>
    private QuantisationReport Report(ParseResult parsed, QuantisationRequest request, Checkpoint checkpoint, string path, OnnxOptions options, QuantisationPlan plan, TerminalSession terminal)
    {
        var split = parsed.GetValue(_split)!;
        terminal.Say($"Judging on {split}");
        var side = request.ImageSize!.Value;
        var judge = new Judge(checkpoint, (request with { Split = split, Pictures = 1_000_000 }).LoaderFor(checkpoint, path, terminal.Say, terminal.Interrupted), side, request.Threads);
        var full = judge.Outcome(null, cancellationToken: terminal.Interrupted);
        var whole = judge.Outcome(plan, options.Interface, terminal.Interrupted);
        var gain = PairedBootstrap.MeanAveragePrecision50(full.Pictures, whole.Pictures, checkpoint.Graph.Classes);
        return new QuantisationReport(
            "", 0, OnnxEmission.Emit(checkpoint, options with { Interface = OnnxInterface.Standard }).ToBytes().Length, parsed.GetValue(_method)!, request.Pictures, plan.WeightBits, [.. plan.KeptFloat],
            split, full.Pictures.Count, side, full.Report.MeanAveragePrecision50, whole.Report.MeanAveragePrecision50, full.Report.MeanAveragePrecision50To95, whole.Report.MeanAveragePrecision50To95, gain.Lower, gain.Upper);
    }

    private static string ToText(QuantisationReport report, SpeedComparison? speed) => string.Create(CultureInfo.InvariantCulture, $"""
        {report.Path}  {report.Bytes / 1e6:0.00} MB, in float32 {report.Float32Bytes / 1e6:0.00} MB; {Kept(report.KeptFloat)}
        On {report.Pictures} pictures of {report.Split}, in squares of {report.ImageSize} px: mAP50 {report.MAP50:0.0000}, in float32 {report.Float32MAP50:0.0000}; mAP50-95 {report.MAP50_95:0.0000}, in float32 {report.Float32MAP50_95:0.0000}
        Difference in mAP50: {100 * (report.MAP50 - report.Float32MAP50):+0.00;−0.00;0.00} points, 95 % interval {100 * report.Lower:+0.00;−0.00;0.00} to {100 * report.Upper:+0.00;−0.00;0.00} (paired bootstrap)
        """) + (speed is null ? "" : $"\n{speed.ToText("in float32", SlowerAdvice())}");

    private static string SlowerAdvice() => ProcessorFeatures.Current.HasInt8DotProducts
        ? "ship the float32 file (espalier export)"
        : "this processor has no VNNI: ship the float32 file (espalier export) to its like";

    private static string Kept(ImmutableArray<string> names) => names.Length switch
    {
        0 => "every convolution in int8",
        1 => $"{names[0]} in float",
        _ => $"{names.Length} convolutions in float: {string.Join(", ", names)}",
    };

    private sealed record QuantisationReport(
        string Path, long Bytes, long Float32Bytes, string Calibration, int CalibrationPictures, int WeightBits, ImmutableArray<string> KeptFloat,
        string Split, int Pictures, int ImageSize, double Float32MAP50, double MAP50, double Float32MAP50_95, double MAP50_95, double Lower, double Upper,
        double? MillisecondsBefore = null, double? MillisecondsAfter = null, double? SpeedRatio = null);
}
