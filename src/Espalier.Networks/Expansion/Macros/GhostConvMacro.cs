namespace Espalier.Networks;

/// <summary>
/// GhostConv: [channels, kernel = 1, stride = 1, groups = 1, activation = True]; half of the channels by a Conv, the other half by a cheap
/// depthwise one from those (Han et al. 2020, https://arxiv.org/abs/1911.11907).
/// </summary>
internal sealed class GhostConvMacro : LayerMacro
{
    private const int CheapKernel = 5;

    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 5, "[channels, kernel, stride, groups, activation]");
        return Block(context, context.Name, context.Input, context.OutputChannels(), arguments.Kernel(1), arguments.Stride(2),
            arguments.Activation(4, context.Activation), arguments.Groups(3));
    }

    /// <summary>The whole block.</summary>
    public static int Block(
        LayerContext context, string name, int input, int channels, int kernel, int stride, Activation activation, int groups = 1)
    {
        var (graph, half) = (context.Graph, channels / 2);
        var primary = graph.Block($"{name}.cv1", input, half, kernel, stride, activation, groups: groups);
        var cheap = graph.Depthwise($"{name}.cv2", primary, half, CheapKernel, 1, activation);
        return graph.Concat($"{name}.cat", primary, cheap);
    }
}
