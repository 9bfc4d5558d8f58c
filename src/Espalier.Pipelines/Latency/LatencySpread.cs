using Espalier.Core;

namespace Espalier.Pipelines.Latency;

/// <summary>How long calls take, in milliseconds.</summary>
/// <param name="Median">Half of them take no longer.</param>
/// <param name="Percentile95">Nineteen of twenty take no longer.</param>
internal readonly record struct LatencySpread(double Median, double Percentile95)
{
    /// <summary>Of calls in any order.</summary>
    public static LatencySpread Of(IEnumerable<double> calls)
    {
        double[] sorted = [.. calls.Order()];
        return new LatencySpread(Quantile.Of(sorted, 0.5), Quantile.Of(sorted, 0.95));
    }
}
