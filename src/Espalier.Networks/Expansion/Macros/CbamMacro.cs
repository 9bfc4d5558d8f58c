namespace Espalier.Networks;

/// <summary>
/// CBAM: [channels, ratio = 16, kernel = 7] (Woo et al. 2018, https://arxiv.org/abs/1807.06521): each channel times a gate that is made of
/// all channels' means and largest values, then each cell times a gate that is made of the mean and the largest of its neighbours'
/// channels.
/// </summary>
internal sealed class CbamMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(1, 3, "[channels, ratio, kernel]");
        var channels = context.SameChannels();
        var kernel = context.Arguments.Kernel(2, 7);
        return Cells(context, $"{context.Name}.spatial_attention", Channels(context, $"{context.Name}.channel_attention", channels),
            kernel);
    }

    /// <summary>Means and largest values go through the same two layers: as two cells of one map.</summary>
    private static int Channels(LayerContext context, string name, int channels)
    {
        var (graph, map) = (context.Graph, context.Input);
        var pair = graph.GlobalPool($"{name}.pool", map, GlobalPooling.Pair);
        var squeezed = graph.Convolution($"{name}.f1", pair, context.Squeezed(channels), 1, 1, 0, 1, bias: false);
        squeezed = graph.Activation($"{name}.relu", squeezed, ActivationKind.ReLU);
        var both = graph.Convolution($"{name}.f2", squeezed, channels, 1, 1, 0, 1, bias: false);
        var gate = graph.Activation($"{name}.sigmoid", graph.GlobalPool($"{name}.sum", both, GlobalPooling.PairSum),
            ActivationKind.Sigmoid);
        return graph.Multiply($"{name}.gated", map, gate);
    }

    private static int Cells(LayerContext context, string name, int map, int kernel)
    {
        var graph = context.Graph;
        var pooled = graph.Add(new ChannelPoolNode($"{name}.pool", graph.Row, [map]));
        var gate = graph.Convolution($"{name}.conv", pooled, 1, kernel, 1, kernel / 2, 1, bias: false);
        return graph.Multiply($"{name}.gated", map, graph.Activation($"{name}.sigmoid", gate, ActivationKind.Sigmoid));
    }
}
