using System.Buffers.Binary;

namespace Espalier.Vision;

/// <summary>Finds size and orientation among a JPEG file's segments (ITU-T T.81, annex B).</summary>
internal static class JpegHeader
{
    private const byte Exif = 0xE1;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>Reads segments up to the frame header.</summary>
    public static PictureHeader Read(ref HeaderBytes bytes)
    {
        var orientation = 1;
        var offset = 2L;
        while (true)
        {
            var marker = NextMarker(ref bytes, ref offset);
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue; // These stand alone.
            if (marker is EndOfImage or StartOfScan) throw bytes.Problem("is a damaged JPEG file: it has no frame header");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Require(offset, 2));
            if (length < 2) throw bytes.Problem("is a damaged JPEG file: a segment has no length");
            if (marker == Exif && orientation == 1) orientation = ReadExif(ref bytes, offset + 2, length - 2);
            if (IsFrame(marker))
            {
                var frame = bytes.Require(offset + 2, 5);
                return new("JPEG", bytes.Side(BinaryPrimitives.ReadUInt16BigEndian(frame[3..])),
                    bytes.Side(BinaryPrimitives.ReadUInt16BigEndian(frame[1..])), orientation);
            }

            offset += length;
        }
    }

    /// <summary>
    /// Whether the end marker follows the scan. A decoder fills what is missing with grey in silence, so a file that was
    /// cut off, or preallocated and never filled, is told by this. In entropy-coded data FF is always followed by 00 or a restart.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="PictureException">It ends before the scan.</exception>
    public static bool HasEnd(ReadOnlySpan<byte> file, string name)
    {
        var bytes = new HeaderBytes(file, name);
        var offset = 2L;
        byte marker;
        do
        {
            marker = NextMarker(ref bytes, ref offset);
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            offset += BinaryPrimitives.ReadUInt16BigEndian(bytes.Require(offset, 2));
        }
        while (marker != StartOfScan);
        return offset < file.Length && file[(int)offset..].IndexOf([(byte)0xFF, EndOfImage]) >= 0;
    }

    private static byte NextMarker(ref HeaderBytes bytes, ref long offset)
    {
        // Bytes between segments are passed over as decoders do; any number of FF may precede a marker.
        while (bytes.Require(offset, 1)[0] != 0xFF) offset++;
        byte marker;
        do marker = bytes.Require(++offset, 1)[0];
        while (marker == 0xFF);
        offset++;
        return marker;
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static int ReadExif(ref HeaderBytes bytes, long offset, int length) =>
        length > 6 && bytes.TryRead(offset, 6, out var name) && name.SequenceEqual("Exif\0\0"u8)
            ? ExifOrientation.Read(ref bytes, offset + 6, length - 6)
            : 1;
}
