using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Which of a network's tensors are rounded to bytes, and which of them share their steps.</summary>
internal static class QuantizedTensors
{
    /// <summary>
    /// The nodes whose output is rounded, as positions: all but the heads, which give floats, and convolutions whose only readers are
    /// ReLUs, which runtimes compute as part of them, and what gates are computed from, a few numbers that a byte would make coarse.
    /// </summary>
    /// <param name="graph">The network as it is emitted (<see cref="OnnxEmission.Prepare"/>).</param>
    public static ImmutableArray<int> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var heads = graph.Detect.Inputs;
        var readers = Enumerable.Range(0, graph.Nodes.Length).SelectMany(reader => graph.Nodes[reader]
            .Inputs.Select(source => (source, reader))).ToLookup(pair => pair.source, pair => graph.Nodes[pair.reader]);
        var floats = new HashSet<int>();
        foreach (var (position, node) in graph.Nodes.Index())
        {
            if (node is GlobalPoolNode or ChannelPoolNode || (node is not (InputNode or MultiplyNode) && node.Inputs.All(floats.Contains)))
                floats.Add(position);
        }

        return [.. Enumerable.Range(0, graph.Nodes.Length - 1).Where(position => !heads.Contains(position) && !floats.Contains(position)
            && !readers[position].All(node => node is ActivationNode activation && ActivationTable.Of(activation.Kind).JoinsConvolution))];
    }

    /// <summary>
    /// Groups of tensors with the same steps: what a concatenation, an enlargement of repeated cells or a pooling reads and gives, so that
    /// they only move bytes.
    /// </summary>
    /// <param name="graph">The network as it is emitted.</param>
    public static ImmutableArray<ImmutableArray<int>> Groups(Graph graph)
    {
        var tensors = Of(graph);
        var parent = Enumerable.Range(0, graph.Nodes.Length).ToArray();
        foreach (var position in tensors)
        {
            if (graph.Nodes[position] is not (
                ConcatNode or UpsampleNode { Bilinear: false } or MaxPoolNode or ActivationNode { Kind: ActivationKind.Identity }))
                continue;
            foreach (var source in graph.Nodes[position].Inputs) parent[Root(source)] = Root(position);
        }

        return [.. tensors.GroupBy(Root).Select(group => group.ToImmutableArray())];

        int Root(int position)
        {
            while (parent[position] != position) position = parent[position];
            return position;
        }
    }

    /// <summary>A plan from what a calibration saw: everything in whole numbers, biases corrected.</summary>
    /// <param name="graph">The network as it is emitted.</param>
    /// <param name="seen">Every tensor of <see cref="Of"/>, by position.</param>
    /// <param name="method">How ranges are chosen.</param>
    public static QuantizationPlan Plan(Graph graph, IReadOnlyDictionary<int, TensorStatistics> seen, CalibrationMethod method)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(seen);
        var ranges = ImmutableSortedDictionary.CreateBuilder<string, TensorRange>(StringComparer.Ordinal);
        foreach (var group in Groups(graph))
        {
            var range = group.Select(position => graph.Nodes[position] is InputNode ? TensorRange.Pixels
                : RangeChoice.Choose(seen[position].Histogram, method)).Aggregate((first, second) => first.Union(second));
            foreach (var position in group) ranges[graph.Nodes[position].Name] = range;
        }

        return new QuantizationPlan
        {
            Ranges = ranges.ToImmutable(),
            ChannelMeans = seen.ToImmutableSortedDictionary(entry => graph.Nodes[entry.Key].Name, entry => entry.Value.ChannelMeans,
                StringComparer.Ordinal),
        };
    }
}
