namespace Espalier.Networks;

/// <summary>
/// Cuts channels out of a network: a smaller graph with the rows and columns of the weights that are left. What a removed channel still sent on is
/// folded into what follows (<see cref="ChannelConstants"/>), unless it is asked to be forgotten.
/// </summary>
public static class Surgery
{
    /// <summary>The network without some channels.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="analysis">Its channels.</param>
    /// <param name="removed">Free variables that go.</param>
    /// <param name="constants">What the removed channels still send on; null to forget it, as if they had sent zeros.</param>
    /// <exception cref="GraphException">A variable is fixed or unknown, or a layer would lose its last channel.</exception>
    public static Network Cut(Network network, ChannelAnalysis analysis, IReadOnlySet<int> removed, ChannelConstants? constants = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(removed);
        var (graph, weights) = network;
        if (!ReferenceEquals(graph, analysis.Graph)) throw new ArgumentException("the analysis is of another graph", nameof(analysis));
        var kept = Kept(analysis, removed);
        var smaller = Resize(graph, kept);
        var state = new Weights();
        for (var i = 0; i < smaller.Nodes.Length; i++)
        {
            foreach (var item in GraphState.Of(smaller.Nodes[i])) state[item.Name] = Part(item, graph.Nodes[i], weights[item.Name], i, kept, constants);
        }

        var ordered = new Weights();
        foreach (var item in smaller.State()) ordered[item.Name] = state[item.Name];
        return new Network(smaller, ordered);
    }

    /// <summary>The graph alone without some channels, to see what it would cost.</summary>
    /// <inheritdoc cref="Cut" path="/param"/>
    /// <inheritdoc cref="Cut" path="/exception"/>
    public static Graph Resize(ChannelAnalysis analysis, IReadOnlySet<int> removed)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(removed);
        return Resize(analysis.Graph, Kept(analysis, removed));
    }

    private static Graph Resize(Graph graph, int[][] kept) => graph with { Nodes = [.. graph.Nodes.Select((node, i) => Resized(node, i, kept))] };

    /// <summary>The channels that stay, a list a node.</summary>
    private static int[][] Kept(ChannelAnalysis analysis, IReadOnlySet<int> removed)
    {
        foreach (var variable in removed)
        {
            if (!analysis.IsFree(variable)) throw new GraphException($"Channel {variable} cannot go: it is fixed by the picture or by the decoding, or it does not exist.");
        }

        return [.. Enumerable.Range(0, analysis.Graph.Nodes.Length).Select(node =>
        {
            var variables = analysis.VariablesOf(node);
            return Enumerable.Range(0, variables.Length).Where(channel => !removed.Contains(variables[channel])).ToArray();
        })];
    }

    private static Node Resized(Node node, int position, int[][] kept)
    {
        if (node is ConvNode or BatchNormNode && kept[position].Length == 0) throw new GraphException($"{node.Name} would lose its last channel.");
        return node switch
        {
            ConvNode conv => conv with { InChannels = kept[conv.Inputs[0]].Length, OutChannels = kept[position].Length },
            BatchNormNode norm => norm with { Channels = kept[position].Length },
            _ => node,
        };
    }

    private static WeightArray Part(StateItem item, Node node, WeightArray array, int position, int[][] kept, ChannelConstants? constants) => item.Kind switch
    {
        StateKind.ConvolutionWeight => Kernel((ConvNode)node, array, kept[position], kept[node.Inputs[0]]),
        StateKind.ConvolutionBias => Chosen(array, kept[position], channel => constants?.BiasShift(position, channel) ?? 0),
        StateKind.RunningMean => Chosen(array, kept[position], channel => -(constants?.MeanShift(position, channel) ?? 0)),
        StateKind.BatchNormWeight or StateKind.BatchNormBias or StateKind.RunningVariance => Chosen(array, kept[position], _ => 0),
        _ => array,
    };

    private static WeightArray Chosen(WeightArray array, int[] kept, Func<int, double> shift)
        => new([kept.Length], [.. kept.Select(channel => (float)(array.Values[channel] + shift(channel)))]);

    private static WeightArray Kernel(ConvNode conv, WeightArray array, int[] outputs, int[] inputs)
    {
        var area = conv.Kernel * conv.Kernel;
        var values = new float[outputs.Length * inputs.Length * area];
        var place = 0;
        foreach (var output in outputs)
        {
            foreach (var input in inputs)
            {
                array.Values.AsSpan(((output * conv.InChannels) + input) * area, area).CopyTo(values.AsSpan(place, area));
                place += area;
            }
        }

        return new WeightArray([outputs.Length, inputs.Length, conv.Kernel, conv.Kernel], values);
    }
}
