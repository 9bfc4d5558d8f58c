namespace Espalier.Datasets.Loading;

/// <summary>Sampling weights that show photos of rare, or badly found, classes more often.</summary>
internal static class ImageWeights
{
    /// <summary>
    /// No class weighs more than this many times what the commonest does: beyond it a handful of labels would take the place of all others.
    /// </summary>
    public const double LargestRatio = 10;

    /// <summary>
    /// Weights a class: the inverse of how often it is labelled, up to <see cref="LargestRatio"/> times the commonest class's, with a mean
    /// of 1 over the classes that are labelled. A class without a label has nothing to be weighed by: it weighs 1 and changes no other.
    /// </summary>
    /// <param name="entries">The photos.</param>
    /// <param name="classes">How many classes.</param>
    /// <returns>A number a class, above 0 and up to <see cref="LargestRatio"/>.</returns>
    public static double[] ClassWeights(IReadOnlyList<DatasetEntry> entries, int classes)
    {
        var counts = new long[classes];
        foreach (var entry in entries)
        {
            foreach (var label in entry.Labels) counts[label.Class]++;
        }

        var commonest = counts.DefaultIfEmpty().Max();
        var ratios = Array.ConvertAll(counts, count => count == 0 ? 0 : Math.Min((double)commonest / count, LargestRatio));
        var mean = ratios.Sum() / Math.Max(ratios.Count(ratio => ratio > 0), 1);
        return Array.ConvertAll(ratios, ratio => ratio == 0 ? 1 : ratio / mean);
    }

    /// <summary>Class weights turned towards the classes that validation found worst: each times (1 − AP)².</summary>
    /// <param name="classWeights">As <see cref="ClassWeights"/> gives them.</param>
    /// <param name="averagePrecision">A class each, 0…1, of the last validation.</param>
    public static double[] TowardsWeakClasses(ReadOnlySpan<double> classWeights, ReadOnlySpan<double> averagePrecision)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(averagePrecision.Length, classWeights.Length);
        var weights = new double[classWeights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var missed = 1 - averagePrecision[i];
            weights[i] = classWeights[i] * missed * missed;
        }

        return weights;
    }

    /// <summary>A weight a photo: the sum of its objects' class weights, so 0 for a photo without objects.</summary>
    public static double[] Of(IReadOnlyList<DatasetEntry> entries, IReadOnlyList<double> classWeights) =>
        [.. entries.Select(entry => entry.Labels.Sum(label => classWeights[label.Class]))];
}
