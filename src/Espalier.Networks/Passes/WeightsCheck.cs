namespace Espalier.Networks;

/// <summary>Whether weights fit a graph.</summary>
internal static class WeightsCheck
{
    /// <summary>Requires an array of the right shape for every item of a graph's state.</summary>
    /// <exception cref="WeightsException">One is missing or has another shape.</exception>
    public static void Require(Graph graph, Weights weights, string source)
    {
        if (Misfit(graph, weights) is { } misfit) throw new WeightsException($"{source} does not fit its network: {misfit}.");
    }

    /// <summary>The first item that does not fit, as the end of a sentence; or null.</summary>
    public static string? Misfit(Graph graph, Weights weights)
    {
        foreach (var item in graph.State())
        {
            if (weights.Find(item.Name) is not { } array) return $"'{item.Name}' is missing";
            if (!item.Shape.AsSpan().SequenceEqual(array.Shape) || array.Values.Length != item.Count)
                return $"'{item.Name}' has the shape [{string.Join(", ", array.Shape)}] where [{string.Join(", ", item.Shape)}] belongs";
        }

        return null;
    }
}
