namespace Espalier.Datasets.Streets;

/// <summary>A design of digits and, where <see cref="HasLetters"/>, of the letters that <see cref="StreetWords"/> uses.</summary>
internal interface IFace
{
    string Name { get; }

    bool HasLetters { get; }

    /// <summary>The width that space between two characters is measured by.</summary>
    double Spacing { get; }

    /// <summary>Draws a digit or letter.</summary>
    Glyph Draw(char character);
}
