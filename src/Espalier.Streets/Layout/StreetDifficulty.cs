namespace Espalier.Streets.Layout;

/// <summary>How hard the pictures of a street are to read.</summary>
public enum StreetDifficulty
{
    /// <summary>A few plain faces, good light, sharp pictures of 64 to 160 pixels: learnt in minutes from nothing.</summary>
    Easy,

    /// <summary>As Street View saw it.</summary>
    Street,
}
