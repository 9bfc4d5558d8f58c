using System.Buffers;
using Espalier.Core;

namespace Espalier.Vision;

/// <summary>
/// Compares two models on the same pictures: the pictures are drawn anew with replacement, the same draw for both, and
/// the spread of the difference over the draws gives its 95 % interval (percentile bootstrap, Efron 1979). A result is a
/// function of the sets and the seed, whatever the number of processors.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>How often pictures are drawn anew where nothing else is asked for.</summary>
    public const int DefaultResamples = 1000;

    /// <summary>The most resamples that can be asked for.</summary>
    public const int MaximumResamples = 1_000_000;

    /// <summary>The difference in mAP50 by yolov5's rule. Quick: nothing is matched or sorted again.</summary>
    /// <param name="first">One model's pictures.</param>
    /// <param name="second">The other's, the same pictures in the same order.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="resamples">1…<see cref="MaximumResamples"/>.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="EspalierException">The sets are not of the same labelled pictures, or there are none.</exception>
    public static BootstrapComparison MeanAveragePrecision50(IReadOnlyList<PictureEvaluation> first,
        IReadOnlyList<PictureEvaluation> second, int classCount, int resamples = DefaultResamples, int seed = 0)
    {
        CheckPaired(first, second);
        var (one, other) = (new ResampledPrecision(first, classCount), new ResampledPrecision(second, classCount));
        var once = Enumerable.Repeat(1, first.Count).ToArray();
        return Compare(first.Count, resamples, seed, one.MeanAveragePrecision50(once), other.MeanAveragePrecision50(once), drawn =>
        {
            var times = ArrayPool<int>.Shared.Rent(drawn.Length);
            var counts = times.AsSpan(0, drawn.Length);
            counts.Clear();
            foreach (var picture in drawn) counts[picture]++;
            var difference = other.MeanAveragePrecision50(counts) - one.MeanAveragePrecision50(counts);
            ArrayPool<int>.Shared.Return(times);
            return difference;
        });
    }

    /// <summary>The difference in any metric, for instance <c>pictures => DetectionMetrics.Report(pictures, 10).Recall</c>.</summary>
    /// <param name="first">One model's pictures.</param>
    /// <param name="second">The other's, the same pictures in the same order.</param>
    /// <param name="metric">Called for each draw, from several threads at once.</param>
    /// <param name="resamples">1…<see cref="MaximumResamples"/>.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="EspalierException">The sets are not of the same labelled pictures, or there are none.</exception>
    public static BootstrapComparison Compare(IReadOnlyList<PictureEvaluation> first, IReadOnlyList<PictureEvaluation> second,
        Func<IReadOnlyList<PictureEvaluation>, double> metric, int resamples = DefaultResamples, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(metric);
        CheckPaired(first, second);
        return Compare(first.Count, resamples, seed, metric(first), metric(second),
            drawn => metric(Drawn(second, drawn)) - metric(Drawn(first, drawn)));
    }

    private static PictureEvaluation[] Drawn(IReadOnlyList<PictureEvaluation> pictures, int[] drawn) =>
        Array.ConvertAll(drawn, picture => pictures[picture]);

    private static BootstrapComparison Compare(int pictures, int resamples, int seed, double first, double second,
        Func<int[], double> difference)
    {
        OptionException.ThrowIfOutside(resamples, 1, MaximumResamples, "The number of resamples");
        var differences = new double[resamples];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AvailableProcessors.Current.Count };
        Parallel.For(0, resamples, parallel, resample => differences[resample] = difference(Draw(pictures, seed, resample)));
        Array.Sort(differences);
        return new(first, second, Percentile(differences, 0.025), Percentile(differences, 0.975), resamples);
    }

    private static int[] Draw(int pictures, int seed, int resample)
    {
        // A stream a resample: threads may take them in any order.
        var state = SplitMix64.Mix(SplitMix64.Mix((uint)seed) ^ (uint)resample);
        var drawn = new int[pictures];
        for (var i = 0; i < pictures; i++) drawn[i] = (int)Math.BigMul(SplitMix64.Next(ref state), (ulong)pictures, out _);
        return drawn;
    }

    private static double Percentile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    private static void CheckPaired(IReadOnlyList<PictureEvaluation> first, IReadOnlyList<PictureEvaluation> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0) throw new EspalierException("There are no pictures to compare on.");
        if (first.Count != second.Count)
            throw new EspalierException($"Results over {first.Count} and {second.Count} pictures cannot be compared in pairs.");
        for (var i = 0; i < first.Count; i++)
        {
            if (!first[i].LabelClasses.SequenceEqual(second[i].LabelClasses))
            {
                throw new EspalierException($"The results are not of the same pictures: picture {i + 1} has other labels in the two sets.");
            }
        }
    }
}
