namespace Espalier.Networks;

/// <summary>Finds the built-in architecture that bare weights belong to, by their names and shapes.</summary>
internal static class KnownNetworks
{
    /// <summary>The graph of the built-in architecture that every array fits.</summary>
    /// <exception cref="WeightsException">There is none.</exception>
    public static Graph Infer(Weights weights, string source)
    {
        const string Head = "model.24.m.0.weight";
        const int AnchorsALevel = 3;
        if (weights.Find(Head) is not { Shape: [var outputs, ..] }
            || outputs % AnchorsALevel != 0 || outputs / AnchorsALevel is < 6 or > GraphLimits.Classes + 5)
        {
            throw new WeightsException($"{source} holds {weights.Count} arrays that are not the weights of a YOLOv5: "
                + $"'{Head}' is missing or has no shape of a head.");
        }

        foreach (var name in Architectures.Names)
        {
            var graph = GraphBuilder.Expand(Architecture.Load(name), (outputs / AnchorsALevel) - 5);
            if (Fits(graph, weights)) return graph;
        }

        throw new WeightsException($"{source} holds the weights of a network that is none of {string.Join(", ", Architectures.Names)}.");
    }

    private static bool Fits(Graph graph, Weights weights)
        => graph.State().All(item => weights.Find(item.Name) is { } array
            ? item.Shape.AsSpan().SequenceEqual(array.Shape)
            : item.Kind is StateKind.BatchesTracked or StateKind.Anchors);
}
