namespace Espalier.Datasets;

/// <summary>Sampling weights that show photos of rare, or badly found, classes more often.</summary>
public static class ImageWeights
{
    /// <summary>Weights a class: the inverse of how often it is labelled, summing to 1; a class never labelled counts as once.</summary>
    /// <param name="entries">The photos.</param>
    /// <param name="classes">How many classes.</param>
    public static double[] ClassWeights(IReadOnlyList<DatasetEntry> entries, int classes)
    {
        var counts = new long[classes];
        foreach (var entry in entries)
        {
            foreach (var label in entry.Labels) counts[label.Class]++;
        }

        var weights = Array.ConvertAll(counts, count => 1.0 / Math.Max(count, 1));
        var sum = weights.Sum();
        for (var i = 0; i < classes; i++) weights[i] /= sum;
        return weights;
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
