namespace Espalier.Core;

/// <summary>Medians and the like.</summary>
internal static class Quantile
{
    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values) => Of([.. values.Order()], 0.5);

    /// <summary>The value below which a share of the sorted values lies, interpolated between neighbours.</summary>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) return double.NaN;
        var place = share * (sorted.Length - 1);
        var lower = (int)place;
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((sorted[upper] - sorted[lower]) * (place - lower));
    }
}
