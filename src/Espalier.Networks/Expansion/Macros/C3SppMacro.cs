namespace Espalier.Networks;

/// <summary>C3SPP: [channels, kernels = [5, 9, 13], repeats, shortcut, groups, expansion = 0.5]; C3 with one SPP for a branch.</summary>
internal sealed class C3SppMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (arguments, graph, name) = (context.Arguments, context.Graph, context.Name);
        arguments.Expect(1, 6, "[channels, kernels, repeats, shortcut, groups, expansion]");
        var channels = context.OutputChannels();
        var hidden = (int)(channels * arguments.Factor(5, "the expansion", 0.5));
        var deep = graph.Block($"{name}.cv1", context.Input, hidden, 1, 1, context.Activation);
        deep = SppMacro.Block(context, $"{name}.m", deep, hidden, SppMacro.Kernels(arguments));
        var plain = graph.Block($"{name}.cv2", context.Input, hidden, 1, 1, context.Activation);
        return graph.Block($"{name}.cv3", graph.Concat($"{name}.cat", deep, plain), channels, 1, 1, context.Activation);
    }
}
