using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>A graph and the weights that fit it: what a pass that changes both gives.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Weights">An array for every item of the graph's state.</param>
internal sealed record Network(Graph Graph, Weights Weights)
{
    /// <summary>The network of other nodes, whose arrays are new or the ones of the same name here.</summary>
    internal Network With(ImmutableArray<Node> nodes, Dictionary<string, WeightArray> arrays) => With(Graph with { Nodes = nodes }, arrays);

    /// <summary>The network of another graph, likewise.</summary>
    internal Network With(Graph graph, Dictionary<string, WeightArray> arrays)
    {
        var weights = new Weights();
        foreach (var item in graph.State()) weights[item.Name] = arrays.TryGetValue(item.Name, out var array) ? array : Weights[item.Name];
        return new Network(graph, weights);
    }
}
