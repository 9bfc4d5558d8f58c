namespace Espalier.Vision;

/// <summary>A decoded picture: 8-bit RGB, interleaved, row by row from the top left, without padding.</summary>
public sealed class Picture
{
    /// <summary>A picture over existing pixels; the array is kept, not copied.</summary>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="pixels"><c>height × width × 3</c> bytes, RGB.</param>
    public Picture(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"a {width} × {height} picture needs {(long)width * height * 3} bytes, not {pixels.Length}", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black picture.</summary>
    public Picture(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)])
    {
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels: byte <c>(y · Width + x) · 3 + channel</c>, channels red, green, blue.</summary>
    public byte[] Pixels { get; }

    /// <summary>One row: <c>Width × 3</c> bytes.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>The same picture filled with one colour.</summary>
    public static Picture Filled(int width, int height, byte red, byte green, byte blue)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < picture.Pixels.Length; i += 3)
        {
            picture.Pixels[i] = red;
            picture.Pixels[i + 1] = green;
            picture.Pixels[i + 2] = blue;
        }

        return picture;
    }
}
