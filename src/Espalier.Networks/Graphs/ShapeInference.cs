namespace Espalier.Networks;

/// <summary>Which shape each node hands on, from the picture to the decoding.</summary>
internal static class ShapeInference
{
    /// <summary>The output shape of every node for a picture of a size.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="height">Rows of the picture, 1 to <see cref="GraphLimits.Side"/>.</param>
    /// <param name="width">Columns of the picture, likewise.</param>
    /// <returns>A shape a node, by position.</returns>
    /// <exception cref="GraphException">Shapes do not fit; the message names the node.</exception>
    public static TensorShape[] Shapes(Graph graph, int height, int width)
    {
        if (height is < 1 or > GraphLimits.Side || width is < 1 or > GraphLimits.Side)
            throw new GraphException($"The image size must be from 1 to {GraphLimits.Side} pixels a side, not {height}×{width}.");
        var shapes = new TensorShape[graph.Nodes.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            var node = graph.Nodes[i];
            try
            {
                shapes[i] = node is InputNode image
                    ? new TensorShape(image.Channels, height, width)
                    : Output(node, [.. node.Inputs.Select(input => shapes[input])]);
            }
            catch (GraphException exception)
            {
                throw new GraphException($"Node {i} ({node.Name}): {exception.Message}", exception);
            }
        }

        return shapes;
    }

    /// <summary>The output shape of one node, which is not the image, from its inputs' shapes.</summary>
    /// <exception cref="GraphException">The inputs do not fit the node.</exception>
    public static TensorShape Output(Node node, ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs.IsEmpty) throw new GraphException("it has no input.");
        if (inputs.Length > 1 && node.Flow is not (ChannelFlow.Joined or ChannelFlow.Equated or ChannelFlow.Gated or ChannelFlow.Ends))
            throw new GraphException($"it takes one input, not {inputs.Length}.");
        return node.Infer(inputs);
    }
}
