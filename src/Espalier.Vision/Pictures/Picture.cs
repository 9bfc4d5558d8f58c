using SkiaSharp;

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
            throw new ArgumentException($"a {width} × {height} picture needs {(long)width * height * 3} bytes, not {pixels.Length}",
                nameof(pixels));
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

    /// <summary>A picture of pixels in another order of bytes, or with padding between their rows; they are copied. Tight RGB needs no
    /// copy: the constructor keeps the array.</summary>
    /// <param name="pixels">Row by row from the top; what a camera, a video decoder or another library holds.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="format">The order of the bytes.</param>
    /// <param name="stride">Bytes from one row to the next; 0 for rows without padding.</param>
    /// <exception cref="ArgumentException">There are fewer bytes than that, or rows that overlap.</exception>
    public static Picture FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride = 0) =>
        RawPixels.ToPicture(pixels, width, height, format, stride);

    /// <summary>A picture of a SkiaSharp bitmap, of any colour type; transparency is laid over white. The pixels are copied.</summary>
    /// <param name="bitmap">The bitmap; it stays the caller's.</param>
    /// <exception cref="ArgumentException">It holds no pixels.</exception>
    public static Picture FromBitmap(SKBitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        if (bitmap.Width < 1 || bitmap.Height < 1 || bitmap.GetPixels() == 0)
            throw new ArgumentException("the bitmap holds no pixels", nameof(bitmap));
        var opaque = bitmap.AlphaType == SKAlphaType.Opaque;
        PixelFormat? format = bitmap.ColorType switch
        {
            SKColorType.Bgra8888 when opaque => PixelFormat.Bgra,
            SKColorType.Rgba8888 when opaque => PixelFormat.Rgba,
            SKColorType.Rgb888x => PixelFormat.Rgba,
            SKColorType.Gray8 => PixelFormat.Grey,
            _ => null,
        };
        return format is { } known ? FromPixels(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height, known, bitmap.RowBytes)
            : Converted(bitmap, opaque);
    }

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

    private static Picture Converted(SKBitmap bitmap, bool opaque)
    {
        var info = new SKImageInfo(bitmap.Width, bitmap.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, bitmap.ColorSpace);
        using var rgba = new PixelScratch(info.BytesSize);
        using var pixels = bitmap.PeekPixels();
        if (!pixels.ReadPixels(info, rgba.Pointer, info.RowBytes))
            throw new ArgumentException($"pixels of type {bitmap.ColorType} cannot be read", nameof(bitmap));
        return Orientation.Apply(rgba.Bytes, new PictureHeader("bitmap", bitmap.Width, bitmap.Height, 1), opaque);
    }
}
