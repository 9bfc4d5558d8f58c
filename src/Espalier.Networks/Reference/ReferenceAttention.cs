namespace Espalier.Networks;

/// <summary>Attention as its description says it, a head and a query at a time.</summary>
internal static class ReferenceAttention
{
    /// <summary>Fills the map that <see cref="AttentionNode"/> gives.</summary>
    public static void Run(AttentionNode attention, ReferenceTensor input, ReferenceTensor output)
    {
        var cells = output.Shape.Height * output.Shape.Width;
        var part = attention.Channels * cells;
        var head = attention.HeadWidth * cells;
        var weights = new double[cells];
        for (var first = 0; first < part; first += head)
        {
            var queries = input.Values.AsSpan(first, head);
            var keys = input.Values.AsSpan(part + first, head);
            var values = input.Values.AsSpan((2 * part) + first, head);
            for (var query = 0; query < cells; query++)
            {
                Weigh(queries, keys, query, weights);
                for (var place = 0; place < head; place += cells)
                {
                    var sum = 0.0;
                    for (var key = 0; key < cells; key++) sum += weights[key] * values[place + key];
                    output.Values[first + place + query] = (float)sum;
                }
            }
        }
    }

    /// <summary>The softmax of a query's products with all keys, over √width.</summary>
    private static void Weigh(ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, int query, double[] weights)
    {
        var cells = weights.Length;
        Array.Clear(weights);
        for (var place = 0; place < queries.Length; place += cells)
        {
            for (var key = 0; key < cells; key++) weights[key] += (double)queries[place + query] * keys[place + key];
        }

        var (largest, root, sum) = (weights.Max(), Math.Sqrt(queries.Length / cells), 0.0);
        for (var key = 0; key < cells; key++) sum += weights[key] = Math.Exp((weights[key] - largest) / root);
        for (var key = 0; key < cells; key++) weights[key] /= sum;
    }
}
