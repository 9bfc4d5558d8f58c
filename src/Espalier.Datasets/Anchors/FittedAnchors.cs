using System.Collections.Immutable;

namespace Espalier.Datasets.Anchors;

/// <summary>What <see cref="AnchorFitting.Check"/> decided.</summary>
/// <param name="Anchors">The anchors to use: ascending area, or as they were given where they were kept.</param>
/// <param name="Before">How the given anchors fit.</param>
/// <param name="After">How <paramref name="Anchors"/> fit.</param>
/// <param name="Changed">Whether <paramref name="Anchors"/> are new ones.</param>
internal sealed record FittedAnchors(ImmutableArray<AnchorSize> Anchors, AnchorQuality Before, AnchorQuality After, bool Changed)
{
    /// <summary>The anchors divided evenly over levels, finest first: width, height, width, height … a level.</summary>
    /// <param name="levels">A divisor of the number of anchors.</param>
    public ImmutableArray<ImmutableArray<float>> PerLevel(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Anchors.Length % levels, 0);
        var perLevel = Anchors.Length / levels;
        return [.. Enumerable.Range(0, levels).Select(level => Flatten(Anchors.AsSpan(level * perLevel, perLevel)))];
    }

    private static ImmutableArray<float> Flatten(ReadOnlySpan<AnchorSize> anchors)
    {
        var sides = ImmutableArray.CreateBuilder<float>(anchors.Length * 2);
        foreach (var anchor in anchors) sides.AddRange(anchor.Width, anchor.Height);
        return sides.MoveToImmutable();
    }
}
