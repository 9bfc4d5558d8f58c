using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Losses;
using Espalier.Training.Native;
using Espalier.Training.Quantization;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;
using static TorchSharp.torch;

namespace Espalier.Processors;

/// <summary>What libtorch and our own kernels compute: predictions, losses, gradients, scores, ranges and trained weights. One thread, so
/// that the processor alone decides in which order numbers are added.</summary>
internal static class TrainingFigures
{
    private const int BatchSize = 8;

    /// <summary>float32 sums in another order.</summary>
    private const double Summation = 1e-5;

    /// <summary>The same, once through the network and back.</summary>
    private const double Gradient = 1e-4;

    /// <summary>The same, grown over some steps.</summary>
    private const double Steps = 1e-4;

    /// <summary>bfloat16 has eight bits: numbers lie 4e-3 apart, and a sum's order decides between neighbours.</summary>
    private const double Coarse = 2e-2;

    public static IEnumerable<Figure> Of(Material material)
    {
        Devices.SetThreads(1);
        return [.. Predictions(material), .. Backpropagation(material, Precision.FP32, Summation, Gradient),
            .. Backpropagation(material, Precision.BF16, Coarse, Coarse), .. Scores(material),
        .. Calibration(material), .. Training(material)];
    }

    private static IEnumerable<Figure> Predictions(Material material)
    {
        using var scope = NewDisposeScope();
        using var network = new ExecutableNetwork(material.Checkpoint.Graph, material.Checkpoint.Weights)
        {
            Mode = ExecutionMode.Evaluation,
        };
        yield return Figure.Near("libtorch: predictions", Summation,
            network.Predict(BatchUpload.ToTensor(material.Batch(Material.PictureCount), CPU)).data<float>().ToArray());
    }

    /// <summary>A training batch forward and back.</summary>
    private static IEnumerable<Figure> Backpropagation(Material material, Precision precision, double outputs, double gradients)
    {
        using var scope = NewDisposeScope();
        var (checkpoint, batch) = (material.Checkpoint, material.Batch(BatchSize));
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights);
        using var tape = new NetworkTape(network, precision);
        var heads = tape.Record(BatchUpload.ToTensor(batch, CPU, precision));
        var name = precision == Precision.BF16 ? "bf16" : "fp32";
        yield return Figure.Near($"training, {name}: heads", outputs, heads.SelectMany(head => head.contiguous().data<float>().ToArray()));

        var loss = new DetectionLoss(checkpoint.Graph.Detect, new LossOptions(), Material.Side).Compute(heads, batch.Targets);
        var parts = LossValues.Of(loss);
        yield return Figure.Near($"training, {name}: box loss", outputs, parts.Box);
        yield return Figure.Near($"training, {name}: objectness loss", outputs, parts.Objectness);
        yield return Figure.Near($"training, {name}: class loss", outputs, parts.Class);

        loss.Total.backward();
        tape.PlayBack();
        foreach (var group in network.ParameterGroups)
        {
            yield return Figure.Near($"training, {name}: norm of the gradients, {group.Kind}", gradients,
                group.Gradients.Values.norm().item<float>());
        }
    }

    private static IEnumerable<Figure> Scores(Material material)
    {
        var checkpoint = material.Checkpoint;
        var statistics = ChannelStatistics.Measure(checkpoint, [material.Batch(BatchSize)], CPU);
        foreach (var criterion in (string[])["taylor", "gradient", "bn-statistics"])
        {
            var scores = Importances.Of(criterion).Measure(new(checkpoint, statistics, [material.Batch(BatchSize)], CPU, Seed: 0));
            yield return Figure.Near($"scores by {criterion}", Gradient,
                scores.Layers.OrderBy(layer => layer.Key).SelectMany(layer => layer.Value));
            yield return NetworkFigures.OfPlan(criterion, NetworkFigures.Plan(scores, checkpoint.Graph, blocks: false));
        }
    }

    private static IEnumerable<Figure> Calibration(Material material)
    {
        var network = OnnxEmission.Prepare(material.Checkpoint);
        var seen = ActivationCalibration.Measure(network, [material.Batch(Material.PictureCount)], CPU);
        var plan = QuantizedTensors.Plan(network.Graph, seen, CalibrationMethod.SquaredError);
        yield return Figure.Near("calibration: ranges", Summation,
            plan.Ranges.Values.SelectMany(range => (float[])[range.Low, range.High]));
        yield return Figure.Near("calibration: channels' means", Summation, plan.ChannelMeans.Values.SelectMany(means => means));
    }

    /// <summary>A run of six steps from the shipped weights.</summary>
    private static IEnumerable<Figure> Training(Material material)
    {
        var options = new TrainingOptions
        {
            Data = material.Data,
            Weights = Material.Weights,
            ImageSize = Material.Side,
            BatchSize = 2 * BatchSize,
            Epochs = 3,
            Threads = 1,
            Workers = 0,
            Device = "cpu",
            AutoAnchor = false,
            Precision = Precision.FP32,
            DrawsPictures = false,
        };
        var outcome = Trainer.Start(options, material.File("runs"), "train", Array.Empty<ITrainingListener>()).Run(CancellationToken.None);
        var trained = Checkpoint.Load(outcome.Folder.Last);
        foreach (var epoch in outcome.History)
        {
            yield return Figure.Near($"run: losses of epoch {epoch.Epoch + 1}", Steps,
                epoch.TrainingLoss.Box, epoch.TrainingLoss.Objectness,
                epoch.TrainingLoss.Class, epoch.ValidationLoss.Box, epoch.ValidationLoss.Objectness, epoch.ValidationLoss.Class);
        }

        yield return Figure.Near("run: mAP50 and mAP50-95 at the end", Steps, outcome.History[^1].MeanAveragePrecision50,
            outcome.History[^1].MeanAveragePrecision);
        yield return Figure.Near("run: weights at the end", Steps, NetworkFigures.Trained(trained.Graph, trained.Weights));
    }
}
