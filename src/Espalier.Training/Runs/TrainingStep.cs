using Espalier.Datasets;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
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
    SparsityPenalty? sparsity = null)
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
        var result = loss.Compute(network.ForwardHeads(BatchUpload.ToTensor(batch, network.Device)), batch.Targets);
        values = LossValues.Of(result);
        if (!values.IsFinite) return false;

        result.Total.backward();
        if (++_accumulated < rates.Accumulation && !isLast) return false;
        _accumulated = 0;
        if (!double.IsFinite(GradientClipping.Clip(network, maximumGradientNorm)))
        {
            values = values with { Box = double.NaN };
            return false;
        }

        sparsity?.AddToGradients(epoch);
        optimiser.Step(rates);
        sparsity?.Shrink(epoch, rates.For(ParameterKind.BatchNormScale));
        average.Update(network);
        return true;
    }
}
