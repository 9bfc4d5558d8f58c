namespace Espalier.Networks;

/// <summary>
/// BottleneckCSP: [channels, shortcut = True, groups = 1, expansion = 0.5]. Two bare 1×1 convolutions (cv3 after the bottlenecks, cv2
/// beside them) share one batch normalization over their concatenation.
/// </summary>
internal sealed class BottleneckCspMacro : LayerMacro
{
    public override bool RepeatsInside => true;

    public override int Expand(LayerContext context)
    {
        var (arguments, graph, name) = (context.Arguments, context.Graph, context.Name);
        arguments.Expect(1, 4, "[channels, shortcut, groups, expansion]");
        var channels = context.OutputChannels();
        var hidden = (int)(channels * arguments.Factor(3, "the expansion", 0.5));
        var shortcut = arguments.Flag(1, "the shortcut", true);
        var groups = arguments.Groups(2);

        var deep = graph.Block($"{name}.cv1", context.Input, hidden, 1, 1, context.Activation);
        deep = BottleneckMacro.Chain(context, $"{name}.m", deep, shortcut, groups);
        deep = graph.Convolution($"{name}.cv3", deep, hidden, 1, 1, 0, 1, bias: false);
        var plain = graph.Convolution($"{name}.cv2", context.Input, hidden, 1, 1, 0, 1, bias: false);
        var joined = graph.BatchNorm($"{name}.bn", graph.Concat($"{name}.cat", deep, plain));
        joined = graph.Activation($"{name}.act", joined, context.Architecture.CspActivation);
        return graph.Block($"{name}.cv4", joined, channels, 1, 1, context.Activation);
    }
}
