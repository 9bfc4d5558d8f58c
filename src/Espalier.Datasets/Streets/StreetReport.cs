using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Streets;

/// <summary>What <see cref="StreetWriter"/> wrote.</summary>
/// <param name="Configuration">The <c>data.yaml</c>.</param>
/// <param name="Splits">Pictures and boxes of each split.</param>
/// <param name="Empty">Pictures without a digit or letter, over all splits.</param>
/// <param name="Digits">How often each class was drawn, over all splits: 0…9, and a to d where the street labels letters.</param>
public sealed record StreetReport(string Configuration, IReadOnlyList<SplitContent> Splits, int Empty, IReadOnlyList<int> Digits);
