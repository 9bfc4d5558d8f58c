using Espalier.Datasets;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
using Espalier.Training.Profiling;
using Espalier.Training.Sparsity;
using static TorchSharp.torch;

namespace Espalier.Training.Runs;

/// <summary>
/// One batch of learning: forward, loss, backward; and, once enough batches have been added up, clipping, the optimizer and the moving average.
/// </summary>
/// <remarks>
/// The gradients of an epoch's last batches are always applied, even where fewer than the wanted number were added up: an epoch's end
/// is then a complete state.
/// </remarks>
internal sealed class TrainingStep(
    ExecutableNetwork network, DetectionLoss loss, Optimiser optimiser, ExponentialMovingAverage average, LearningRateSchedule schedule, double maximumGradientNorm,
    SparsityPenalty? sparsity, NetworkTape? tape, Timeline? timeline)
{
    private int _accumulated;

    /// <summary>The rates of the last step: biases, convolution weights, batch-norm scales.</summary>
    public IReadOnlyList<double> LearningRates { get; private set; } = [0, 0, 0];

    /// <summary>Learns from one batch.</summary>
    /// <param name="batch">The pictures and their targets.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="iteration">Batches since the run's beginning.</param>
    /// <param name="isLast">Whether it is the epoch's last.</param>
    /// <param name="values">Its losses; where they are not finite, nothing was learned.</param>
    /// <returns>Whether the gradients of all batches so far have been applied.</returns>
    public bool Run(Batch batch, int epoch, long iteration, bool isLast, out LossValues values)
    {
        using var scope = NewDisposeScope();
        var rates = schedule.At(epoch, iteration);
        LearningRates = [rates.For(ParameterKind.Bias), rates.For(ParameterKind.ConvolutionWeight), rates.For(ParameterKind.BatchNormScale)];
        var images = Upload(batch);
        var heads = Forward(images);
        var result = Compute(heads, batch);
        values = LossValues.Of(result);
        if (!values.IsFinite) return false;

        Backward(result.Total);
        if (++_accumulated < rates.Accumulation && !isLast) return false;
        _accumulated = 0;
        if (!Clip())
        {
            values = values with { Box = double.NaN };
            return false;
        }

        Change(epoch, rates);
        using var averaging = timeline.Measure("moving average");
        average.Update(network);
        return true;
    }

    private Tensor Upload(Batch batch)
    {
        using var measured = timeline.Measure("upload");
        return BatchUpload.ToTensor(batch, network.Device);
    }

    private IReadOnlyList<Tensor> Forward(Tensor images)
    {
        using var measured = timeline.Measure("forward");
        return tape is null ? network.ForwardHeads(images) : tape.Record(images);
    }

    private LossResult Compute(IReadOnlyList<Tensor> heads, Batch batch)
    {
        using var measured = timeline.Measure("loss");
        return loss.Compute(heads, batch.Targets);
    }

    private void Backward(Tensor total)
    {
        using (timeline.Measure(tape is null ? "backward" : "loss backward")) total.backward();
        if (tape is null) return;
        using var measured = timeline.Measure("backward");
        tape.PlayBack();
    }

    private bool Clip()
    {
        using var measured = timeline.Measure("clipping");
        return double.IsFinite(GradientClipping.Clip(network, maximumGradientNorm));
    }

    private void Change(int epoch, ScheduledRates rates)
    {
        using var measured = timeline.Measure("optimizer");
        sparsity?.AddToGradients(epoch);
        optimiser.Step(rates);
        sparsity?.Shrink(epoch, rates.For(ParameterKind.BatchNormScale));
    }
}
