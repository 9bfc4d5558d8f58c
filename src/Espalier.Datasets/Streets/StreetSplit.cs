namespace Espalier.Datasets.Streets;

/// <summary>How many pictures a split of a generated street has.</summary>
/// <param name="Name">train, val or test.</param>
/// <param name="Count">Pictures.</param>
internal readonly record struct StreetSplit(string Name, int Count);
