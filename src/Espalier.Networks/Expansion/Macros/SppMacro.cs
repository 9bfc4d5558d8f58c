using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>SPP: [channels, kernels = [5, 9, 13]]; cv1 halves, pools of each size stand beside it, cv2 joins them.</summary>
internal sealed class SppMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(1, 2, "[channels, kernels]");
        return Block(context, context.Name, context.Input, context.OutputChannels(), Kernels(context.Arguments));
    }

    /// <summary>The kernels of the pools: the second argument.</summary>
    public static ImmutableArray<int> Kernels(LayerArguments arguments) =>
        arguments.Wholes(1, "the kernels", 1, GraphLimits.Kernel, [5, 9, 13]);

    /// <summary>The whole block.</summary>
    public static int Block(LayerContext context, string name, int input, int channels, ImmutableArray<int> kernels)
    {
        var graph = context.Graph;
        var half = graph.Block($"{name}.cv1", input, graph.Shape(input).Channels / 2, 1, 1, context.Activation);
        var pooled = kernels.Select((kernel, i) => graph.MaxPool($"{name}.m.{i}", half, kernel, 1, kernel / 2)).ToArray();
        return graph.Block($"{name}.cv2", graph.Concat($"{name}.cat", [half, .. pooled]), channels, 1, 1, context.Activation);
    }
}
