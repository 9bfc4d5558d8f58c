namespace Espalier.Networks;

/// <summary>SPPF: [channels, kernel = 5]; cv1 halves, three pools follow one another, cv2 joins all four.</summary>
internal sealed class SppfMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (graph, name) = (context.Graph, context.Name);
        context.Arguments.Expect(1, 2, "[channels, kernel]");
        var channels = context.OutputChannels();
        var kernel = context.Arguments.Kernel(1, 5);
        var half = graph.Block($"{name}.cv1", context.Input, context.InputChannels / 2, 1, 1, context.Activation);
        var once = graph.MaxPool($"{name}.m.0", half, kernel, 1, kernel / 2);
        var twice = graph.MaxPool($"{name}.m.1", once, kernel, 1, kernel / 2);
        var thrice = graph.MaxPool($"{name}.m.2", twice, kernel, 1, kernel / 2);
        return graph.Block($"{name}.cv2", graph.Concat($"{name}.cat", half, once, twice, thrice), channels, 1, 1, context.Activation);
    }
}
