using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Turns Focus — slicing a picture into four and convolving the slices — into one strided convolution of the picture itself, which gives
/// the same numbers: slice (row r, column q) seen through a k × k kernel at (i, j) is the picture seen through a 2k × 2k kernel at (2i + r,
/// 2j + q). That is how the v6 family writes its first layer; inference is faster without the copies.
/// </summary>
internal static class FocusMerging
{
    /// <summary>The slices in the order of <see cref="SpaceToDepthNode"/>.</summary>
    private static readonly ImmutableArray<(int Row, int Column)> Slices = [(0, 0), (1, 0), (0, 1), (1, 1)];

    /// <summary>The merged network. A slicing that anything but ungrouped convolutions reads stays as it is.</summary>
    /// <param name="network">The network; not changed.</param>
    public static Network Merge(Network network)
    {
        var (graph, weights) = network;
        var slicings = Enumerable.Range(0, graph.Nodes.Length).Where(position => CanMerge(graph, position)).ToHashSet();
        if (slicings.Count == 0) return network;

        var (nodes, places) = (ImmutableArray.CreateBuilder<Node>(), new int[graph.Nodes.Length]);
        var merged = new Dictionary<string, WeightArray>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (slicings.Contains(i))
            {
                places[i] = places[node.Inputs[0]];
                continue;
            }

            if (node is ConvNode conv && slicings.Contains(conv.Inputs[0]))
            {
                merged[$"{conv.Name}.weight"] = Spread(conv, weights[$"{conv.Name}.weight"].Values);
                node = conv with
                {
                    InChannels = conv.InChannels / 4,
                    Kernel = 2 * conv.Kernel,
                    Stride = 2 * conv.Stride,
                    Padding = 2 * conv.Padding,
                };
            }

            places[i] = nodes.Count;
            nodes.Add(node with { Inputs = [.. node.Inputs.Select(input => places[input])] });
        }

        return network.With(nodes.ToImmutable(), merged);
    }

    private static bool CanMerge(Graph graph, int position) => graph.Nodes[position] is SpaceToDepthNode
        && graph.Nodes.Where(node => node.Inputs.Contains(position)).All(node => node is ConvNode { Groups: 1, Dilation: 1, Across: null });

    private static WeightArray Spread(ConvNode conv, float[] kernel)
    {
        var (channels, side) = (conv.InChannels / 4, conv.Kernel);
        var spread = new float[kernel.Length];
        var source = 0;
        for (var output = 0; output < conv.OutChannels; output++)
        {
            foreach (var (row, column) in Slices)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    var plane = ((output * channels) + channel) * 4 * side * side;
                    for (var i = 0; i < side; i++)
                    {
                        for (var j = 0; j < side; j++) spread[plane + (((2 * i) + row) * 2 * side) + (2 * j) + column] = kernel[source++];
                    }
                }
            }
        }

        return new WeightArray([conv.OutChannels, channels, 2 * side, 2 * side], spread);
    }
}
