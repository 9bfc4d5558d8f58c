using Espalier.Datasets;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Profiling;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>What is minimised: the loss against the labels, and with a teacher the one against it on top.</summary>
/// <param name="labels">The loss against the labels.</param>
/// <param name="teacher">Who is learned from beside them, which is disposed with this, and how far the network is from it; null for nobody.</param>
/// <param name="group">The processes; this one alone if null.</param>
/// <param name="timeline">Where the time is measured; nowhere if null.</param>
internal sealed class Objective(
    DetectionLoss labels, (Teacher Network, DistillationLoss Distance)? teacher = null, IProcessGroup? group = null, Timeline? timeline = null) : IDisposable
{
    private readonly IProcessGroup _group = group ?? SingleProcess.Instance;

    /// <summary>This process's part of a batch's loss; its parts are those against the labels.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="heads">What the network makes of them.</param>
    /// <param name="batch">Their labels, and what share of the whole batch they are.</param>
    public LossResult Compute(Tensor images, IReadOnlyList<Tensor> heads, Batch batch)
    {
        var loss = OnLabels(heads, batch);
        if (teacher is not var (network, distance)) return loss;
        using var measured = timeline.Measure("teacher");
        return loss with { Total = loss.Total.Plus(distance.Compute(heads, network.Heads(images), _group, batch.Share, batch.WholeCount)) };
    }

    /// <inheritdoc/>
    public void Dispose() => teacher?.Network.Dispose();

    private LossResult OnLabels(IReadOnlyList<Tensor> heads, Batch batch)
    {
        using var measured = timeline.Measure("loss");
        return labels.Compute(heads, batch.Targets, _group, batch.Share, batch.WholeCount);
    }
}
