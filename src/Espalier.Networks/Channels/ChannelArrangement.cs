namespace Espalier.Networks;

/// <summary>
/// A network whose channels lie elsewhere. For each node there is a list: the channels that its output had, in the order in which it has
/// them now. What is not listed is gone; <see cref="Nothing"/> is a new channel of zeros.
/// </summary>
internal static class ChannelArrangement
{
    /// <summary>In a list of channels: one that was not there, and is zero.</summary>
    public const int Nothing = -1;

    /// <summary>
    /// The lists of all nodes, where the picture's and the convolutions' are known: every other node hands on what it reads. Null where a
    /// new channel would meet a sum of unlike tensors, a node that needs all its channels or the decoding, which have no place for it.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="own">The list of the picture or of an ungrouped convolution, by its node and position.</param>
    public static int[][]? Follow(Graph graph, Func<Node, int, int[]> own)
    {
        var channels = new int[graph.Nodes.Length][];
        for (var i = 0; i < channels.Length; i++)
        {
            var node = graph.Nodes[i];
            if (Output(node, channels, () => own(node, i)) is not { } list) return null;
            channels[i] = list;
        }

        return channels;
    }

    /// <summary>A list that gives a node the first so many channels it had.</summary>
    public static int[] First(int count) => [.. Enumerable.Range(0, count)];

    private static int[]? Output(Node node, int[][] channels, Func<int[]> own)
    {
        int[][] inputs = [.. node.Inputs.Select(input => channels[input])];
        return node.Flow switch
        {
            ChannelFlow.Fresh => own(),
            ChannelFlow.Whole => IsWhole(inputs) ? First(node.OwnChannels) : null,
            ChannelFlow.Gated => inputs[1].SequenceEqual(inputs[0]) || inputs[1] is [0] ? inputs[0] : null,
            ChannelFlow.Equated => inputs.All(inputs[0].SequenceEqual) ? inputs[0] : null,
            ChannelFlow.Ends => IsWhole(inputs) ? [] : null,
            _ => Joined([.. node.Sources.Select(source => channels[source])], node.Copies),
        };
    }

    private static bool IsWhole(int[][] lists) => !lists.Any(list => list.Contains(Nothing));

    /// <summary>Lists one behind the other, each counted on from where those before it ended; every channel so many times.</summary>
    private static int[] Joined(int[][] lists, int copies)
    {
        var (joined, first) = (new List<int>(), 0);
        foreach (var list in lists)
        {
            joined.AddRange(list.SelectMany(channel => Enumerable.Range(0, copies)
                .Select(copy => channel == Nothing ? Nothing : ((first + channel) * copies) + copy)));
            first += list.Count(channel => channel != Nothing);
        }

        return [.. joined];
    }

    /// <summary>The graph alone.</summary>
    /// <exception cref="GraphException">A layer has no channel left.</exception>
    public static Graph Arrange(Graph graph, int[][] channels) =>
        graph with { Nodes = [.. graph.Nodes.Select((node, i) => Resized(node, i, channels))] };

    /// <summary>The graph and its weights.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="channels">The list of each node.</param>
    /// <param name="constants">What channels that go still send on; null to forget it.</param>
    /// <exception cref="GraphException">A layer has no channel left.</exception>
    public static Network Arrange(Network network, int[][] channels, ChannelConstants? constants = null)
    {
        var (graph, weights) = network;
        var arranged = Arrange(graph, channels);
        var state = new Dictionary<string, WeightArray>();
        for (var i = 0; i < arranged.Nodes.Length; i++)
        {
            foreach (var item in arranged.Nodes[i].State)
                state[item.Name] = Part(item, graph.Nodes[i], weights[item.Name], i, channels, constants);
        }

        return network.With(arranged.Nodes, state);
    }

    private static Node Resized(Node node, int position, int[][] channels)
    {
        if (node is ConvNode or BatchNormNode && channels[position].Length == 0)
            throw new GraphException($"{node.Name} would lose its last channel.");
        return node.Resized(node.Inputs.IsEmpty ? 0 : channels[node.Inputs[0]].Length, channels[position].Length);
    }

    private static WeightArray Part(StateItem item, Node node, WeightArray array, int position, int[][] channels,
        ChannelConstants? constants) => item.Kind switch
        {
            StateKind.ConvolutionWeight when node is ConvNode { Groups: 1 } conv =>
                Kernel(conv, array, channels[position], channels[node.Inputs[0]]),
            StateKind.ConvolutionWeight when node.Flow == ChannelFlow.Handed => Kernels(array, channels[position]),
            StateKind.ConvolutionBias => Chosen(array, channels[position], channel => constants?.BiasShift(position, channel) ?? 0),
            StateKind.RunningMean => Chosen(array, channels[position], channel => -(constants?.MeanShift(position, channel) ?? 0)),
            StateKind.BatchNormWeight or StateKind.BatchNormBias or StateKind.RunningVariance => Chosen(array, channels[position], _ => 0),
            StateKind.ConvolutionWeight or StateKind.BatchesTracked or StateKind.Anchors => array,
            _ => throw new NotSupportedException($"{item.Name}: there is no rule to cut a {item.Kind}."),
        };

    private static WeightArray Chosen(WeightArray array, int[] channels, Func<int, double> shift)
        => new([channels.Length], [.. channels.Select(channel => channel == Nothing
            ? 0 : (float)(array.Values[channel] + shift(channel)))]);

    private static WeightArray Kernel(ConvNode conv, WeightArray array, int[] outputs, int[] inputs)
    {
        var area = conv.Area;
        var values = new float[outputs.Length * inputs.Length * area];
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] == Nothing) continue;
            for (var j = 0; j < inputs.Length; j++)
            {
                if (inputs[j] == Nothing) continue;
                array.Values.AsSpan(((outputs[i] * conv.InChannels) + inputs[j]) * area, area)
                    .CopyTo(values.AsSpan(((i * inputs.Length) + j) * area));
            }
        }

        return new WeightArray([outputs.Length, inputs.Length, conv.Kernel, conv.KernelColumns], values);
    }

    /// <summary>Of a depthwise convolution each kernel goes with its channel.</summary>
    private static WeightArray Kernels(WeightArray array, int[] channels)
    {
        var area = array.Values.Length / array.Shape[0];
        var values = new float[channels.Length * area];
        foreach (var (i, channel) in channels.Index())
        {
            if (channel != Nothing) array.Values.AsSpan(channel * area, area).CopyTo(values.AsSpan(i * area));
        }

        return new WeightArray([channels.Length, .. array.Shape[1..]], values);
    }
}
