namespace Espalier.Vision;

/// <summary>A picture to fit a reader on: what a detector found there, and the number that is written on it.</summary>
/// <param name="Detections">As <see cref="NumberReadingOptions.Suppression"/> gives them, or more.</param>
/// <param name="Label">The digits in order.</param>
internal sealed record LabelledNumber(IReadOnlyList<Detection> Detections, string Label);

/// <summary>
/// Fits the thresholds of <see cref="NumberReading"/> to pictures, which must be training pictures: one threshold after another is moved to
/// where most numbers are read right, until none moves.
/// </summary>
internal static class NumberFitting
{
    private static readonly float[] Confidences = [.05f, .1f, .15f, .2f, .25f, .3f, .35f, .4f, .45f, .5f, .55f, .6f];
    private static readonly float[] Overlaps = [.2f, .25f, .3f, .35f, .4f, .45f, .5f, .55f];
    private static readonly float[] Gaps = [.5f, .75f, 1, 1.2f, 1.5f, 2, 3];
    private static readonly float[] Ratios = [1.4f, 1.6f, 1.8f, 2, 2.2f, 2.6f, 3];

    /// <summary>The thresholds that read most numbers right; among equals those nearest to the start.</summary>
    /// <param name="pictures">Training pictures; those without a label do not count.</param>
    /// <param name="names">A name a class.</param>
    /// <param name="start">Where to start; the standards if null.</param>
    public static NumberReadingOptions Fit(IReadOnlyList<LabelledNumber> pictures, IReadOnlyList<string> names,
        NumberReadingOptions? start = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var best = start ?? new NumberReadingOptions();
        var right = Right(pictures, names, best);
        bool moved;
        do
        {
            moved = false;
            Try(Confidences, static (options, value) => options with { Confidence = value }, best.Confidence);
            Try(Overlaps, static (options, value) => options with { Overlap = value }, best.Overlap);
            Try(Gaps, static (options, value) => options with { WidestGap = value }, best.WidestGap);
            Try(Ratios, static (options, value) => options with { LargestRatio = value }, best.LargestRatio);
        }
        while (moved);
        return best;

        void Try(float[] values, Func<NumberReadingOptions, float, NumberReadingOptions> with, float current)
        {
            foreach (var value in values.OrderBy(value => Math.Abs(value - current)))
            {
                var candidate = with(best, value);
                var count = Right(pictures, names, candidate);
                if (count <= right) continue;
                (best, right, moved) = (candidate, count, true);
            }
        }
    }

    /// <summary>How many numbers are read right.</summary>
    /// <inheritdoc cref="Fit"/>
    /// <param name="pictures"/><param name="names"/>
    /// <param name="options">The thresholds.</param>
    public static int Right(IReadOnlyList<LabelledNumber> pictures, IReadOnlyList<string> names, NumberReadingOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return pictures.Count(picture => picture.Label.Length > 0
            && NumberReading.Read(picture.Detections, names, options) is [var first, ..] && first.Text == picture.Label);
    }
}
