namespace Espalier.Vision;

/// <summary>One digit of a house number.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Confidence">0…1.</param>
/// <param name="Box">Where.</param>
/// <param name="Alternatives">What else it might be, the most confident first; classes other than <paramref name="Class"/>.</param>
public sealed record ReadDigit(int Class, float Confidence, Box Box, IReadOnlyList<DigitAlternative> Alternatives);

/// <summary>Another reading of a digit.</summary>
/// <param name="Class">The class.</param>
/// <param name="Confidence">0…1.</param>
public readonly record struct DigitAlternative(int Class, float Confidence);
