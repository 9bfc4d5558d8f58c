namespace Espalier.Networks;

/// <summary>Chooses the range of a tensor from its histogram.</summary>
internal static class RangeChoice
{
    private const double ClippedShare = 1e-4;
    private const int Candidates = 100;
    private const double SmallestShare = 0.2;
    private const int Levels = 256;

    /// <summary>The range.</summary>
    /// <param name="histogram">What was seen.</param>
    /// <param name="method">How to choose.</param>
    public static TensorRange Choose(ValueHistogram histogram, CalibrationMethod method)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var whole = TensorRange.Holding(histogram.Low, histogram.High);
        if (!(histogram.High > histogram.Low)) return whole;
        return method switch
        {
            CalibrationMethod.MinMax => whole,
            CalibrationMethod.Percentile => Percentile(histogram),
            CalibrationMethod.Entropy => Shrunk(whole).MinBy(range => Divergence(histogram, range)),
            CalibrationMethod.SquaredError => Shrunk(whole).MinBy(range => SquaredError(histogram, range)),
            _ => throw new NotSupportedException($"there is no way to choose a range by {method}."),
        };
    }

    /// <summary>The whole range and smaller ones, both ends drawn in by the same share.</summary>
    private static IEnumerable<TensorRange> Shrunk(TensorRange whole)
    {
        for (var i = Candidates; i > 0; i--)
        {
            var share = (float)(SmallestShare + ((1 - SmallestShare) * i / Candidates));
            yield return new TensorRange(whole.Low * share, whole.High * share);
        }
    }

    private static TensorRange Percentile(ValueHistogram histogram)
    {
        // A range has two ends, and one of them may be zero's: what is clipped is shared by the ends that values reach.
        var clipped = histogram.Counts.Sum() * ClippedShare / (histogram.Low < 0 && histogram.High > 0 ? 2 : 1);
        return TensorRange.Holding(
            histogram.Low < 0 ? (float)(histogram.Low + (BinsBelow(histogram.Counts, clipped) * histogram.BinWidth)) : 0,
            histogram.High > 0 ? (float)(histogram.High - (BinsBelow(histogram.Counts.Reverse(), clipped) * histogram.BinWidth)) : 0);
    }

    /// <summary>How many bins, from the first, hold no more than so many values together.</summary>
    private static int BinsBelow(IEnumerable<double> counts, double limit)
    {
        var (bins, sum) = (0, 0.0);
        foreach (var count in counts)
        {
            sum += count;
            if (sum > limit) break;
            bins++;
        }

        return bins;
    }

    private static double SquaredError(ValueHistogram histogram, TensorRange range)
    {
        var error = 0.0;
        for (var bin = 0; bin < histogram.Counts.Length; bin++)
        {
            if (histogram.Counts[bin] == 0) continue;

            // Within a step values are spread evenly, whose error is a twelfth of the step squared; beyond the ends it is the distance.
            var value = histogram.Centre(bin);
            var beyond = Math.Max(Math.Max(range.Low - value, value - range.High), 0);
            error += histogram.Counts[bin] * Math.Max(beyond * beyond, range.Scale * range.Scale / 12.0);
        }

        return error;
    }

    /// <summary>Kullback–Leibler divergence of the values seen, clipped to a range,
    /// from the same values when a level spreads its own evenly over its bins.</summary>
    private static double Divergence(ValueHistogram histogram, TensorRange range)
    {
        var bins = histogram.Counts.Length;
        var (clipped, inside, levels) = (new double[bins], new double[bins], new int[bins]);
        for (var bin = 0; bin < bins; bin++)
        {
            var value = histogram.Centre(bin);
            var within = Math.Clamp(value, range.Low, range.High);
            levels[bin] = Math.Clamp((int)((within - range.Low) / range.Scale), 0, Levels - 1);
            var place = Math.Clamp((int)((within - histogram.Low) / histogram.BinWidth), 0, bins - 1);
            clipped[place] += histogram.Counts[bin];
            if (within == value) inside[bin] = histogram.Counts[bin];
        }

        var (sums, used) = (new double[Levels], new int[Levels]);
        for (var bin = 0; bin < bins; bin++)
        {
            if (inside[bin] == 0) continue;
            sums[levels[bin]] += inside[bin];
            used[levels[bin]]++;
        }

        var (seen, kept, divergence) = (clipped.Sum(), inside.Sum(), 0.0);
        if (kept == 0) return double.PositiveInfinity;
        for (var bin = 0; bin < bins; bin++)
        {
            if (clipped[bin] == 0) continue;
            var spread = inside[bin] == 0 ? 0 : sums[levels[bin]] / used[levels[bin]];

            // A value where the rounded distribution has none would count without limit: it counts as a value in a million.
            divergence += clipped[bin] / seen * Math.Log(clipped[bin] / seen / Math.Max(spread / kept, 1e-6));
        }

        return divergence;
    }
}
