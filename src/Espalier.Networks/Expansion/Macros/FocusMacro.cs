namespace Espalier.Networks;

/// <summary>Focus: [channels, kernel = 1, stride = 1, padding, groups = 1, activation = True]; four strided slices of the image, then
/// Conv.</summary>
internal sealed class FocusMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (arguments, graph, name) = (context.Arguments, context.Graph, context.Name);
        arguments.Expect(1, 6, "[channels, kernel, stride, padding, groups, activation]");
        return graph.Block(
            $"{name}.conv",
            graph.SpaceToDepth($"{name}.slices", context.Input),
            context.OutputChannels(),
            arguments.Whole(1, "the kernel", 1, GraphLimits.Kernel, 1),
            arguments.Whole(2, "the stride", 1, GraphLimits.Kernel, 1),
            arguments.Activation(5, context.Activation),
            arguments.WholeOrNone(3, "the padding", 0, GraphLimits.Kernel),
            arguments.Whole(4, "the groups", 1, GraphLimits.Channels, 1));
    }
}
