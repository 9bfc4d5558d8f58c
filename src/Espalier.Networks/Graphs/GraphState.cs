using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// The arrays that a graph's weights consist of, in the order of the original's state dictionary. That is the order in which the original
/// registers its modules — in a C3: cv1, cv2, cv3, then m.0 … —, not the order of execution, and follows from the names alone.
/// </summary>
internal static class GraphState
{
    /// <summary>The state of a graph.</summary>
    public static ImmutableArray<StateItem> State(this Graph graph)
        => [.. graph.Nodes.OrderBy(node => node.Name, StateNameComparer.Instance).SelectMany(node => node.State)];

    /// <summary>The anchors of a detection as its state holds them: in cells of each level's stride.</summary>
    public static WeightArray Anchors(DetectNode detect)
        => new(
            [detect.Anchors.Length, detect.Anchors[0].Length / 2, 2],
            [.. detect.Anchors.SelectMany((level, i) => level.Select(side => side / detect.Strides[i]))]);
}
