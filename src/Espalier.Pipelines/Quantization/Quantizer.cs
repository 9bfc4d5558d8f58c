using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Pipelines.Models;
using Espalier.Training.Native;
using Espalier.Training.Quantization;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Quantization;

/// <summary>Writes networks as int8 ONNX files, calibrated on training pictures and judged beside float32.</summary>
/// <param name="options">How.</param>
/// <param name="listener">Told what is being done.</param>
/// <example><code>
/// var model = new Quantizer(new QuantizeOptions { Data = "data.yaml" }).Run("best.safetensors");
/// var (int8, float32) = (model.Quantized.MeanAveragePrecision50, model.Full.MeanAveragePrecision50);
/// Console.WriteLine($"{model.Path}: mAP50 {int8:0.000}, in float32 {float32:0.000}");
/// </code></example>
public sealed class Quantizer(QuantizeOptions options, IPipelineListener? listener = null)
{
    private const int BatchSize = 32;
    private readonly IPipelineListener _listener = listener ?? new QuietListener();

    /// <summary>Quantizes a network, judges and times it, and writes it.</summary>
    /// <param name="weights">A checkpoint, a safetensors file or a YOLOv5 <c>.pt</c>.</param>
    /// <param name="output">The file to write; beside the weights, named <c>.int8.onnx</c>, if null.</param>
    /// <param name="cancellationToken">Ends it between batches; nothing is written then.</param>
    /// <exception cref="EspalierException">The weights, the data or the options cannot be used, or the file cannot be written.</exception>
    public QuantizedModel Run(string weights, string? output = null, CancellationToken cancellationToken = default)
    {
        QuantizeOptions.Table.Validate(options);
        if (ModelFiles.IsOnnx(weights)) throw new EspalierException($"'{weights}' is an ONNX file already; quantize takes a checkpoint");
        var checkpoint = Checkpoint.Open(weights);
        var (height, width) = FileSizeOptionAttribute.HeightAndWidth(options.ImageSize, checkpoint.ImageSize);
        var emission = new OnnxOptions { Batch = options.Batch, Height = height, Width = width, Interface = options.Interface };
        emission.Validate(checkpoint.Stride);
        var side = Math.Max(height, width);
        var plan = Kept(Calibrate(checkpoint, weights, side, cancellationToken), checkpoint, weights, side, cancellationToken);

        var file = OnnxEmission.Emit(checkpoint, emission with { Quantization = plan });
        _listener.OnNote($"Judging on {options.ValidationSplit}");
        var loader = Loader(checkpoint, weights, options.ValidationSplit, int.MaxValue, side, _listener.OnNote, cancellationToken);
        var judge = new Judge(checkpoint, loader, side, options.Threads);
        var full = judge.Outcome(null, cancellationToken: cancellationToken);
        var quantized = judge.Outcome(plan, options.Interface, cancellationToken);
        var path = output ?? ModelFiles.OutputOf(weights, ".int8.onnx");
        file.Save(path);
        return new QuantizedModel
        {
            Path = path,
            Bytes = new FileInfo(path).Length,
            Float32Bytes = OnnxEmission.Emit(checkpoint, emission with { Interface = OnnxInterface.Standard }).ToBytes().Length,
            Plan = plan,
            ImageSize = side,
            Full = full.Report,
            Quantized = quantized.Report,
            Gain = PairedBootstrap.MeanAveragePrecision50(full.Pictures, quantized.Pictures, checkpoint.Graph.Classes),
            Speed = options.MeasureLatency ? Speed(checkpoint, emission, file, cancellationToken) : null,
        };
    }

    /// <summary>The plan with everything in int8.</summary>
    private QuantizationPlan Calibrate(Checkpoint checkpoint, string name, int side, CancellationToken cancellationToken)
    {
        Devices.SetThreads(options.Threads);
        var loader = Loader(checkpoint, name, options.TrainingSplit, options.Pictures, side, _listener.OnNote, cancellationToken);
        _listener.OnNote($"Calibrating on {loader.PictureCount} pictures");
        var network = OnnxEmission.Prepare(checkpoint);
        var seen = ActivationCalibration.Measure(network, loader.Batches(cancellationToken), Devices.Parse(options.Device),
            cancellationToken);
        var plan = QuantizedTensors.Plan(network.Graph, seen, options.Method) with { WeightBits = options.WeightBits };
        return options.CorrectBiases ? plan : plan with { ChannelMeans = plan.ChannelMeans.Clear() };
    }

    private QuantizationPlan Kept(QuantizationPlan everything, Checkpoint checkpoint, string name, int side,
        CancellationToken cancellationToken)
    {
        if (options.Keep is [QuantizeOptions.None]) return everything;
        if (options.Keep is not [QuantizeOptions.Auto])
        {
            var convolutions = OnnxEmission.Prepare(checkpoint).Graph.Nodes.OfType<ConvNode>().Select(conv => conv.Name).ToHashSet();
            foreach (var word in options.Keep.Where(word => !convolutions.Contains(word)))
                throw new OptionException($"There is no convolution '{word}' to keep; they are named like {convolutions.First()}.");
            return everything with { KeptFloat = [.. options.Keep] };
        }

        var judge = new Judge(checkpoint, Loader(checkpoint, name, options.TrainingSplit, options.Pictures, side, null, cancellationToken),
            side, options.Threads);
        return new KeepSearch(checkpoint, judge, options.Tolerance / 100, _listener.OnNote).Run(everything, cancellationToken);
    }

    /// <summary>The int8 file beside the fastest float32 file that takes the same pictures.</summary>
    private SpeedComparison Speed(Checkpoint checkpoint, OnnxOptions emission, OnnxFile file, CancellationToken cancellationToken)
    {
        var full = OnnxEmission.Emit(checkpoint, emission with { ChannelBlock = ChannelBlock.ForBatch(emission.Batch) });
        return LatencyMeter.Compare(Measured(full), Measured(file), options.Threads, cancellationToken);

        MeasuredFile Measured(OnnxFile content) =>
            new(content.ToBytes(), emission.Height!.Value, emission.Width!.Value, emission.Batch!.Value);
    }

    /// <summary>Pictures of a split, spread evenly over it, in squares.</summary>
    private ValidationLoader Loader(Checkpoint checkpoint, string name, string split, int most, int side, Action<string>? note,
        CancellationToken cancellationToken)
    {
        var dataset = LabelledSet.OpenForTraining(
                DataConfiguration.Read(options.Data), split, options.ValidationSplit, note: note, cancellationToken: cancellationToken)
            .InOrderOf(checkpoint.ClassNames, name, options.Data, note);
        var count = Math.Min(most, dataset.Entries.Count);
        var places = Enumerable.Range(0, count).Select(place => (int)((long)place * dataset.Entries.Count / count));
        var spread = dataset with { Entries = [.. places.Select(place => dataset.Entries[place])] };
        return LabelledSet.Load(spread,
            new ValidationLoaderOptions { ImageSize = side, BatchSize = BatchSize, Rectangular = false, Stride = checkpoint.Stride }, note);
    }
}
