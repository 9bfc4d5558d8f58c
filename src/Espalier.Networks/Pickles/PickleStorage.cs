namespace Espalier.Networks;

/// <summary>A run of numbers that lies in its own file of the archive.</summary>
/// <param name="Type">The numbers' type.</param>
/// <param name="Key">The file's name below <c>data/</c>.</param>
/// <param name="Count">How many numbers.</param>
internal sealed record PickleStorage(ElementType Type, string Key, long Count);
