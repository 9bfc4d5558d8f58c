using System.Collections.Immutable;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Filling layers up to blocks: which grow, and which graphs have no place for more channels.</summary>
public class ChannelPaddingTests
{
    [Fact]
    public void Layers_grow_to_whole_blocks_and_what_reads_them_skips_the_new_channels()
    {
        var network = Network(Conv("a", [0], 3, 5), Conv("b", [0], 3, 3), new ConcatNode("both", 2, [1, 2]), Conv("head", [3], 8, 18));

        var (graph, weights) = ChannelPadding.Pad(network, 4);

        Assert.Equal([(3, 8), (3, 4), (12, 18)], graph.Nodes.OfType<ConvNode>().Select(conv => (conv.InChannels, conv.OutChannels)));
        var (before, after) = (network.Weights["head.weight"].Values, weights["head.weight"].Values);
        for (var output = 0; output < 18; output++)
            Assert.Equal([.. before[(8 * output)..((8 * output) + 5)], 0, 0, 0, .. before[((8 * output) + 5)..((8 * output) + 8)], 0],
                after[(12 * output)..(12 * (output + 1))]);
    }

    [Fact]
    public void A_sum_of_tensors_that_would_grow_unlike_leaves_the_network_as_it_is()
    {
        var network = Network(
            Conv("a", [0], 3, 5),
            Conv("b", [0], 3, 3),
            new ConcatNode("both", 2, [1, 2]),
            Conv("c", [0], 3, 8),
            new AddNode("sum", 4, [3, 4]),
            Conv("head", [5], 8, 18)
        );

        Assert.Same(network, ChannelPadding.Pad(network, 4));
    }

    [Fact]
    public void A_grouped_convolution_keeps_what_it_reads()
    {
        var grouped = new ConvNode("grouped", 1, [1], 6, 6, 1, 1, 0, 2, true);
        var network = Network(Conv("a", [0], 3, 6), grouped, Conv("head", [2], 6, 18));

        Assert.Same(network, ChannelPadding.Pad(network, 4));
        Assert.Equal([6, 6, 18], ChannelPadding.Pad(network, 3).Graph.Nodes.OfType<ConvNode>().Select(conv => conv.OutChannels));
    }

    [Fact]
    public void A_depthwise_convolution_is_filled_up_with_what_it_reads()
    {
        var depthwise = new ConvNode("depthwise", 1, [1], 6, 6, 1, 1, 0, 6, true);
        var padded = ChannelPadding.Pad(Network(Conv("a", [0], 3, 6), depthwise, Conv("head", [2], 6, 18)), 4);

        Assert.Equal(depthwise with { InChannels = 8, OutChannels = 8, Groups = 8 }, padded.Graph.Nodes[2]);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0], padded.Weights["depthwise.weight"].Values);
    }

    private static ConvNode Conv(string name, ImmutableArray<int> inputs, int from, int to) =>
        new(name, 0, inputs, from, to, 1, 1, 0, 1, true);

    /// <summary>The nodes between a picture and a decoding of one class, with weights that count up.</summary>
    private static Network Network(params Node[] nodes)
    {
        var graph = new Graph([new InputNode("image", 3), .. nodes,
            new DetectNode("detect", 9, [nodes.Length], 1, [[1, 1, 2, 2, 3, 3]], [8])]);
        var weights = new Weights();
        foreach (var item in graph.State())
            weights[item.Name] = new WeightArray([.. item.Shape],
                [.. Enumerable.Range(1, item.Shape.Aggregate(1, (product, side) => product * side)).Select(value => (float)value)]);
        return new Network(graph, weights);
    }
}
