using Espalier.Core;

namespace Espalier.Datasets.Statistics;

/// <summary>How a measure is spread. Between two values a quantile is interpolated linearly.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Low">A twentieth lies below.</param>
/// <param name="Median">Half lies below.</param>
/// <param name="High">A twentieth lies above.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Mean">The average.</param>
internal sealed record Quantiles(double Minimum, double Low, double Median, double High, double Maximum, double Mean)
{
    /// <summary>The spread of values; null where there are none.</summary>
    public static Quantiles? Of(IEnumerable<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0
            ? null
            : new Quantiles(sorted[0], Quantile.Of(sorted, 0.05), Quantile.Of(sorted, 0.5), Quantile.Of(sorted, 0.95), sorted[^1],
                sorted.Average());
    }
}
