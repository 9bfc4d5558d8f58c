namespace Espalier.Vision;

/// <summary>How the bytes of raw pixels are ordered, eight bits a channel.</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red; what OpenCV and cameras under Windows give.</summary>
    Bgr,

    /// <summary>Red, green, blue, and a fourth byte that is passed over.</summary>
    Rgba,

    /// <summary>Blue, green, red, and a fourth byte that is passed over.</summary>
    Bgra,

    /// <summary>One byte a pixel.</summary>
    Grey,
}
