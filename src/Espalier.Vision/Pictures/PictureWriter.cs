using Espalier.Core;
using SkiaSharp;

namespace Espalier.Vision;

/// <summary>Encodes pictures as PNG (lossless) or JPEG.</summary>
public static class PictureWriter
{
    /// <summary>The JPEG quality used where none is given.</summary>
    public const int DefaultJpegQuality = 92;

    /// <summary>Encodes as 24-bit PNG.</summary>
    public static byte[] EncodePng(Picture picture) => Encode(picture, pixmap => pixmap.Encode(SKPngEncoderOptions.Default));

    /// <summary>Encodes as JPEG.</summary>
    /// <param name="picture">The picture; at most 65,535 pixels a side.</param>
    /// <param name="quality">1…100.</param>
    /// <exception cref="OptionException">The quality is outside its range.</exception>
    public static byte[] EncodeJpeg(Picture picture, int quality = DefaultJpegQuality)
    {
        OptionException.ThrowIfOutside(quality, 1, 100, "JPEG quality");
        var options = new SKJpegEncoderOptions(quality, quality >= 90
            ? SKJpegEncoderDownsample.Downsample444 : SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
        return Encode(picture, pixmap => pixmap.Encode(options));
    }

    /// <summary>Writes a file, whole or not at all; missing folders are created.</summary>
    /// <param name="path">Ends in .png, .jpg or .jpeg, which decides the format.</param>
    /// <param name="picture">The picture.</param>
    /// <exception cref="EspalierException">Another extension, or the file cannot be written.</exception>
    public static void Write(string path, Picture picture)
    {
        var bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => EncodePng(picture),
            ".JPG" or ".JPEG" => EncodeJpeg(picture),
            _ => throw new EspalierException($"Cannot write '{path}': pictures are written as .png, .jpg or .jpeg."),
        };
        AtomicFile.WriteAllBytes(path, bytes);
    }

    private static unsafe byte[] Encode(Picture picture, Func<SKPixmap, SKData?> encode)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var rgba = WithOpaqueAlpha(picture);
        fixed (byte* pixels = rgba)
        {
            var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (nint)pixels, info.RowBytes);
            using var data = encode(pixmap)
                ?? throw new EspalierException($"A picture of {picture.Width} × {picture.Height} pixels cannot be encoded in this format.");
            return data.ToArray();
        }
    }

    private static byte[] WithOpaqueAlpha(Picture picture)
    {
        var rgb = picture.Pixels;
        var rgba = new byte[checked(picture.Width * picture.Height * 4)];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = 255;
        }

        return rgba;
    }
}
