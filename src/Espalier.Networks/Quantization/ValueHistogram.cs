namespace Espalier.Networks;

/// <summary>How often a tensor's values fall where, between the lowest and the highest that were seen.</summary>
/// <param name="Low">The lowest value.</param>
/// <param name="High">The highest value.</param>
/// <param name="Counts">How many values are in each of equal bins from <paramref name="Low"/> to <paramref name="High"/>.</param>
internal sealed record ValueHistogram(float Low, float High, double[] Counts)
{
    /// <summary>How many bins a calibration uses.</summary>
    public const int UsualBins = 2048;

    /// <summary>The width of a bin.</summary>
    public double BinWidth => ((double)High - Low) / Counts.Length;

    /// <summary>The value in the middle of a bin.</summary>
    public double Centre(int bin) => Low + ((bin + 0.5) * BinWidth);
}
