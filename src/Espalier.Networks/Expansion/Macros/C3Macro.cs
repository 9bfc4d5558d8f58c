namespace Espalier.Networks;

/// <summary>C3: [channels, shortcut = True, groups = 1, expansion = 0.5];
/// cv3 joins a branch of bottlenecks (cv1, m) and a plain one (cv2).</summary>
internal class C3Macro : LayerMacro
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
        deep = Inner(context, $"{name}.m", deep, shortcut, groups);
        var plain = graph.Block($"{name}.cv2", context.Input, hidden, 1, 1, context.Activation);
        return graph.Block($"{name}.cv3", graph.Concat($"{name}.cat", deep, plain), channels, 1, 1, context.Activation);
    }

    /// <summary>What stands in the branch: blocks one after the other that keep its width.</summary>
    protected virtual int Inner(LayerContext context, string name, int input, bool shortcut, int groups)
        => BottleneckMacro.Chain(context, name, input, shortcut, groups);
}
