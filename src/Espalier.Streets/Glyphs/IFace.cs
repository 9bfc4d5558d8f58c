namespace Espalier.Streets.Glyphs;

/// <summary>A design of digits and, where <see cref="HasLetters"/>, of the letters that the street uses.</summary>
internal interface IFace
{
    string Name { get; }

    bool HasLetters { get; }

    /// <summary>The width that space between two characters is measured by.</summary>
    double Spacing { get; }

    /// <summary>Draws a digit or letter.</summary>
    Glyph Draw(char character);
}
