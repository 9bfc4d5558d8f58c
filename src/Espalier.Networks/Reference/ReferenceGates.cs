namespace Espalier.Networks;

/// <summary>What gates are made of: means and largest values, over cells or over channels, and the multiplication.</summary>
internal static class ReferenceGates
{
    /// <summary>Fills the product of a map and its gate, which may have a single cell or a single channel.</summary>
    public static void Multiply(ReferenceTensor map, ReferenceTensor gate, ReferenceTensor output)
    {
        var area = map.Shape.Height * map.Shape.Width;
        var gateArea = gate.Shape.Height * gate.Shape.Width;
        for (var i = 0; i < output.Values.Length; i++)
        {
            var channel = gate.Shape.Channels == 1 ? 0 : i / area;
            output.Values[i] = map.Values[i] * gate.Values[(channel * gateArea) + (gateArea == 1 ? 0 : i % area)];
        }
    }

    /// <summary>Fills the one cell, or the pair of cells, of each channel.</summary>
    public static void Pool(GlobalPooling kind, ReferenceTensor input, ReferenceTensor output)
    {
        var (area, width) = (input.Shape.Height * input.Shape.Width, output.Shape.Width);
        for (var channel = 0; channel < input.Shape.Channels; channel++)
        {
            var cells = input.Values.AsSpan(channel * area, area);
            var sum = 0.0;
            foreach (var cell in cells) sum += cell;
            output.Values[channel * width] = (float)(kind == GlobalPooling.PairSum ? sum : sum / area);
            if (kind == GlobalPooling.Pair) output.Values[(channel * width) + 1] = Largest(cells);
        }
    }

    /// <summary>Fills the mean over channels and the largest of them.</summary>
    public static void PoolChannels(ReferenceTensor input, ReferenceTensor output)
    {
        var area = input.Shape.Height * input.Shape.Width;
        for (var cell = 0; cell < area; cell++)
        {
            var (sum, largest) = (0.0, float.NegativeInfinity);
            for (var channel = 0; channel < input.Shape.Channels; channel++)
            {
                sum += input.Values[(channel * area) + cell];
                largest = Math.Max(largest, input.Values[(channel * area) + cell]);
            }

            (output.Values[cell], output.Values[area + cell]) = ((float)(sum / input.Shape.Channels), largest);
        }
    }

    private static float Largest(ReadOnlySpan<float> cells)
    {
        var largest = float.NegativeInfinity;
        foreach (var cell in cells) largest = Math.Max(largest, cell);
        return largest;
    }
}
