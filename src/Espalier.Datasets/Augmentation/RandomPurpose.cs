using Espalier.Core;

namespace Espalier.Datasets.Augmentation;

/// <summary>The first part of a <see cref="KeyedRandom"/>'s key, so that no two uses under one seed share numbers;
/// the generated street draws for 6.</summary>
internal static class RandomPurpose
{
    public const ulong Order = 1;
    public const ulong Picture = 2;
    public const ulong BatchSize = 3;
    public const ulong Anchors = 4;
    public const ulong LabelScale = 5;
}
