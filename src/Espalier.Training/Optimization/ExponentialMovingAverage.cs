using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Optimization;

/// <summary>
/// A second network whose weights and running statistics follow those of the one that trains, ever more slowly:
/// decay 0.9999 · (1 − exp(−updates / 2000)). It is what is validated and kept.
/// </summary>
internal sealed class ExponentialMovingAverage : IDisposable
{
    private const double LongTermDecay = 0.9999;
    private const double Ramp = 2000;

    /// <summary>Starts the average at the network's present state.</summary>
    public ExponentialMovingAverage(ExecutableNetwork source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Network = source.Copy();
        Network.Mode = ExecutionMode.Evaluation;
    }

    /// <summary>The average, as a network in evaluation mode.</summary>
    public ExecutableNetwork Network { get; }

    /// <summary>How many updates it has seen.</summary>
    public int Updates { get; private set; }

    /// <summary>The share of the old average that is kept at an update.</summary>
    /// <param name="updates">Which update it is, from 1.</param>
    public static double Decay(int updates) => LongTermDecay * (1 - Math.Exp(-updates / Ramp));

    /// <summary>Moves towards a network of the same graph; after each optimizer step.</summary>
    public void Update(ExecutableNetwork source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var guard = no_grad();
        var decay = Decay(++Updates);
        foreach (var (average, current) in Network.FlatTensors.Zip(source.FlatTensors))
        {
            average.Values.Multiply(decay).Add(current.Values, 1 - decay);
        }

        Network.CopyBatchesTrackedFrom(source);
    }

    /// <summary>Goes on from a saved average.</summary>
    /// <param name="weights">What <see cref="Network"/>'s <see cref="ExecutableNetwork.ToWeights"/> gave.</param>
    /// <param name="updates">What <see cref="Updates"/> was.</param>
    /// <exception cref="EspalierException">The weights are not those of the network; nothing was changed.</exception>
    public void Restore(Weights weights, int updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        Network.Load(weights);
        Updates = updates;
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
