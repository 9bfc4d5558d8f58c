using System.Collections.Immutable;
using Espalier.Datasets;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>
/// Running means and variances anew, as the average over some batches, each as much as it has pictures: what a network needs after a cut,
/// before anything else.
/// </summary>
internal static class BatchNormCalibration
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
        ImmutableArray<Node> nodes = [.. checkpoint.Graph.Nodes.Select(node => node is BatchNormNode norm
            ? norm with { Momentum = 1 } : node)];
        using var network = new ExecutableNetwork(checkpoint.Graph with { Nodes = nodes }, checkpoint.Weights,
            device)
        { Mode = ExecutionMode.Training };
        using var sum = network.Statistics.ZerosLike();
        var pictures = 0L;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            network.ForwardHeads(BatchUpload.ToTensor(batch, device));
            sum.Values.Add(network.Statistics.Values, batch.Count);
            pictures += batch.Count;
        }

        if (pictures == 0) return checkpoint;
        using (no_grad()) sum.Values.Divide(pictures);
        var statistics = new Weights();
        sum.CopyTo(statistics);
        var weights = new Weights();
        foreach (var name in checkpoint.Weights.Names) weights[name] = statistics.Find(name) ?? checkpoint.Weights[name];
        return checkpoint with { Weights = weights };
    }

    /// <summary>
    /// A network that computes what it did, over new running statistics: γ' = γ σ'/σ and β' = β + γ (μ' − μ)/σ take over what the
    /// statistics change. Estimated anew, a batch norm raises what is left of its input to the old strength, noise as well; training goes
    /// on from there, for it sees batches' own statistics. So it goes on from the same function instead.
    /// </summary>
    /// <param name="checkpoint">The network; not changed.</param>
    /// <param name="calibrated">The same with new statistics, as <see cref="Run"/> gives it.</param>
    public static Checkpoint KeepFunction(Checkpoint checkpoint, Checkpoint calibrated)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(calibrated);
        var (old, changed) = (checkpoint.Weights, new Dictionary<string, WeightArray>());
        foreach (var norm in checkpoint.Graph.Nodes.OfType<BatchNormNode>())
        {
            var (scale, shift) = (new float[norm.Channels], new float[norm.Channels]);
            for (var channel = 0; channel < norm.Channels; channel++)
            {
                var (mean, deviation) = Statistics(old, norm, channel);
                var (newMean, newDeviation) = Statistics(calibrated.Weights, norm, channel);
                var gain = old[$"{norm.Name}.weight"].Values[channel] / deviation;
                scale[channel] = (float)(gain * newDeviation);
                shift[channel] = (float)(old[$"{norm.Name}.bias"].Values[channel] + (gain * (newMean - mean)));
            }

            changed[$"{norm.Name}.weight"] = new WeightArray([norm.Channels], scale);
            changed[$"{norm.Name}.bias"] = new WeightArray([norm.Channels], shift);
        }

        var weights = new Weights();
        foreach (var name in calibrated.Weights.Names) weights[name] = changed.GetValueOrDefault(name) ?? calibrated.Weights[name];
        return calibrated with { Weights = weights };
    }

    private static (double Mean, double Deviation) Statistics(Weights weights, BatchNormNode norm, int channel) =>
        (weights[$"{norm.Name}.running_mean"].Values[channel],
            Math.Sqrt((double)weights[$"{norm.Name}.running_var"].Values[channel] + norm.Epsilon));
}
