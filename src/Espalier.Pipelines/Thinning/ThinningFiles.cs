using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Latency;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Quantization;
using Espalier.Training.Thinning;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Thinning;

/// <summary>Makes the files of each step, and judges and times them in ONNX Runtime beside the dense network's float file.</summary>
internal sealed class ThinningFiles(ThinOptions options, ThinFolder folder, IPipelineListener listener, CancellationToken cancellationToken)
{
    private ValidationOutcome? _dense;

    /// <summary>A step, made now if that has not been done yet.</summary>
    /// <param name="number">0 for the dense network.</param>
    /// <param name="dense">The dense network's step; null where this is it.</param>
    public ThinningStep Make(int number, ThinningStep? dense)
    {
        var weights = folder.Weights(number);
        if (StageFile.Read<ThinningStep>(folder.Judged(number), weights) is { } there) return there;

        var checkpoint = Checkpoint.Open(weights);
        var whole = folder.File(0, isInt8: false);
        List<bool> kinds = options.Quantize ? [false, true] : [false];
        foreach (var isInt8 in kinds) Write(number, isInt8, checkpoint);
        var times = Times([whole, .. kinds.Select(isInt8 => folder.File(number, isInt8))], checkpoint.ImageSize);

        // A machine that is slower today is so for both.
        var scale = dense is null ? 1 : dense.InFloat.Milliseconds / times[0];
        var outcomes = kinds.ConvertAll(isInt8 => Judge(folder.File(number, isInt8)));
        if (dense is null) _dense = outcomes[0];
        var files = kinds.Index().Select(kind => Found(number, kind.Item, times[kind.Index + 1] * scale, outcomes[kind.Index])).ToList();
        var cost = checkpoint.Graph.Summarize(checkpoint.ImageSize);
        var (pictures, int8) = (outcomes[0].Report.Pictures, files.ElementAtOrDefault(1));
        var step = new ThinningStep(number, cost.MultiplyAdds, cost.Parameters, pictures, files[0], int8);
        StageFile.Write(folder.Judged(number), step);
        return step;
    }

    /// <summary>What a network takes in float, in milliseconds of when the dense one was timed.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="dense">The dense network's step.</param>
    public double InFloat(string weights, ThinningStep dense)
    {
        var times = LatencyMeter.Measure([Checkpoint.Open(folder.Dense), Checkpoint.Open(weights)], options.Threads,
            cancellationToken: cancellationToken);
        return dense.InFloat.Milliseconds * times[1] / times[0];
    }

    private void Write(int number, bool isInt8, Checkpoint checkpoint)
    {
        var path = folder.File(number, isInt8);
        if (!isInt8)
        {
            FastFile.Of(checkpoint).Save(path);
            return;
        }

        var quantizing = new QuantizeOptions
        {
            Data = options.Data,
            TrainingSplit = options.TrainingSplit,
            ValidationSplit = options.ValidationSplit,
            Pictures = options.Pictures,
            MeasureLatency = false,
            Device = options.Device,
            Threads = options.Threads,
        };
        new Quantizer(quantizing, new QuietListener(listener)).Run(folder.Weights(number), path, cancellationToken);
    }

    private IReadOnlyList<double> Times(IEnumerable<string> files, int side)
    {
        MeasuredFile[] measured = [.. files.Select(file => new MeasuredFile(File.ReadAllBytes(file), side, side, 1))];
        return LatencyMeter.Measure(measured, options.Threads, cancellationToken: cancellationToken);
    }

    private ValidationOutcome Judge(string file)
    {
        using var network = ModelFiles.OpenNetwork(file, new EngineOptions { Threads = options.Threads });
        var request = new ValidationRequest { Data = options.Data, Split = options.ValidationSplit, Workers = options.Workers };
        return request.Run(network, file, cancellationToken: cancellationToken).Outcome;
    }

    private ThinnedFile Found(int number, bool isInt8, double milliseconds, ValidationOutcome outcome)
    {
        var bytes = new FileInfo(folder.File(number, isInt8)).Length;
        var accuracy = outcome.Report.MeanAveragePrecision50;
        _dense ??= Judge(folder.File(0, isInt8: false));
        var compared = PairedBootstrap.MeanAveragePrecision50(_dense.Pictures, outcome.Pictures, outcome.Report.Confusion.ClassCount);
        var kind = isInt8 ? "int8" : "float";
        listener.OnNote(Invariant(
            $"     {kind}: {milliseconds:0.000} ms, mAP50 {accuracy:0.000}, {100 * compared.Difference:+0.0;-0.0;0.0} points to dense"));
        return new ThinnedFile(
            isInt8, bytes, milliseconds, accuracy, new ReportedDifference(compared.Difference, compared.Lower, compared.Upper));
    }
}
