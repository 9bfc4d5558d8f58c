namespace Espalier.Vision;

/// <summary>How <see cref="Resampling"/> makes new pixels from old ones.</summary>
public enum ResizeFilter
{
    /// <summary>Between the four nearest pixels, half-pixel centres, edges repeated, no antialiasing when shrinking.</summary>
    Bilinear,

    /// <summary>The exact average of the area that a new pixel covers, along each axis that shrinks;
    /// bilinear along an axis that does not.</summary>
    Area,
}
