namespace Espalier.Networks;

/// <summary>The nodes that move or choose values without weights: pooling, enlarging, padding, slicing.</summary>
internal static class ReferenceResampling
{
    /// <summary>Fills the output of such a node.</summary>
    /// <exception cref="NotSupportedException">There is no rule for the node.</exception>
    public static void Run(Node node, ReferenceTensor input, ReferenceTensor output)
    {
        Func<int, int, int, float> value = node switch
        {
            MaxPoolNode pool => (channel, row, column) => Largest(pool, input, channel, row, column),
            UpsampleNode { Bilinear: true } upsample => (channel, row, column) => Blended(upsample.Scale, input, channel, row, column),
            UpsampleNode upsample => (channel, row, column) => At(input, channel, row / upsample.Scale, column / upsample.Scale),
            PadNode pad => (channel, row, column) => Inside(input, row - pad.Top, column - pad.Left)
                ? At(input, channel, row - pad.Top, column - pad.Left) : 0,
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

    /// <summary>Between the four cells whose centres are nearest; beyond the outermost centres as there.</summary>
    private static float Blended(int scale, ReferenceTensor input, int channel, int row, int column)
    {
        var (top, below) = Between(row, scale, input.Shape.Height);
        var (left, right) = Between(column, scale, input.Shape.Width);
        double Row(int y) => (At(input, channel, y, left) * (1 - right))
            + (At(input, channel, y, Math.Min(left + 1, input.Shape.Width - 1)) * right);
        return (float)((Row(top) * (1 - below)) + (Row(Math.Min(top + 1, input.Shape.Height - 1)) * below));
    }

    /// <summary>The cell before a place of the enlarged map, and how much of the one behind it is seen there.</summary>
    private static (int First, double Share) Between(int place, int scale, int cells)
    {
        var center = Math.Max(((place + 0.5) / scale) - 0.5, 0);
        var first = Math.Min((int)center, cells - 1);
        return (first, center - first);
    }

    private static bool Inside(ReferenceTensor tensor, int row, int column)
        => (uint)row < (uint)tensor.Shape.Height && (uint)column < (uint)tensor.Shape.Width;

    /// <summary>The slices start at (row, column) = (0,0), (1,0), (0,1), (1,1).</summary>
    private static float Slice(ReferenceTensor input, int channel, int row, int column)
    {
        var slice = channel / input.Shape.Channels;
        return At(input, channel % input.Shape.Channels, (2 * row) + (slice % 2), (2 * column) + (slice / 2));
    }

    private static float At(ReferenceTensor tensor, int channel, int row, int column)
        => tensor.Values[(((channel * tensor.Shape.Height) + row) * tensor.Shape.Width) + column];
}
