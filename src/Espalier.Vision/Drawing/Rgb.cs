namespace Espalier.Vision;

/// <summary>A colour.</summary>
/// <param name="Red">0…255.</param>
/// <param name="Green">0…255.</param>
/// <param name="Blue">0…255.</param>
internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>Black.</summary>
    public static Rgb Black => new(0, 0, 0);

    /// <summary>White.</summary>
    public static Rgb White => new(255, 255, 255);

    /// <summary>Perceived lightness 0…255 (Rec. 601 luma).</summary>
    public double Luma => 0.299 * Red + 0.587 * Green + 0.114 * Blue;

    /// <summary>Black or white, whichever reads better on this colour.</summary>
    public Rgb Contrasting => Luma > 140 ? Black : White;
}
