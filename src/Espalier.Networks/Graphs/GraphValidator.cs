namespace Espalier.Networks;

/// <summary>Whether a graph, wherever it came from, is a network that every pass can work on.</summary>
internal static class GraphValidator
{
    /// <summary>Checks a graph: order, names, ranges, shapes, strides and size.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="source">What messages call it, such as a file's name.</param>
    /// <exception cref="GraphException">It is not a network; the message names the node and the reason.</exception>
    public static void Validate(Graph graph, string source)
    {
        if (graph.Nodes.IsDefault || graph.Nodes.Length is < 2 or > GraphLimits.Nodes)
            throw new GraphException($"{source}: a graph has from 2 to {GraphLimits.Nodes} nodes.");
        if (graph.Nodes[0] is not InputNode) throw new GraphException($"{source}: the first node must be the image.");
        if (graph.Nodes[^1] is not DetectNode) throw new GraphException($"{source}: the last node must be the detection.");

        var (names, states, parameters) = (new HashSet<string>(), new HashSet<string>(), 0L);
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            try
            {
                Check(graph, i, names, states);
            }
            catch (GraphException exception)
            {
                throw new GraphException($"{source}, node {i} ({node.Name}): {exception.Message}", exception);
            }

            parameters += node.Parameters;
        }

        if (parameters > GraphLimits.Parameters)
            throw new GraphException($"{source}: {parameters} parameters pass the limit of {GraphLimits.Parameters}.");
        CheckStrides(graph, source);
    }

    private static void Check(Graph graph, int position, HashSet<string> names, HashSet<string> states)
    {
        var node = graph.Nodes[position];
        node.Check(position);
        if (node is InputNode && position > 0) throw new GraphException("only the first node may be the image.");
        if (node is DetectNode && position < graph.Nodes.Length - 1) throw new GraphException("only the last node may be the detection.");
        if (!names.Add(node.Name)) throw new GraphException("another node has the same name.");
        foreach (var item in node.State)
        {
            if (!states.Add(item.Name)) throw new GraphException($"the state '{item.Name}' belongs to another node already.");
        }
    }

    private static void CheckStrides(Graph graph, string source)
    {
        var detect = graph.Detect;
        var size = (long)detect.Strides.Max() * 8;
        if (detect.Strides.Any(stride => size % stride != 0) || size > GraphLimits.Side)
            throw new GraphException($"{source}: the strides {string.Join(", ", detect.Strides)} "
                + $"do not divide one another or are too large.");
        TensorShape[] shapes;
        try
        {
            shapes = ShapeInference.Shapes(graph, (int)size, (int)size);
        }
        catch (GraphException exception)
        {
            throw new GraphException($"{source}: {exception.Message}", exception);
        }

        for (var level = 0; level < detect.Inputs.Length; level++)
        {
            var cells = shapes[detect.Inputs[level]].Height;
            if (cells * (long)detect.Strides[level] == size) continue;
            throw new GraphException(
                $"{source}: level {level} has {cells} cells on {size} pixels, which is no stride of {detect.Strides[level]}.");
        }
    }
}
