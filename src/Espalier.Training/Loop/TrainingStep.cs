using Espalier.Datasets;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
using Espalier.Training.Profiling;
using Espalier.Training.Sparsity;
using static TorchSharp.torch;

namespace Espalier.Training.Loop;

/// <summary>
/// One batch of learning: forward, loss, backward; and, once enough batches have been added up, clipping, the optimizer and the moving average.
/// </summary>
/// <remarks>
/// The gradients of an epoch's last batches are always applied, even where fewer than the wanted number were added up: an epoch's end
/// is then a complete state.
/// </remarks>
internal sealed class TrainingStep(
    ExecutableNetwork network, DetectionLoss loss, Optimiser optimiser, ExponentialMovingAverage average, LearningRateSchedule schedule, double maximumGradientNorm,
    SparsityPenalty? sparsity = null, NetworkTape? tape = null, IProcessGroup? group = null, Timeline? timeline = null,
    (Teacher Teacher, DistillationLoss Loss)? distillation = null) : IDisposable
{
    private readonly IProcessGroup _group = group ?? SingleProcess.Instance;
    private readonly GradientExchange? _exchange = group is { Size: > 1 } ? new GradientExchange(network, group) : null;
    private int _accumulated;

    /// <summary>The rates of the last step: biases, convolution weights, batch-norm scales.</summary>
    public IReadOnlyList<double> LearningRates { get; private set; } = [0, 0, 0];

    /// <summary>Learns from one batch.</summary>
    /// <param name="batch">The pictures and their targets.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="iteration">Batches since the run's beginning.</param>
    /// <param name="isLast">Whether it is the epoch's last.</param>
    /// <param name="wantsToStop">Whether the user interrupted this process.</param>
    public StepOutcome Run(Batch batch, int epoch, long iteration, bool isLast, bool wantsToStop = false)
    {
        using var scope = NewDisposeScope();
        var rates = schedule.At(epoch, iteration);
        LearningRates = [rates.For(ParameterKind.Bias), rates.For(ParameterKind.ConvolutionWeight), rates.For(ParameterKind.BatchNormScale)];
        var images = Upload(batch);
        var heads = Forward(images);
        var result = Compute(heads, batch);
        var (values, stop) = Together(LossValues.Of(result), wantsToStop);
        if (!values.IsFinite) return new StepOutcome(values, false, stop);

        var total = distillation is null ? result.Total : result.Total.Plus(Distil(images, heads, batch));
        var isWhole = ++_accumulated >= rates.Accumulation || isLast;
        Backward(total, isWhole);
        if (!isWhole) return new StepOutcome(values, false, stop);
        _accumulated = 0;
        if (!Clip()) return new StepOutcome(values, false, stop, HasFiniteGradients: false);

        Change(rates);
        using var averaging = timeline.Measure("moving average");
        average.Update(network);
        return new StepOutcome(values, true, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange?.Dispose();

    /// <summary>The losses of all processes' parts added up, and whether any of them was interrupted.</summary>
    private (LossValues Values, bool WantsToStop) Together(LossValues own, bool wantsToStop)
    {
        Span<double> all = [own.Box, own.Objectness, own.Class, wantsToStop ? 1 : 0];
        _group.Sum(all);
        return (new LossValues(all[0], all[1], all[2]), all[3] > 0);
    }

    private Tensor Upload(Batch batch)
    {
        using var measured = timeline.Measure("upload");
        // A teacher looks at the same pictures, and sees them as they are.
        return BatchUpload.ToTensor(batch, network.Device, distillation is null && tape is not null ? tape.Precision : Precision.FP32);
    }

    private IReadOnlyList<Tensor> Forward(Tensor images)
    {
        using var measured = timeline.Measure("forward");
        return tape is null ? network.ForwardHeads(images) : tape.Record(images);
    }

    private LossResult Compute(IReadOnlyList<Tensor> heads, Batch batch)
    {
        using var measured = timeline.Measure("loss");
        return loss.Compute(heads, batch.Targets, _group, batch.Share, batch.WholeCount);
    }

    private Tensor Distil(Tensor images, IReadOnlyList<Tensor> heads, Batch batch)
    {
        using var measured = timeline.Measure("teacher");
        var (teacher, distance) = distillation!.Value;
        return distance.Compute(heads, teacher.Heads(images), _group, batch.Share, batch.WholeCount);
    }

    private void Backward(Tensor total, bool isWhole)
    {
        using (timeline.Measure(tape is null ? "backward" : "loss backward")) total.backward();
        if (tape is null) return;
        using var measured = timeline.Measure("backward");
        tape.PlayBack(isWhole && _exchange is not null ? _exchange.NodeDone : null);
        if (isWhole) _exchange?.Finish();
    }

    private bool Clip()
    {
        using var measured = timeline.Measure("clipping");
        return double.IsFinite(GradientClipping.Clip(network, maximumGradientNorm));
    }

    private void Change(ScheduledRates rates)
    {
        using var measured = timeline.Measure("optimizer");
        sparsity?.AddToGradients();
        optimiser.Step(rates);
        sparsity?.Shrink(rates.For(sparsity.Kind));
    }
}

/// <summary>What came of a batch.</summary>
/// <param name="Values">Its losses, over all processes; where they are not finite, nothing was learned.</param>
/// <param name="Stepped">Whether the gradients of all batches so far have been applied.</param>
/// <param name="WantsToStop">Whether the user interrupted any of the processes.</param>
/// <param name="HasFiniteGradients">Whether the gradients are numbers; where they are not, nothing was learned.</param>
internal readonly record struct StepOutcome(LossValues Values, bool Stepped, bool WantsToStop, bool HasFiniteGradients = true)
{
    /// <summary>Whether something was learned, or can be once more batches have been added up.</summary>
    public bool IsFinite => Values.IsFinite && HasFiniteGradients;
}
