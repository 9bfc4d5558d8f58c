using System.Collections.Immutable;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>Running means and variances anew, as the plain average over some batches: what a network needs after a cut, before anything else.</summary>
public static class BatchNormCalibration
{
    /// <summary>The network with new running statistics.</summary>
    /// <param name="checkpoint">The network; not changed.</param>
    /// <param name="batches">Pictures as in training; at least one batch.</param>
    /// <param name="device">Where it computes.</param>
    public static Checkpoint Run(Checkpoint checkpoint, IEnumerable<Batch> batches, Device device)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(batches);

        // With a momentum of 1 the running statistics after a pass are the batch's own.
        ImmutableArray<Node> nodes = [.. checkpoint.Graph.Nodes.Select(node => node is BatchNormNode norm ? norm with { Momentum = 1 } : node)];
        using var network = new ExecutableNetwork(checkpoint.Graph with { Nodes = nodes }, checkpoint.Weights, device) { Mode = ExecutionMode.Training };
        using var sum = network.Statistics.ZerosLike();
        var count = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            network.ForwardHeads(BatchUpload.ToTensor(batch, device));
            sum.Values.Accumulate(network.Statistics.Values);
            count++;
        }

        if (count == 0) return checkpoint;
        using (no_grad()) sum.Values.Divide(count);
        var statistics = new Weights();
        sum.CopyTo(statistics);
        var weights = new Weights();
        foreach (var name in checkpoint.Weights.Names) weights[name] = statistics.Find(name) ?? checkpoint.Weights[name];
        return checkpoint with { Weights = weights };
    }
}
