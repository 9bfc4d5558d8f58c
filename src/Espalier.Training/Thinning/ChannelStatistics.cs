using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>What activations, poolings and gates give, channel by channel, over some pictures.</summary>
/// <param name="Means">
/// The mean output a channel of every activation, pooling and product with a gate, by its position in the graph. The mean of the highest
/// values is not the highest of the means: what a pooling gives must be measured there.
/// </param>
/// <param name="RootMeanSquares">
/// √(mean² + deviation²) a channel, which is the root of the mean square, by the activation's position.
/// </param>
internal sealed record ChannelStatistics(IReadOnlyDictionary<int, float[]> Means, IReadOnlyDictionary<int, float[]> RootMeanSquares)
{
    /// <summary>Measures a network.</summary>
    /// <param name="checkpoint">The network; batch norms are not folded, so that positions are the graph's.</param>
    /// <param name="batches">The pictures.</param>
    /// <param name="device">Where it computes.</param>
    public static ChannelStatistics Measure(Checkpoint checkpoint, IEnumerable<Batch> batches, Device device)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(batches);
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights, device) { Mode = ExecutionMode.Evaluation };
        var nodes = checkpoint.Graph.Nodes;
        var watched = Enumerable.Range(0, nodes.Length).Where(position => nodes[position] is ActivationNode or MaxPoolNode or MultiplyNode)
            .ToArray();
        var sums = watched.ToDictionary(position => position, _ => (First: Array.Empty<double>(), Second: Array.Empty<double>()));
        var pictures = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var outputs = network.Forward(BatchUpload.ToTensor(batch, device), watched).Outputs;
            foreach (var (position, output) in outputs)
            {
                var (first, second) = sums[position];
                sums[position] = (Added(first, output, batch.Count), Added(second, output.Squared(), batch.Count));
            }

            pictures += batch.Count;
        }

        return new ChannelStatistics(
            sums.ToDictionary(entry => entry.Key, entry => Array.ConvertAll(entry.Value.First, sum => (float)(sum / pictures))),
            sums.Where(entry => nodes[entry.Key] is ActivationNode).ToDictionary(
                entry => entry.Key, entry => Array.ConvertAll(entry.Value.Second, sum => (float)Math.Sqrt(sum / pictures))));
    }

    /// <summary>sums + pictures · the batch's mean of each channel.</summary>
    private static double[] Added(double[] sums, Tensor output, int pictures)
    {
        var means = output.mean([0, 2, 3]).cpu().data<float>().ToArray();
        return [.. means.Select((mean, channel) => (sums.Length == 0 ? 0 : sums[channel]) + ((double)mean * pictures))];
    }
}
