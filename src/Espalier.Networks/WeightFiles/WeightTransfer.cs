using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a transfer of weights took over.</summary>
/// <param name="Weights">The target's weights: an array for every item of its state.</param>
/// <param name="Copied">How many arrays were taken from the source.</param>
/// <param name="Total">How many arrays the target has.</param>
/// <param name="Kept">The names that stay as they were initialized.</param>
internal sealed record WeightTransfer(Weights Weights, int Copied, int Total, ImmutableArray<string> Kept)
{
    /// <summary>
    /// Takes over every array that has the same name and shape: so a network starts from one that was trained on other classes, whose heads
    /// differ. Anchors are never taken: they belong to the target's graph.
    /// </summary>
    /// <param name="source">The trained weights; not changed.</param>
    /// <param name="target">The network to fill.</param>
    /// <param name="initial">What the target has where nothing fits,
    /// such as <see cref="WeightInitializer.Initialize"/>'s; not changed.</param>
    /// <exception cref="WeightsException"><paramref name="initial"/> does not fit the target.</exception>
    public static WeightTransfer Intersect(Weights source, Graph target, Weights initial)
    {
        WeightsCheck.Require(target, initial, "The initial state");
        var weights = new Weights();
        var kept = ImmutableArray.CreateBuilder<string>();
        foreach (var item in target.State())
        {
            var taken = item.Kind != StateKind.Anchors && source.Find(item.Name) is { } array && item.Shape.AsSpan()
                .SequenceEqual(array.Shape)
                ? array
                : null;
            if (taken is null) kept.Add(item.Name);
            taken ??= initial[item.Name];
            weights[item.Name] = new WeightArray([.. taken.Shape], [.. taken.Values]);
        }

        return new WeightTransfer(weights, weights.Count - kept.Count, weights.Count, kept.ToImmutable());
    }
}
