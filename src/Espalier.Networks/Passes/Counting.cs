using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Counts parameters, multiply-adds and shapes. Holds the oracle's "Structure" table.</summary>
public static class Counting
{
    /// <summary>The trainable parameters of one node.</summary>
    public static long Parameters(Node node) => node.Parameters;

    /// <summary>The multiply-adds of one node: convolutions, transposed ones too, and attention; nothing else is counted.</summary>
    /// <param name="node">The node.</param>
    /// <param name="output">Its output's shape.</param>
    public static long MultiplyAdds(Node node, TensorShape output) => node.MultiplyAdds(output);

    /// <summary>Counts a whole graph at an image size.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="height">Rows of the picture; a multiple of the network's stride.</param>
    /// <param name="width">Columns of the picture, likewise.</param>
    /// <exception cref="GraphException">The picture's size does not suit the network.</exception>
    public static NetworkSummary Summarize(this Graph graph, int height, int width)
    {
        if (height % graph.Stride != 0 || width % graph.Stride != 0)
            throw new GraphException($"The image size must be a multiple of the network's stride {graph.Stride}, not {height}×{width}.");
        var shapes = ShapeInference.Shapes(graph, height, width);
        var nodes = graph.Nodes
            .Select((node, i) => new NodeSummary(node, shapes[i], node.Parameters, node.MultiplyAdds(shapes[i])))
            .ToImmutableArray();
        var rows = nodes.Skip(1).GroupBy(node => node.Node.Row).Select(row => Row(graph, row.Key, [.. row]));
        return new NetworkSummary(height, width, nodes, [.. rows]);
    }

    /// <inheritdoc cref="Summarize(Graph, int, int)"/>
    /// <param name="graph">The network.</param>
    /// <param name="imageSize">Rows and columns of the picture.</param>
    public static NetworkSummary Summarize(this Graph graph, int imageSize) => graph.Summarize(imageSize, imageSize);

    private static RowSummary Row(Graph graph, int row, ImmutableArray<NodeSummary> nodes)
    {
        var from = nodes.SelectMany(node => node.Node.Inputs).Select(input => graph.Nodes[input].Row)
            .Where(source => source != row).Distinct();
        return new RowSummary(
            row,
            [.. from],
            row >= 0 && row < graph.Modules.Length ? graph.Modules[row] : "",
            nodes.Length,
            nodes[^1].Output,
            nodes.Sum(node => node.Parameters),
            nodes.Sum(node => node.MultiplyAdds));
    }
}
