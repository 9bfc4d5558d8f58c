using System.Buffers.Binary;
using Espalier.Datasets.Svhn;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>Pictures and labels made for a test.</summary>
internal static class Scenes
{
    /// <summary>A bright square on a dark ground.</summary>
    public static Picture Square(int width, int height, int left, int top, int side)
    {
        var picture = new Picture(width, height);
        picture.Pixels.AsSpan().Fill(40);
        for (var y = top; y < Math.Min(top + side, height); y++) picture.Row(y).Slice(left * 3, Math.Min(side, width - left) * 3).Fill(220);
        return picture;
    }

    /// <summary>Every byte random: a picture that no format makes smaller.</summary>
    public static Picture Noise(int width, int height, int seed)
    {
        var picture = new Picture(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }

    /// <summary>Entries of a digitStruct.mat: photos 1.png, 2.png, … with the digits 1 and 0 side by side.</summary>
    public static DigitStructEntry[] Houses(int photos) => [.. Enumerable.Range(1, photos).Select(number => new DigitStructEntry(
        $"{number}.png", [new DigitStructBox(10, 8, 10, 20, 1), new DigitStructBox(20, 8, 10, 20, 10)]))];

    /// <summary>A PNG whose header promises a size, with next to nothing behind it.</summary>
    public static byte[] PngOfSize(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, [0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
            .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] body = [.. type, .. content];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(body));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
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
