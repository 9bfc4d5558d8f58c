using System.Buffers.Binary;

namespace Espalier.Vision;

/// <summary>The orientation tag (0112 hex) in the first directory of EXIF data (a TIFF header and what follows).</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The orientation 1…8; 1 where the data has none or is damaged, as viewers do.</summary>
    public static int Read(ref HeaderBytes bytes, long start, long length)
    {
        if (length < 14 || !bytes.TryRead(start, 8, out var header)) return 1;
        var little = header[..4].SequenceEqual("II*\0"u8);
        if (!little && !header[..4].SequenceEqual("MM\0*"u8)) return 1;

        var directory = UInt32(header[4..], little);
        if (directory > length - 2 || !bytes.TryRead(start + directory, 2, out var countBytes)) return 1;
        var count = UInt16(countBytes, little);
        for (var i = 0; i < count; i++)
        {
            var offset = directory + 2 + 12L * i;
            if (offset > length - 12 || !bytes.TryRead(start + offset, 12, out var entry)) return 1;
            if (UInt16(entry, little) != OrientationTag || UInt16(entry[2..], little) != ShortType) continue;
            var value = UInt16(entry[8..], little);
            return value is >= 1 and <= 8 ? value : 1;
        }

        return 1;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
