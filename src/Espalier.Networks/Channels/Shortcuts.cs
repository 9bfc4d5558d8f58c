namespace Espalier.Networks;

/// <summary>Layers that classic Network Slimming leaves alone: everything that a shortcut adds, and what lies between.</summary>
internal static class Shortcuts
{
    /// <summary>Positions of the convolutions that feed sums, and of those in the bottlenecks between a sum's two inputs.</summary>
    public static IReadOnlySet<int> Of(Graph graph)
    {
        var kept = new HashSet<int>();
        foreach (var sum in graph.Nodes.OfType<AddNode>())
        {
            var source = sum.Inputs.Min();
            foreach (var input in sum.Inputs)
            {
                // Back from each summand to the other's source, or to where its own channels were made.
                for (var node = input; node >= 0;)
                {
                    if (graph.Nodes[node] is ConvNode) kept.Add(node);
                    if (node <= source && graph.Nodes[node] is ConvNode or AddNode) break;
                    node = graph.Nodes[node].Inputs is [var previous, ..] ? previous : -1;
                }
            }
        }

        return kept;
    }
}
