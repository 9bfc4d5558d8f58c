using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>One of the inputs of a node that joins several: of a sum, a concatenation or the decoding.</summary>
/// <param name="Joint">The joining node's position.</param>
/// <param name="Place">Which of its inputs, 0-based.</param>
internal readonly record struct Branch(int Joint, int Place);

/// <summary>A graph without some branches: what served them alone goes with them, and what joins a single tensor is that tensor.</summary>
internal static class Branches
{
    /// <summary>Which nodes the decoding still needs, a flag a node.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="gone">Branches that are not followed.</param>
    public static bool[] Needed(Graph graph, IReadOnlySet<Branch> gone)
    {
        var needed = new bool[graph.Nodes.Length];
        needed[^1] = true;
        for (var i = needed.Length - 1; i >= 0; i--)
        {
            if (!needed[i]) continue;
            foreach (var place in Left(graph, i, gone)) needed[graph.Nodes[i].Inputs[place]] = true;
        }

        return needed;
    }

    /// <summary>The graph without them.</summary>
    /// <exception cref="GraphException">The decoding would lose its last level.</exception>
    public static Graph Without(Graph graph, IReadOnlySet<Branch> gone)
    {
        if (gone.Count == 0) return graph;
        var (needed, places, nodes) = (Needed(graph, gone), new int[graph.Nodes.Length], ImmutableArray.CreateBuilder<Node>());
        for (var i = 0; i < places.Length; i++)
        {
            if (!needed[i]) continue;
            var (node, left) = (graph.Nodes[i], Left(graph, i, gone));
            ImmutableArray<int> inputs = [.. left.Select(place => places[node.Inputs[place]])];
            if (node is AddNode or ConcatNode && inputs is [var only])
            {
                places[i] = only;
                continue;
            }

            places[i] = nodes.Count;
            nodes.Add(node is DetectNode detect ? detect.OfLevels(left, inputs) : node with { Inputs = inputs });
        }

        return graph with { Nodes = nodes.ToImmutable() };
    }

    private static ImmutableArray<int> Left(Graph graph, int joint, IReadOnlySet<Branch> gone)
        => [.. Enumerable.Range(0, graph.Nodes[joint].Inputs.Length).Where(place => !gone.Contains(new Branch(joint, place)))];
}
