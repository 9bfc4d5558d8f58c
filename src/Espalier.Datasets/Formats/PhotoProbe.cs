using System.Buffers.Binary;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Formats;

/// <summary>Measures a photo and makes sure that it is whole, as cheaply as that can be known.</summary>
internal static class PhotoProbe
{
    private static readonly byte[] PngEnd = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>A photo's width and height in pixels.</summary>
    /// <param name="path">The photo.</param>
    /// <param name="decode">Whether to decode it in any case.</param>
    /// <exception cref="EspalierException">It is not there, no picture, or damaged.</exception>
    public static PictureSize Measure(string path, bool decode)
    {
        if (decode || !EndsAsItShould(path))
        {
            var picture = PictureReader.Read(path);
            return new PictureSize(picture.Width, picture.Height);
        }

        var size = PictureReader.ReadSize(path);
        var limits = PictureLimits.Default;
        if (size.Width > limits.MaximumSide || size.Height > limits.MaximumSide || (long)size.Width * size.Height > limits.MaximumPixels)
        {
            throw new EspalierException($"'{path}' is too large: {size.Width} × {size.Height} pixels, at most {limits.MaximumPixels} in "
                + $"all and {limits.MaximumSide} a side are accepted.");
        }

        return size;
    }

    /// <summary>
    /// Whether the last bytes are those of a whole file: PNG's IEND, JPEG's end marker, the length that WebP and BMP state.
    /// False only raises suspicion (there may be bytes after the end): decoding decides.
    /// </summary>
    private static bool EndsAsItShould(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            Span<byte> head = stackalloc byte[12];
            Span<byte> tail = stackalloc byte[12];
            if (length < 24 || RandomAccess.Read(file, head, 0) < 12 || RandomAccess.Read(file, tail, length - 12) < 12) return false;
            if (head[1..4].SequenceEqual("PNG"u8)) return tail.SequenceEqual(PngEnd);
            if (head[0] == 0xFF && head[1] == 0xD8) return tail[10] == 0xFF && tail[11] == 0xD9;
            if (head[..4].SequenceEqual("RIFF"u8)) return BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L <= length;
            return head[..2].SequenceEqual("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[2..]) <= length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{path} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
