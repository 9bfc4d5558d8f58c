using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Validation;

namespace Espalier.Training.Loops;

/// <summary>
/// The network that is validated and kept: the moving average, and in sparse training what it takes over from the live network.
/// </summary>
/// <param name="start">The graph, and what else a checkpoint holds.</param>
/// <param name="options">Whether, and on what, training is sparse.</param>
/// <param name="live">The network that learns.</param>
/// <param name="average">Its moving average.</param>
/// <param name="loss">The loss that is told beside the metrics.</param>
internal sealed class KeptNetwork(
    Checkpoint start, TrainingOptions options, ExecutableNetwork live, ExponentialMovingAverage average, DetectionLoss loss) : IDisposable
{
    private const int SettlingPictures = 256;

    private readonly TorchNetwork _judged = new(start, live.Device, loss);
    private Weights? _settled;

    private bool HasSparseScales => options.Sparsity is { On: SparsePart.BatchNormScales };

    /// <summary>
    /// Its weights. Penalized parameters that are exactly zero in the live network are so here too: the average would take thousands of
    /// steps to forget them.
    /// </summary>
    public Weights Weights()
    {
        if (_settled is not null) return _settled;
        var weights = average.Network.ToWeights();
        if (options.Sparsity is null) return weights;
        var present = live.ToWeights();
        foreach (var name in options.Sparsity.Penalized(start.Graph))
        {
            var (kept, own) = (weights[name].Values, present[name].Values);
            for (var index = 0; index < kept.Length; index++)
            {
                if (own[index] == 0) kept[index] = 0;
            }
        }

        return weights;
    }

    /// <summary>
    /// Takes the running statistics anew from some training pictures, where scales are penalized: these statistics follow the weights over
    /// dozens of steps, and scales that fade leave them behind. Holds until <see cref="Unsettle"/>.
    /// </summary>
    public void Settle(TrainingLoader loader)
    {
        if (!HasSparseScales) return;

        // Whole batches, for this process alone does it: its own part of each would be fewer pictures the more processes there are.
        var batches = loader.Whole.Epoch(0).Take((SettlingPictures + options.BatchSize - 1) / options.BatchSize);
        _settled = BatchNormCalibration.Run(start with { Weights = Weights() }, batches, live.Device).Weights;
    }

    /// <summary>Lets the weights follow the average again.</summary>
    public void Unsettle() => _settled = null;

    /// <summary>Validates it, batch norms folded.</summary>
    public ValidationOutcome Validate(ValidationLoader loader, Action<BatchValidated> judged)
    {
        _judged.Load(start.Graph, Weights());
        var outcome = new Validator(_judged).Run(loader, start.Graph.Classes, judged);
        return outcome with { Loss = _judged.MeanLoss };
    }

    /// <summary>An epoch's record with what became of the penalized parameters.</summary>
    public EpochRecord Describe(EpochRecord record) => options.Sparsity switch
    {
        { On: SparsePart.BatchNormScales } sparsity => record with
        {
            Scales = ScaleQuantiles.Of(LearnedScales(), sparsity.NearZeroShare),
            ScaleHistogram = ScaleHistogram.Of(start.Graph, Weights()),
        },
        { On: SparsePart.Kernels } => record with { Kernels = KernelZeros.Of(start.Graph, Weights()) },
        _ => record,
    };

    /// <summary>|γ| of every channel that learns: frozen ones do not fade, whatever share is wanted.</summary>
    private IEnumerable<float> LearnedScales()
    {
        var weights = Weights();
        return live.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale).Values.Slots
            .SelectMany(slot => weights[slot.Name].Values).Select(Math.Abs);
    }

    /// <summary>As a checkpoint for use.</summary>
    public Checkpoint ToCheckpoint(IReadOnlyList<EpochRecord> history) => TrainingCheckpoint.ForUse(start, Weights(), options, history);

    /// <inheritdoc/>
    public void Dispose() => _judged.Dispose();
}
