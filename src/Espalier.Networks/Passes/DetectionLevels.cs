using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Espalier.Networks;

/// <summary>
/// A network that detects on fewer levels: where no label needs the largest or the smallest anchors, the head of their level and what of
/// the neck serves it alone can go. Levels are called by their strides as papers do: P3 is that of 8 pixels, P5 that of 32.
/// </summary>
internal static class DetectionLevels
{
    /// <summary>A level's name: <c>P</c> and the stride's power of two; the stride itself where it is none.</summary>
    public static string NameOf(int stride)
        => BitOperations.IsPow2(stride) ? string.Create(CultureInfo.InvariantCulture, $"P{BitOperations.Log2((uint)stride)}")
            : stride.ToString(CultureInfo.InvariantCulture);

    /// <summary>The names of a network's levels, in the order of its heads.</summary>
    public static ImmutableArray<string> Names(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return [.. graph.Detect.Strides.Select(NameOf)];
    }

    /// <summary>The graph without some levels. Anchors and strides follow; heads are numbered anew,
    /// so that level 0 is the first that is left.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="names">Levels that go.</param>
    /// <exception cref="GraphException">There is no such level, or none would be left; the message names those that there are.</exception>
    public static Graph Without(Graph graph, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var (all, joint) = (Names(graph), graph.Nodes.Length - 1);
        if (names.FirstOrDefault(name => !all.Contains(name)) is { } unknown)
            throw new GraphException($"There is no level '{unknown}' to drop: this network detects on {string.Join(", ", all)}.");
        if (all.All(names.Contains)) throw new GraphException($"One of the levels {string.Join(", ", all)} must stay.");
        var rest = Branches.Without(graph, all.Index().Where(level => names.Contains(level.Item))
            .Select(level => new Branch(joint, level.Index)).ToHashSet());
        var heads = NewNames(graph, rest);
        return rest with
        {
            Nodes = [.. rest.Nodes.Select(node => heads.TryGetValue(node.Name, out var name) ? node with { Name = name } : node)],
        };
    }

    /// <summary>The network without some levels; of what stays no weight changes.</summary>
    /// <inheritdoc cref="Without(Graph, IReadOnlyCollection{string})" path="/param"/>
    /// <inheritdoc cref="Without(Graph, IReadOnlyCollection{string})" path="/exception"/>
    /// <param name="network">The network; not changed.</param>
    /// <param name="names"/>
    public static Network Without(Network network, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0) return network;
        var (graph, weights) = network;
        var rest = Without(graph, names);
        var levels = Names(graph).Index().Where(level => !names.Contains(level.Item)).Select(level => level.Index).ToArray();
        var (key, arrays) = ($"{graph.Detect.Name}.anchors", new Dictionary<string, WeightArray>());
        var (shape, sides) = (weights[key].Shape, weights[key].Values.Chunk(graph.Detect.Anchors[0].Length).ToArray());
        arrays[key] = new WeightArray([levels.Length, .. shape[1..]], [.. levels.SelectMany(level => sides[level])]);
        foreach (var (place, level) in levels.Index())
        {
            var (before, after) = (graph.Nodes[graph.Detect.Inputs[level]], rest.Nodes[rest.Detect.Inputs[place]]);
            foreach (var (old, item) in before.State.Zip(after.State)) arrays[item.Name] = weights[old.Name];
        }

        return network.With(rest, arrays);
    }

    /// <summary>Heads are called by their levels' numbers.</summary>
    private static Dictionary<string, string> NewNames(Graph whole, Graph rest)
    {
        var prefix = $"{whole.Detect.Name}.m.";
        return rest.Detect.Inputs.Index()
            .Select(head => (Old: rest.Nodes[head.Item].Name, New: string.Create(CultureInfo.InvariantCulture, $"{prefix}{head.Index}")))
            .Where(head => head.Old.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(head => head.Old, head => head.New, StringComparer.Ordinal);
    }
}
