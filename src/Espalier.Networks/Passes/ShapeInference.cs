namespace Espalier.Networks;

/// <summary>Which shape each node hands on: the one place that knows how an operation changes channels, rows and columns.</summary>
public static class ShapeInference
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
        if (inputs.Length > 1 && node is not (AddNode or ConcatNode or DetectNode))
            throw new GraphException($"it takes one input, not {inputs.Length}.");
        return node switch
        {
            ConvNode conv => Convolved(conv, inputs[0]),
            BatchNormNode norm when norm.Channels != inputs[0].Channels
                => throw new GraphException($"it normalises {norm.Channels} channels and is given {inputs[0].Channels}."),
            BatchNormNode or ActivationNode => inputs[0],
            AddNode => Added(inputs),
            ConcatNode => Concatenated(inputs),
            MaxPoolNode pool => Windowed(inputs[0], inputs[0].Channels, pool.Kernel, pool.Stride, pool.Padding),
            UpsampleNode upsample => Enlarged(inputs[0], upsample.Scale),
            SpaceToDepthNode => Sliced(inputs[0]),
            DetectNode detect => Decoded(detect, inputs),
            _ => throw new GraphException($"there is no rule for a {node.GetType().Name} with inputs."),
        };
    }

    private static TensorShape Convolved(ConvNode conv, TensorShape input)
    {
        if (input.Channels != conv.InChannels)
            throw new GraphException($"its convolution takes {conv.InChannels} channels and is given {input.Channels}.");
        if (conv.InChannels % conv.Groups != 0 || conv.OutChannels % conv.Groups != 0)
            throw new GraphException($"{conv.Groups} groups divide neither {conv.InChannels} nor {conv.OutChannels} channels evenly.");
        return Windowed(input, conv.OutChannels, conv.Kernel, conv.Stride, conv.Padding);
    }

    private static TensorShape Windowed(TensorShape input, int channels, int kernel, int stride, int padding)
    {
        var (height, width) = (input.Height + (2 * padding) - kernel, input.Width + (2 * padding) - kernel);
        if (height < 0 || width < 0)
            throw new GraphException($"a window of {kernel} does not fit into a map of {input.Height}×{input.Width}.");
        return new TensorShape(channels, (height / stride) + 1, (width / stride) + 1);
    }

    private static TensorShape Added(ReadOnlySpan<TensorShape> inputs)
    {
        foreach (var input in inputs)
        {
            if (input != inputs[0]) throw new GraphException($"it adds a map of {input} to one of {inputs[0]}.");
        }

        return inputs[0];
    }

    private static TensorShape Concatenated(ReadOnlySpan<TensorShape> inputs)
    {
        var channels = 0L;
        foreach (var input in inputs)
        {
            if (input.Height != inputs[0].Height || input.Width != inputs[0].Width)
                throw new GraphException($"it joins a map of {input} to one of {inputs[0]}, whose rows and columns differ.");
            channels += input.Channels;
        }

        if (channels > GraphLimits.Channels)
            throw new GraphException($"it joins {channels} channels; at most {GraphLimits.Channels} are allowed.");
        return inputs[0] with { Channels = (int)channels };
    }

    private static TensorShape Enlarged(TensorShape input, int scale)
    {
        if (Math.Max(input.Height, input.Width) > GraphLimits.Side / scale)
            throw new GraphException($"enlarging {input} by {scale} passes the limit of {GraphLimits.Side} cells a side.");
        return new TensorShape(input.Channels, input.Height * scale, input.Width * scale);
    }

    private static TensorShape Sliced(TensorShape input)
    {
        if (input.Height % 2 != 0 || input.Width % 2 != 0)
            throw new GraphException($"its four slices need even rows and columns, not {input.Height}×{input.Width}.");
        if (input.Channels > GraphLimits.Channels / 4)
            throw new GraphException($"four times {input.Channels} channels pass the limit of {GraphLimits.Channels}.");
        return new TensorShape(4 * input.Channels, input.Height / 2, input.Width / 2);
    }

    private static TensorShape Decoded(DetectNode detect, ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs.Length != detect.Anchors.Length || inputs.Length != detect.Strides.Length)
        {
            throw new GraphException(
                $"it has {inputs.Length} levels, but anchors for {detect.Anchors.Length} and strides for {detect.Strides.Length}.");
        }

        var predictions = 0L;
        for (var level = 0; level < inputs.Length; level++)
        {
            var (given, anchors) = (inputs[level], detect.Anchors[level].Length / 2);
            if (given.Channels != anchors * (detect.Classes + 5))
            {
                throw new GraphException(
                    $"level {level} needs {anchors} × (5 + {detect.Classes}) channels for its anchors and classes and is given {given.Channels}.");
            }

            predictions += (long)anchors * given.Height * given.Width;
        }

        return new TensorShape(1, checked((int)predictions), detect.Classes + 5);
    }
}
