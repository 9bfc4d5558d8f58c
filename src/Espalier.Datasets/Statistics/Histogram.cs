namespace Espalier.Datasets.Statistics;

/// <summary>How many values fall between edges.</summary>
/// <param name="Edges">Ascending; bin i reaches from <c>Edges[i]</c> to below <c>Edges[i + 1]</c>, the last has no end.</param>
/// <param name="Counts">As many as edges.</param>
internal sealed record Histogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Counts)
{
    /// <summary>Counts values; what lies below the first edge falls into the first bin.</summary>
    public static Histogram Of(IEnumerable<double> values, params double[] edges)
    {
        var counts = new int[edges.Length];
        foreach (var value in values)
        {
            var bin = edges.Length - 1;
            while (bin > 0 && value < edges[bin]) bin--;
            counts[bin]++;
        }

        return new Histogram(edges, counts);
    }
}
