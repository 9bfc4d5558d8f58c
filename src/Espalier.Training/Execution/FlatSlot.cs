namespace Espalier.Training.Execution;

/// <summary>Where one named array lies in a <see cref="FlatTensor"/>.</summary>
/// <param name="Name">The state-dict name, such as <c>model.0.conv.weight</c>.</param>
/// <param name="Shape">The array's lengths, outermost first.</param>
/// <param name="Offset">The first of its values in the flat tensor.</param>
/// <param name="Count">How many values: the product of the shape.</param>
internal sealed record FlatSlot(string Name, int[] Shape, int Offset, int Count)
{
    /// <summary>
    /// Steps in values from one index to the next, a dimension each. Kernels lie channels-last (out, row, column, in), the order
    /// in which a channels-last convolution reads them; everything else is row-major.
    /// </summary>
    internal long[] Strides => Shape.Length switch
    {
        4 => [(long)Shape[1] * Shape[2] * Shape[3], 1, (long)Shape[3] * Shape[1], Shape[1]],
        1 => [1],
        0 => [],
        _ => throw new InvalidOperationException($"{Name} has {Shape.Length} dimensions; parameters have one or four."),
    };

    /// <summary>The shape as TorchSharp wants it.</summary>
    internal long[] Sizes => [.. Shape.Select(length => (long)length)];

    /// <summary>Copies row-major values into this slot of <paramref name="flat"/>.</summary>
    internal void Pack(ReadOnlySpan<float> values, Span<float> flat)
    {
        var slot = flat.Slice(Offset, Count);
        if (Shape.Length != 4) values.CopyTo(slot);
        else Transpose(values, slot, Shape[0], Shape[1], Shape[2] * Shape[3]);
    }

    /// <summary>Copies this slot of <paramref name="flat"/> out as row-major values.</summary>
    internal float[] Unpack(ReadOnlySpan<float> flat)
    {
        var slot = flat.Slice(Offset, Count);
        if (Shape.Length != 4) return slot.ToArray();
        var values = new float[Count];
        Transpose(slot, values, Shape[0], Shape[2] * Shape[3], Shape[1]);
        return values;
    }

    /// <summary>(blocks, rows, columns) → (blocks, columns, rows).</summary>
    private static void Transpose(ReadOnlySpan<float> source, Span<float> destination, int blocks, int rows, int columns)
    {
        for (var block = 0; block < blocks; block++)
        {
            var start = block * rows * columns;
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    destination[start + column * rows + row] = source[start + row * columns + column];
                }
            }
        }
    }
}
