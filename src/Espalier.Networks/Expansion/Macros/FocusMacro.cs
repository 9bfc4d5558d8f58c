namespace Espalier.Networks;

/// <summary>Focus: [channels, kernel = 1, stride = 1, padding, groups = 1, activation = True];
/// four strided slices of the image, then Conv.</summary>
internal sealed class FocusMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (arguments, graph, name) = (context.Arguments, context.Graph, context.Name);
        arguments.Expect(1, 6, "[channels, kernel, stride, padding, groups, activation]");
        return graph.Block($"{name}.conv", graph.SpaceToDepth($"{name}.slices", context.Input), context.OutputChannels(),
            arguments.Kernel(1), arguments.Stride(2), arguments.Activation(5, context.Activation), arguments.Padding(3),
            arguments.Groups(4));
    }
}
