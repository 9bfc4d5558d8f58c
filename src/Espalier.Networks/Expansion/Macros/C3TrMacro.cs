namespace Espalier.Networks;

/// <summary>
/// C3TR: a <see cref="C3Macro"/> whose branch is of transformer layers without normalization. Their linear layers are 1×1 convolutions;
/// the projection of queries, keys and values, one array in the original's state, is one convolution in three groups.
/// </summary>
internal sealed class C3TrMacro : C3Macro
{
    private const int Heads = 4;

    /// <summary>Places are told apart by a linear layer of the map itself, added to it once.</summary>
    protected override int Inner(LayerContext context, string name, int input, bool shortcut, int groups)
    {
        var cells = context.Graph.Sum($"{name}.placed", input, Linear(context.Graph, $"{name}.linear", input, bias: true));
        for (var i = 0; i < context.Repeats; i++) cells = Layer(context.Graph, $"{name}.tr.{i}", cells);
        return cells;
    }

    /// <summary>Attention added to what it reads, then two linear layers added to that.</summary>
    private static int Layer(GraphAssembler graph, string name, int cells)
    {
        var channels = graph.Shape(cells).Channels;
        var parts = graph.Concat($"{name}.qkv", [.. "qkv".Select(part => Linear(graph, $"{name}.{part}", cells, bias: false))]);
        var projected = graph.Convolution($"{name}.ma.in_proj", parts, 3 * channels, 1, 1, 0, groups: 3, bias: true);
        var attended = graph.Add(new AttentionNode($"{name}.ma.attention", graph.Row, [projected], channels, Heads));
        var mixed = graph.Sum($"{name}.attended", cells, Linear(graph, $"{name}.ma.out_proj", attended, bias: true));
        var inner = Linear(graph, $"{name}.fc1", mixed, bias: false);
        return graph.Sum($"{name}.add", mixed, Linear(graph, $"{name}.fc2", inner, bias: false));
    }

    /// <summary>A linear layer of every cell that keeps the width.</summary>
    private static int Linear(GraphAssembler graph, string name, int input, bool bias)
        => graph.Convolution(name, input, graph.Shape(input).Channels, 1, 1, 0, 1, bias);
}
