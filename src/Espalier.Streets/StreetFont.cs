using Espalier.Streets.Glyphs;

namespace Espalier.Streets;

/// <summary>A font whose digits can be drawn. <see cref="StreetFonts"/> reads them.</summary>
public sealed class StreetFont
{
    internal StreetFont(string name, IFace face) => (Name, Face) = (name, face);

    /// <summary>Family and style, such as "DejaVu Sans Bold".</summary>
    public string Name { get; }

    internal IFace Face { get; }
}
