using Espalier.Core;
using Espalier.Datasets.Augmentation;

namespace Espalier.Datasets.Anchors;

/// <summary>
/// YOLOv5's AutoAnchor: whether the anchors suit a data set's boxes, and better ones where they do not. An anchor matches a
/// box where neither side differs by more than a factor; the ratio of the two is min(r, 1/r) over width and height.
/// </summary>
internal static class AnchorFitting
{
    /// <summary>Boxes smaller than this on a side are not fitted: augmentation drops them.</summary>
    private const float SmallestSide = 2;

    /// <summary>The sizes of all labelled boxes, with each photo's longer side at the image size.</summary>
    /// <param name="entries">The photos.</param>
    /// <param name="imageSize">Pixels.</param>
    /// <param name="scaleVariation">Each photo is scaled by 1 ± at most this; .1 is usual, 0 leaves it as it is.</param>
    /// <param name="seed">What the variation is a function of.</param>
    public static AnchorSize[] LabelSizes(
        IReadOnlyList<DatasetEntry> entries, int imageSize, double scaleVariation = 0, ulong seed = 0)
    {
        var random = new KeyedRandom(seed, RandomPurpose.LabelScale);
        var sizes = new List<AnchorSize>();
        foreach (var entry in entries)
        {
            var scale = (float)(imageSize * (1 + random.NextWithin(scaleVariation)) / Math.Max(entry.Width, entry.Height));
            foreach (var label in entry.Labels) sizes.Add(new AnchorSize(label.Box.Width * scale, label.Box.Height * scale));
        }

        return [.. sizes];
    }

    /// <summary>How well anchors fit boxes.</summary>
    /// <param name="boxes">At least one.</param>
    /// <param name="anchors">At least one.</param>
    /// <param name="threshold">The factor by which sides may differ, such as 4.</param>
    public static AnchorQuality Measure(ReadOnlySpan<AnchorSize> boxes, ReadOnlySpan<AnchorSize> anchors, float threshold = 4)
    {
        ArgumentOutOfRangeException.ThrowIfZero(boxes.Length);
        long recalled = 0, matches = 0;
        double fitness = 0;
        foreach (var box in boxes)
        {
            float best = 0;
            foreach (var anchor in anchors)
            {
                var ratio = Ratio(box, anchor);
                if (ratio > 1 / threshold) matches++;
                best = Math.Max(best, ratio);
            }

            if (best <= 1 / threshold) continue;
            recalled++;
            fitness += best;
        }

        double count = boxes.Length;
        return new AnchorQuality(recalled / count, matches / count, fitness / count);
    }

    /// <summary>
    /// Keeps the anchors where their best-possible recall suffices; else fits new ones and takes them if they are better:
    /// more recall, or the same with more fitness.
    /// </summary>
    /// <param name="boxes">As <see cref="LabelSizes"/> gives them. None at all keeps the anchors.</param>
    /// <param name="anchors">The anchors in use.</param>
    /// <param name="options">How to judge and fit.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static FittedAnchors Check(ReadOnlySpan<AnchorSize> boxes, ReadOnlySpan<AnchorSize> anchors, AnchorFittingOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (boxes.IsEmpty) return new FittedAnchors([.. anchors], default, default, Changed: false);
        var before = Measure(boxes, anchors, options.Threshold);
        if (before.BestPossibleRecall < options.SufficientRecall && Usable(boxes).Length >= anchors.Length)
        {
            var fitted = Fit(boxes, anchors.Length, options, cancellationToken);
            var after = Measure(boxes, fitted, options.Threshold);
            if ((after.BestPossibleRecall, after.Fitness).CompareTo((before.BestPossibleRecall, before.Fitness)) > 0)
            {
                return new FittedAnchors([.. fitted], before, after, Changed: true);
            }
        }

        return new FittedAnchors([.. anchors], before, before, Changed: false);
    }

    /// <summary>New anchors for boxes: k-means, refined by mutation and selection.</summary>
    /// <param name="boxes">Those under 2 px on a side are left out.</param>
    /// <param name="count">How many anchors, at least 1.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Ascending by area.</returns>
    /// <exception cref="EspalierException">There are fewer usable boxes than anchors.</exception>
    public static AnchorSize[] Fit(ReadOnlySpan<AnchorSize> boxes, int count, AnchorFittingOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var usable = Usable(boxes);
        if (usable.Length < count)
        {
            throw new EspalierException(FormattableString.Invariant($"{count} anchors can't be fitted to {usable.Length} boxes of at ")
                + FormattableString.Invariant($"least {SmallestSide} px; there must be at least as many boxes."));
        }

        var random = new KeyedRandom(options.Seed, RandomPurpose.Anchors);
        var best = AnchorClusters.Find(usable, count, ref random);
        var bestFitness = Fitness(usable, best, options.Threshold);
        for (var restart = 1; restart < options.Restarts; restart++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var candidate = AnchorClusters.Find(usable, count, ref random);
            var fitness = Fitness(usable, candidate, options.Threshold);
            if (fitness > bestFitness) (best, bestFitness) = (candidate, fitness);
        }

        Refine(usable, best, bestFitness, options, ref random, cancellationToken);
        Array.Sort(best, (a, b) => a.Area.CompareTo(b.Area));
        return best;
    }

    /// <summary>Each round changes the sides by random factors and keeps them where the fitness rises.</summary>
    private static void Refine(ReadOnlySpan<AnchorSize> boxes, Span<AnchorSize> anchors, double fitness, AnchorFittingOptions options,
        ref KeyedRandom random, CancellationToken cancellationToken)
    {
        var mutant = new AnchorSize[anchors.Length];
        for (var generation = 0; generation < options.Generations; generation++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sigma = random.NextUnit() * options.MutationSigma;
            for (var i = 0; i < mutant.Length; i++)
            {
                mutant[i] = new AnchorSize(
                    Mutate(anchors[i].Width, sigma, options, ref random), Mutate(anchors[i].Height, sigma, options, ref random));
            }

            var mutantFitness = Fitness(boxes, mutant, options.Threshold);
            if (mutantFitness <= fitness) continue;
            fitness = mutantFitness;
            mutant.CopyTo(anchors);
        }
    }

    private static float Mutate(float side, double sigma, AnchorFittingOptions options, ref KeyedRandom random)
    {
        if (!random.NextChance(options.MutationProbability)) return side;
        var factor = Math.Clamp(1 + sigma * random.NextNormal(), .3, 3);
        return (float)Math.Max(side * factor, SmallestSide);
    }

    private static double Fitness(ReadOnlySpan<AnchorSize> boxes, ReadOnlySpan<AnchorSize> anchors, float threshold) =>
        Measure(boxes, anchors, threshold).Fitness;

    private static AnchorSize[] Usable(ReadOnlySpan<AnchorSize> boxes)
    {
        var usable = new List<AnchorSize>(boxes.Length);
        foreach (var box in boxes)
        {
            if (box.Width >= SmallestSide && box.Height >= SmallestSide) usable.Add(box);
        }

        return [.. usable];
    }

    private static float Ratio(AnchorSize box, AnchorSize anchor) => Math.Min(
        Math.Min(box.Width, anchor.Width) / Math.Max(box.Width, anchor.Width),
        Math.Min(box.Height, anchor.Height) / Math.Max(box.Height, anchor.Height));
}
