using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>A digit of a generated picture.</summary>
/// <param name="Digit">0…9.</param>
/// <param name="Box">The smallest box around its drawn outline, in pixels, cut to the picture.</param>
public readonly record struct StreetDigit(int Digit, Box Box);
