using System.Buffers.Binary;
using SkiaSharp;

namespace Espalier.Vision.Tests;

/// <summary>Seeded pictures and files made from them.</summary>
internal static class TestPictures
{
    /// <summary>Every byte random.</summary>
    public static Picture Noise(int width, int height, int seed = 1)
    {
        var picture = new Picture(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }

    /// <summary>Soft colour gradients, which survive lossy coding.</summary>
    public static Picture Gradient(int width, int height)
    {
        var picture = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var row = picture.Row(y);
                row[x * 3] = (byte)(x * 255 / Math.Max(width - 1, 1));
                row[x * 3 + 1] = (byte)(y * 255 / Math.Max(height - 1, 1));
                row[x * 3 + 2] = 60;
            }
        }

        return picture;
    }

    /// <summary>One file in each format that can be read.</summary>
    public static IEnumerable<(string Format, byte[] Bytes)> Files(Picture picture) =>
    [
        ("PNG", PictureWriter.EncodePng(picture)),
        ("JPEG", PictureWriter.EncodeJpeg(picture)),
        ("WebP lossless", Webp(picture, SKWebpEncoderCompression.Lossless)),
        ("WebP lossy", Webp(picture, SKWebpEncoderCompression.Lossy)),
        ("BMP", Bmp(picture)),
    ];

    public static byte[] Webp(Picture picture, SKWebpEncoderCompression compression)
    {
        using var bitmap = Bitmap(picture);
        using var pixmap = bitmap.PeekPixels();
        using var data = pixmap.Encode(new SKWebpEncoderOptions(compression, 80));
        return data!.ToArray();
    }

    public static byte[] Bmp(Picture picture)
    {
        var stride = (picture.Width * 3 + 3) / 4 * 4;
        var bytes = new byte[54 + stride * picture.Height];
        "BM"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), picture.Height);
        bytes[26] = 1;
        bytes[28] = 24;
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row(picture.Height - 1 - y);
            for (var i = 0; i < row.Length; i += 3)
            {
                var to = 54 + y * stride + i;
                (bytes[to], bytes[to + 1], bytes[to + 2]) = (row[i + 2], row[i + 1], row[i]);
            }
        }

        return bytes;
    }

    /// <summary>EXIF data whose only tag is the orientation.</summary>
    public static byte[] Exif(int orientation, bool little)
    {
        byte o = (byte)orientation;
        return little
            ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, o, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, o, 0, 0, 0, 0, 0, 0];
    }

    public static byte[] JpegWithOrientation(byte[] jpeg, int orientation, bool little)
    {
        var exif = Exif(orientation, little);
        var length = exif.Length + 8;
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. exif, .. jpeg.AsSpan(2)];
    }

    public static byte[] PngWithChunk(byte[] png, string type, byte[] content)
    {
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        System.Text.Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4, chunk.Length - 8)));
        return [.. png.AsSpan(0, 33), .. chunk, .. png.AsSpan(33)];
    }

    public static SKBitmap Bitmap(Picture picture)
    {
        var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Row(y);
            for (var x = 0; x < picture.Width; x++) bitmap.SetPixel(x, y, new SKColor(row[x * 3], row[x * 3 + 1], row[x * 3 + 2]));
        }

        return bitmap;
    }

    public static int LargestDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Assert.Equal(first.Length, second.Length);
        var largest = 0;
        for (var i = 0; i < first.Length; i++) largest = Math.Max(largest, Math.Abs(first[i] - second[i]));
        return largest;
    }

    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }

        return ~crc;
    }
}
