namespace Espalier.Networks;

/// <summary>
/// What removed channels still send on, followed from node to node. A removed channel of a batch norm is the constant β, or the mean that
/// was measured; activation, pooling, enlarging and concatenation hand it on, a depthwise convolution and a gate multiply it, and a sum
/// adds the two, so that a shortcut chain has another constant at each depth. A block that goes sends its branch's constants, and shifts
/// the channels of the sum that stay. A convolution that reads a constant or a shift shifts its kept outputs: the next batch norm takes the
/// shift into its running mean — through the concatenation, for BottleneckCSP's bare convolutions —, the next convolution that has a bias
/// into that. No bias is ever added.
/// </summary>
/// <remarks>
/// A channel that is not really constant is taken by its mean, and the mean of a pooling's highest values is more than the highest mean:
/// means should be measured at poolings, too. Exact for 1 × 1 kernels. A larger kernel sees the constant only inside the picture, while its
/// padding is zero, so that the outermost rows and columns differ by a little.
/// </remarks>
internal sealed class ChannelConstants
{
    private readonly Graph _graph;
    private readonly double[][] _biasShifts;
    private readonly double[][] _pending;

    private ChannelConstants(Graph graph, double[][] biasShifts, double[][] pending) =>
        (_graph, _biasShifts, _pending) = (graph, biasShifts, pending);

    /// <summary>What is to be added to a channel of a convolution's bias.</summary>
    internal double BiasShift(int convolution, int channel) => _biasShifts[convolution][channel];

    /// <summary>What the input of a batch norm's channel has lost.</summary>
    internal double MeanShift(int norm, int channel) => _pending[_graph.Nodes[norm].Inputs[0]][channel];

    /// <summary>Follows the constants of what goes through a network.</summary>
    /// <param name="network">The network before the cut.</param>
    /// <param name="removal">What goes.</param>
    /// <param name="means">
    /// Mean outputs that were measured, a number a channel, by node position; they stand in for what would be computed at that node. Null
    /// where nothing was measured.
    /// </param>
    /// <exception cref="GraphException">A shift meets a node that cannot take it; the message names it.</exception>
    public static ChannelConstants Of(Network network, Removal removal, IReadOnlyDictionary<int, float[]>? means = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(removal);
        var (graph, weights) = network;
        var constants = new double[graph.Nodes.Length][];
        var biasShifts = new double[graph.Nodes.Length][];
        var pending = new double[graph.Nodes.Length][];
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var (node, gone) = (graph.Nodes[i], removal.GoneOf(i));
            if (node is ConvNode conv)
            {
                // A channel that goes is a constant, one that stays may be shifted; never both.
                double[] lost = [.. constants[conv.Inputs[0]].Zip(pending[conv.Inputs[0]], (sent, shift) => sent + shift)];
                var shift = Convolved(conv, lost, weights[$"{conv.Name}.weight"].Values);
                (biasShifts[i], pending[i]) = conv.Bias ? (shift, new double[shift.Length]) : ([], shift);
                constants[i] = Bias(conv, weights);
                if (conv.IsDepthwise) constants[i] = [.. constants[i].Zip(shift, (bias, sent) => bias + sent)];
            }
            else
            {
                constants[i] = Constants(node, constants, weights);
                biasShifts[i] = new double[node.OwnChannels];
                pending[i] = Pending(node, gone.Length, pending);
                foreach (var branch in removal.BranchesGone.Where(branch => branch.Joint == i && node is AddNode))
                    pending[i] = [.. pending[i].Zip(constants[node.Inputs[branch.Place]], (shift, sent) => shift + sent)];
            }

            if (means?.TryGetValue(i, out var measured) == true) constants[i] = [.. measured.Select(mean => (double)mean)];
            for (var channel = 0; channel < gone.Length; channel++)
            {
                if (gone[channel]) pending[i][channel] = 0; // What is a constant is not shifted.
                else constants[i][channel] = 0; // What is kept is no constant.
            }
        }

        return new ChannelConstants(graph, biasShifts, pending);
    }

    /// <summary>Whether what reads a node can make up for a shift of its output: whether, past what is linear,
    /// there are batch norms and biases behind it.</summary>
    internal static bool CanTakeShift(Graph graph, int node) => Enumerable.Range(node + 1, graph.Nodes.Length - node - 1)
        .Where(reader => graph.Nodes[reader].Inputs.Contains(node))
        .All(reader => graph.Nodes[reader] switch
        {
            BatchNormNode or ConvNode { Bias: true } => true,
            ConvNode => CanTakeShift(graph, reader),
            var other => HandsShiftOn(other) && CanTakeShift(graph, reader),
        });

    private static bool HandsShiftOn(Node node) =>
        node is AddNode or ActivationNode { Kind: ActivationKind.Identity } or MaxPoolNode or UpsampleNode or ConcatNode
        or SpaceToDepthNode or PadNode or GlobalPoolNode { Kind: GlobalPooling.Mean };

    private static double[] Constants(Node node, double[][] constants, Weights weights) => node switch
    {
        InputNode image => new double[image.Channels],
        BatchNormNode norm => Doubles(weights[$"{norm.Name}.bias"]),
        ActivationNode activation => [.. constants[node.Inputs[0]].Select(activation.Activation.Value)],
        AddNode => Summed(node, constants),
        MultiplyNode => Multiplied(constants[node.Inputs[0]], constants[node.Inputs[1]]),
        GlobalPoolNode { Kind: GlobalPooling.PairSum } => [.. constants[node.Inputs[0]].Select(constant => 2 * constant)],
        ChannelPoolNode or ConvTransposeNode or AttentionNode => new double[node.OwnChannels], // All their channels stay.
        DetectNode => [],
        MaxPoolNode or UpsampleNode or ConcatNode or SpaceToDepthNode or GlobalPoolNode or PadNode => Handed(node, constants),
        _ => throw new NotSupportedException($"{node.Name}: there is no rule for the constants of a {node.GetType().Name}."),
    };

    /// <summary>Shifts on a node's output that a batch norm is still to take.</summary>
    private static double[] Pending(Node node, int channels, double[][] pending)
    {
        if (node is AddNode) return Summed(node, pending);
        if (HandsShiftOn(node)) return Handed(node, pending);
        // A batch norm's running mean has taken them; CBAM's gate over channels, which has no bias, lets them go. What is neither linear
        // nor one of these must not meet one.
        if (node is not (BatchNormNode or GlobalPoolNode { Kind: GlobalPooling.PairSum })
            && node.Inputs.Any(input => pending[input].Any(shift => shift != 0)))
            throw new GraphException($"{node.Name} reads what cannot take over the constants of removed channels: "
                + $"there is no batch norm or bias between.");
        return new double[channels];
    }

    private static double[] Convolved(ConvNode conv, double[] inputs, float[] kernel)
    {
        var (read, made) = (conv.InChannels / conv.Groups, conv.OutChannels / conv.Groups);
        var shifts = new double[conv.OutChannels];
        for (var output = 0; output < shifts.Length; output++)
        {
            for (var place = 0; place < read; place++)
            {
                var constant = inputs[(output / made * read) + place];
                if (constant == 0) continue;
                var sum = 0.0;
                foreach (var weight in kernel.AsSpan(((output * read) + place) * conv.Area, conv.Area)) sum += weight;
                shifts[output] += sum * constant;
            }
        }

        return shifts;
    }

    private static double[] Handed(Node node, double[][] lists) => [.. node.Sources.SelectMany(source => lists[source])];

    private static double[] Summed(Node node, double[][] lists)
    {
        var sum = lists[node.Inputs[0]].ToArray();
        foreach (var input in node.Inputs.Skip(1))
        {
            for (var channel = 0; channel < sum.Length; channel++) sum[channel] += lists[input][channel];
        }

        return sum;
    }

    /// <summary>Channel by channel; a gate of one channel multiplies all.</summary>
    private static double[] Multiplied(double[] map, double[] gate) =>
        [.. map.Select((constant, channel) => constant * gate[gate.Length == 1 ? 0 : channel])];

    private static double[] Bias(ConvNode conv, Weights weights)
        => conv.Bias ? Doubles(weights[$"{conv.Name}.bias"]) : new double[conv.OutChannels];

    private static double[] Doubles(WeightArray array) => [.. array.Values.Select(value => (double)value)];
}
