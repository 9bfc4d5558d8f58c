using Espalier.Training.Distribution;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Profiling;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Loops;

/// <summary>What a step works with: the network, what it is held to and how its weights follow.</summary>
internal sealed record Learner : IDisposable
{
    /// <summary>The network, forward and back.</summary>
    public required Backpropagation Model { get; init; }

    /// <summary>What is minimized.</summary>
    public required DetectionLoss Loss { get; init; }

    /// <summary>Who is learned from beside the labels; null for nobody.</summary>
    public Teacher? Teacher { get; init; }

    /// <summary>What moves the weights.</summary>
    public required Optimizer Optimizer { get; init; }

    /// <summary>How fast it moves them.</summary>
    public required LearningRateSchedule Schedule { get; set; }

    /// <summary>What follows the weights, and is validated and kept.</summary>
    public required ExponentialMovingAverage Average { get; init; }

    /// <summary>The norm that all gradients together are clipped to.</summary>
    public required double MaximumGradientNorm { get; init; }

    /// <summary>The penalty on scales or kernels; null for ordinary training.</summary>
    public SparsityPenalty? Sparsity { get; init; }

    /// <summary>The processes that share a batch.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>Where the time is measured; nowhere if null.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Batches whose gradients have been added up since the last step.</summary>
    public int Accumulated { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sparsity?.Dispose();
        Average.Dispose();
        Optimizer.Dispose();
        Teacher?.Dispose();
        Model.Dispose();
    }
}
