namespace Espalier.Vision;

/// <summary>Piecewise linear functions.</summary>
internal static class Interpolation
{
    /// <summary>
    /// The function through the points (<paramref name="xs"/>[i], <paramref name="ys"/>[i]) at <paramref name="x"/>. Where several
    /// points share an x, the last of them stands. Outside the points the ends' values stand.
    /// </summary>
    /// <param name="x">Where.</param>
    /// <param name="xs">Ascending, not empty; equal values may follow each other.</param>
    /// <param name="ys">As many.</param>
    /// <param name="from">The search begins at this point; for queries in ascending order, hand in the same variable each time.</param>
    public static double At(double x, ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, ref int from)
    {
        while (from + 1 < xs.Length && xs[from + 1] <= x) from++;
        if (from + 1 == xs.Length || x <= xs[from]) return ys[from];
        return ys[from] + (ys[from + 1] - ys[from]) / (xs[from + 1] - xs[from]) * (x - xs[from]);
    }
}
