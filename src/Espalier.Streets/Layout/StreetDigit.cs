using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>A digit of a generated picture, or a letter behind one.</summary>
/// <param name="Digit">0…9; 10…13 for the letters a to d, which only a street with <see cref="StreetOptions.LetterShare"/> has.</param>
/// <param name="Box">The smallest box around its drawn outline, in pixels, cut to the picture.</param>
public readonly record struct StreetDigit(int Digit, Box Box);
