namespace Espalier.Networks;

/// <summary>
/// GhostBottleneck: [channels, kernel = 3, stride = 1]; two GhostConvs added to what they read. With stride 2 a depthwise convolution
/// stands between them, and another before a 1×1 one in the shortcut.
/// </summary>
internal sealed class GhostBottleneckMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 3, "[channels, kernel, stride]");
        return Block(context, context.Name, context.Input, context.OutputChannels(), arguments.Kernel(1, 3),
            arguments.Whole(2, "the stride", 1, 2, 1));
    }

    /// <summary>The whole block.</summary>
    public static int Block(LayerContext context, string name, int input, int channels, int kernel, int stride)
    {
        var (graph, half, read) = (context.Graph, channels / 2, context.Graph.Shape(input).Channels);
        var deep = GhostConvMacro.Block(context, $"{name}.conv.0", input, half, 1, 1, context.Activation);
        var shortcut = input;
        if (stride > 1)
        {
            deep = graph.Depthwise($"{name}.conv.1", deep, graph.Shape(deep).Channels, kernel, stride, ActivationKind.Identity);
            shortcut = graph.Depthwise($"{name}.shortcut.0", shortcut, read, kernel, stride, ActivationKind.Identity);
            shortcut = graph.Block($"{name}.shortcut.1", shortcut, channels, 1, 1, ActivationKind.Identity);
        }

        deep = GhostConvMacro.Block(context, $"{name}.conv.2", deep, channels, 1, 1, ActivationKind.Identity);
        return graph.Sum($"{name}.add", shortcut, deep);
    }
}
