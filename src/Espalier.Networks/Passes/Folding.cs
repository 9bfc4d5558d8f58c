using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Folds batch normalizations into the convolutions before them, as inference wants it: w' = w · γ / √(σ² + ε), b' = β + (b − μ) · γ / √(σ²
/// + ε). A normalization over a concatenation (BottleneckCSP's) is split onto its producers where each feeds only that concatenation. What
/// cannot be folded stays as it is.
/// </summary>
internal static class Folding
{
    /// <summary>The folded network; its outputs differ by rounding alone (the oracle: at most 7.6e-5 over yolov5n's output).</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights; not changed, and shared where nothing changes.</param>
    /// <exception cref="WeightsException">The weights do not fit the graph.</exception>
    public static Network Fold(Graph graph, Weights weights)
    {
        WeightsCheck.Require(graph, weights, "The network to fold");
        var consumers = Consumers(graph);
        var folds = new Dictionary<int, Share>();
        var folded = new HashSet<int>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            if (graph.Nodes[i] is not BatchNormNode norm || Producers(graph, norm, consumers) is not { } producers) continue;
            folded.Add(i);
            var first = 0;
            foreach (var producer in producers)
            {
                folds.Add(producer, new Share(norm, first));
                first += ((ConvNode)graph.Nodes[producer]).OutChannels;
            }
        }

        return Rebuild(graph, weights, folds, folded);
    }

    /// <summary>The convolutions that a normalization can be folded into, in the order of its channels; or null.</summary>
    private static ImmutableArray<int>? Producers(Graph graph, BatchNormNode norm, int[] consumers)
    {
        bool FeedsOne(int node) => graph.Nodes[node] is ConvNode && consumers[node] == 1;
        var input = norm.Inputs[0];
        if (FeedsOne(input)) return [input];
        return graph.Nodes[input] is ConcatNode concat && consumers[input] == 1 && concat.Inputs.All(FeedsOne) ? concat.Inputs : null;
    }

    private static int[] Consumers(Graph graph)
    {
        var consumers = new int[graph.Nodes.Length];
        foreach (var input in graph.Nodes.SelectMany(node => node.Inputs)) consumers[input]++;
        return consumers;
    }

    private static Network Rebuild(Graph graph, Weights weights, Dictionary<int, Share> folds, HashSet<int> folded)
    {
        var (nodes, places) = (ImmutableArray.CreateBuilder<Node>(), new int[graph.Nodes.Length]);
        var arrays = new Dictionary<string, WeightArray>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (folded.Contains(i))
            {
                places[i] = places[node.Inputs[0]];
                continue;
            }

            places[i] = nodes.Count;
            nodes.Add(node with { Inputs = [.. node.Inputs.Select(input => places[input])] });
            if (!folds.TryGetValue(i, out var fold)) continue;
            var conv = (ConvNode)nodes[^1];
            nodes[^1] = conv with { Bias = true };
            (arrays[$"{conv.Name}.weight"], arrays[$"{conv.Name}.bias"]) = fold.Apply(conv, weights);
        }

        return new Network(graph, weights).With(nodes.ToImmutable(), arrays);
    }

    /// <summary>A convolution's share of a normalization.</summary>
    /// <param name="Norm">The normalization.</param>
    /// <param name="First">The channel of it that is the convolution's first.</param>
    private sealed record Share(BatchNormNode Norm, int First)
    {
        public (WeightArray Weight, WeightArray Bias) Apply(ConvNode conv, Weights weights)
        {
            var (kernel, bias) = (weights[$"{conv.Name}.weight"], conv.Bias ? weights[$"{conv.Name}.bias"].Values : null);
            var (gamma, beta) = (weights[$"{Norm.Name}.weight"].Values, weights[$"{Norm.Name}.bias"].Values);
            var (mean, variance) = (weights[$"{Norm.Name}.running_mean"].Values, weights[$"{Norm.Name}.running_var"].Values);
            var (newKernel, newBias) = (new float[kernel.Values.Length], new float[conv.OutChannels]);
            var length = newKernel.Length / conv.OutChannels;
            for (var channel = 0; channel < conv.OutChannels; channel++)
            {
                var source = First + channel;
                var scale = gamma[source] / Math.Sqrt((double)variance[source] + Norm.Epsilon);
                for (var i = channel * length; i < (channel + 1) * length; i++) newKernel[i] = (float)(kernel.Values[i] * scale);
                newBias[channel] = (float)(beta[source] + (((bias?[channel] ?? 0) - (double)mean[source]) * scale));
            }

            return (new WeightArray(kernel.Shape, newKernel), new WeightArray([conv.OutChannels], newBias));
        }
    }
}
