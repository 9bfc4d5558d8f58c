namespace Espalier.Networks;

/// <summary>The nodes that move or choose values without weights: pooling, enlarging, slicing.</summary>
internal static class ReferenceResampling
{
    /// <summary>Fills the output of such a node.</summary>
    /// <exception cref="NotSupportedException">There is no rule for the node.</exception>
    public static void Run(Node node, ReferenceTensor input, ReferenceTensor output)
    {
        Func<int, int, int, float> value = node switch
        {
            MaxPoolNode pool => (channel, row, column) => Largest(pool, input, channel, row, column),
            UpsampleNode upsample => (channel, row, column) => At(input, channel, row / upsample.Scale, column / upsample.Scale),
            SpaceToDepthNode => (channel, row, column) => Slice(input, channel, row, column),
            _ => throw new NotSupportedException($"{node.Name}: there is no rule to evaluate a {node.GetType().Name}."),
        };
        var place = 0;
        for (var channel = 0; channel < output.Shape.Channels; channel++)
        {
            for (var row = 0; row < output.Shape.Height; row++)
            {
                for (var column = 0; column < output.Shape.Width; column++) output.Values[place++] = value(channel, row, column);
            }
        }
    }

    private static float Largest(MaxPoolNode pool, ReferenceTensor input, int channel, int row, int column)
    {
        var largest = float.NegativeInfinity;
        var (top, left) = ((row * pool.Stride) - pool.Padding, (column * pool.Stride) - pool.Padding);
        for (var y = Math.Max(top, 0); y < Math.Min(top + pool.Kernel, input.Shape.Height); y++)
        {
            for (var x = Math.Max(left, 0); x < Math.Min(left + pool.Kernel, input.Shape.Width); x++)
                largest = Math.Max(largest, At(input, channel, y, x));
        }

        return largest;
    }

    /// <summary>The slices start at (row, column) = (0,0), (1,0), (0,1), (1,1).</summary>
    private static float Slice(ReferenceTensor input, int channel, int row, int column)
    {
        var slice = channel / input.Shape.Channels;
        return At(input, channel % input.Shape.Channels, (2 * row) + (slice % 2), (2 * column) + (slice / 2));
    }

    private static float At(ReferenceTensor tensor, int channel, int row, int column)
        => tensor.Values[(((channel * tensor.Shape.Height) + row) * tensor.Shape.Width) + column];
}
