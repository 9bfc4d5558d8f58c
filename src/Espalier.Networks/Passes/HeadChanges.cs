using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Changes to what a network detects: the same network for other classes, or with other anchors.</summary>
internal static class HeadChanges
{
    /// <summary>The graph with heads for another number of classes; everything before the head convolutions stays.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="classes">At least 1.</param>
    /// <exception cref="GraphException">The number is outside its range, or a level's input is not a convolution.</exception>
    public static Graph WithClasses(this Graph graph, int classes)
    {
        if (classes == graph.Classes) return graph;
        if (classes is < 1 or > GraphLimits.Classes)
            throw new GraphException($"the number of classes must be from 1 to {GraphLimits.Classes}, not {classes}.");
        var detect = graph.Detect;
        var nodes = graph.Nodes.ToBuilder();
        for (var level = 0; level < detect.Inputs.Length; level++)
        {
            var head = nodes[detect.Inputs[level]] as ConvNode
                ?? throw new GraphException($"level {level} of {detect.Name} is fed by "
                    + $"{nodes[detect.Inputs[level]].Name}, which is not a convolution.");
            nodes[detect.Inputs[level]] = head with { OutChannels = detect.Anchors[level].Length / 2 * (5 + classes) };
        }

        nodes[^1] = detect with { Classes = classes };
        return graph with { Nodes = nodes.ToImmutable() };
    }

    /// <summary>The graph with other anchors, as many a level as before.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="anchors">A level each, as <see cref="AlongStrides"/> takes them.</param>
    /// <exception cref="GraphException">Their number differs.</exception>
    public static Graph WithAnchors(this Graph graph, ImmutableArray<ImmutableArray<float>> anchors)
    {
        var detect = graph.Detect;
        if (anchors.Length != detect.Anchors.Length || anchors.Zip(detect.Anchors).Any(pair => pair.First.Length != pair.Second.Length))
        {
            throw new GraphException($"{detect.Name} takes {string.Join(", ", detect.Anchors.Select(level => level.Length / 2))} anchors a "
                + $"level.");
        }

        anchors = AlongStrides(anchors, detect.Strides);
        return graph with { Nodes = graph.Nodes.SetItem(graph.Nodes.Length - 1, detect with { Anchors = anchors }) };
    }

    /// <summary>Anchors with the larger ones at the coarser levels: turned around where they run against the strides, as YOLOv5
    /// does.</summary>
    /// <param name="anchors">A level each: width, height, width, height … in pixels.</param>
    /// <param name="strides">Pixels a cell, a level each.</param>
    public static ImmutableArray<ImmutableArray<float>> AlongStrides(
        ImmutableArray<ImmutableArray<float>> anchors, ImmutableArray<int> strides)
        => (MeanArea(anchors[^1]) - MeanArea(anchors[0])) * (strides[^1] - strides[0]) < 0 ? [.. anchors.Reverse()] : anchors;

    private static float MeanArea(ImmutableArray<float> level) => level.Chunk(2).Average(sides => sides[0] * sides[1]);
}
