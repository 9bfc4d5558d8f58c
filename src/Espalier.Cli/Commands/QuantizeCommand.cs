using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Pipelines.Quantization;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier quantize WEIGHTS --data D</c>: a checkpoint as an int8 ONNX file,
/// calibrated on training pictures and judged beside float32.</summary>
internal sealed class QuantizeCommand : Verb
{
    private readonly Argument<string> _weights = CommonOptions.Weights();
    private readonly DescribedOptions<QuantizeOptions> _options = new(QuantizeOptions.Table, new QuantizeOptions { Data = "" });
    private readonly Option<string?> _output = CommonOptions.OptionalText("--output",
        "The file to write; default beside the weights, named .int8.onnx; of house-numbers in the working folder", "file");
    private readonly Option<bool> _json = CommonOptions.Json();

    public QuantizeCommand(TerminalSession terminal)
        : base(terminal, "quantize", "Write a network as an int8 ONNX file") => Takes([_weights, _output, .. _options.All, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier quantize best.safetensors --data data.yaml",
        "espalier quantize thinned.safetensors --data data.yaml --interface standard --output thinned.onnx",
        "espalier quantize best.safetensors --data data.yaml --calibration entropy --keep model.0.conv model.1.conv",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var options = _options.Read(parsed);
        var model = new Quantizer(options, new TerminalListener(terminal))
            .Run(parsed.GetValue(_weights)!, parsed.GetValue(_output), terminal.Interrupted);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(model, options) : ToText(model, options) + "\n");
        return ExitCodes.Done;
    }

    private static string ToText(QuantizedModel model, QuantizeOptions options)
    {
        var (int8, float32, gain) = (model.Quantized, model.Full, model.Gain);
        var difference = int8.MeanAveragePrecision50 - float32.MeanAveragePrecision50;
        return Invariant($"{model.Path}  {model.Bytes / 1e6:0.00} MB, in float32 {model.Float32Bytes / 1e6:0.00} MB; ")
            + Invariant($"{Kept([.. model.Plan.KeptFloat])}\n")
            + Invariant($"On {int8.Pictures} pictures of {options.ValidationSplit}, in squares of {model.ImageSize} px: ")
            + Invariant($"mAP50 {int8.MeanAveragePrecision50:0.0000}, in float32 {float32.MeanAveragePrecision50:0.0000}; ")
            + Invariant($"mAP50-95 {int8.MeanAveragePrecision50To95:0.0000}, in float32 {float32.MeanAveragePrecision50To95:0.0000}\n")
            + Invariant($"Difference in mAP50: {100 * difference:+0.00;−0.00;0.00} points, 95 % interval ")
            + Invariant($"{100 * gain.Lower:+0.00;−0.00;0.00} to {100 * gain.Upper:+0.00;−0.00;0.00} (paired bootstrap)")
            + (model.Speed is null ? "" : $"\n{model.Speed.ToText("in float32", SlowerAdvice())}");
    }

    private static string ToJson(QuantizedModel model, QuantizeOptions options) => JsonOutput.Text(new
    {
        model.Path,
        model.Bytes,
        model.Float32Bytes,
        Calibration = QuantizeOptions.Table.Find("--calibration")!.Word(options.Method),
        CalibrationPictures = options.Pictures,
        model.Plan.WeightBits,
        model.Plan.KeptFloat,
        Split = options.ValidationSplit,
        model.Quantized.Pictures,
        model.ImageSize,
        Float32MAP50 = model.Full.MeanAveragePrecision50,
        MAP50 = model.Quantized.MeanAveragePrecision50,
        Float32MAP50_95 = model.Full.MeanAveragePrecision50To95,
        MAP50_95 = model.Quantized.MeanAveragePrecision50To95,
        model.Gain.Lower,
        model.Gain.Upper,
        MillisecondsBefore = model.Speed?.Before,
        MillisecondsAfter = model.Speed?.After,
        SpeedRatio = model.Speed?.Ratio,
    });

    private static string SlowerAdvice() => ProcessorFeatures.Current.HasInt8DotProducts
        ? "ship the float32 file (espalier export)"
        : "this processor has no VNNI: ship the float32 file (espalier export) to its like";

    private static string Kept(string[] names) => names.Length switch
    {
        0 => "every convolution in int8",
        1 => $"{names[0]} in float",
        _ => $"{names.Length} convolutions in float: {string.Join(", ", names)}",
    };
}
