using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>The digits of a font, as outlines whose figures are one high.</summary>
/// <param name="name">Of the font.</param>
/// <param name="digits">Ten outlines, from the figures' height at y = 0 to the base line at y = 1.</param>
internal sealed class FontFace(string name, Outline[] digits) : IFace
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasLetters => false;

    /// <inheritdoc/>
    public double Spacing => .12;

    /// <inheritdoc/>
    public Glyph Draw(char character) => new(digits[character - '0'], null);
}
