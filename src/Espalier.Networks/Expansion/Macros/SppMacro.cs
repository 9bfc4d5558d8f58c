namespace Espalier.Networks;

/// <summary>SPP: [channels, kernels = [5, 9, 13]]; cv1 halves, pools of each size stand beside it, cv2 joins them.</summary>
internal sealed class SppMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (graph, name) = (context.Graph, context.Name);
        context.Arguments.Expect(1, 2, "[channels, kernels]");
        var channels = context.OutputChannels();
        var kernels = context.Arguments.Wholes(1, "the kernels", 1, GraphLimits.Kernel, [5, 9, 13]);
        var half = graph.Block($"{name}.cv1", context.Input, context.InputChannels / 2, 1, 1, context.Activation);
        var pooled = kernels.Select((kernel, i) => graph.MaxPool($"{name}.m.{i}", half, kernel, 1, kernel / 2)).ToArray();
        return graph.Block($"{name}.cv2", graph.Concat($"{name}.cat", [half, .. pooled]), channels, 1, 1, context.Activation);
    }
}
