using System.Buffers.Binary;

namespace Espalier.Vision;

/// <summary>Reads size and orientation from a TIFF's first directory (TIFF 6.0, section 2).</summary>
internal static class TiffHeader
{
    private const int MostEntries = 4096;

    /// <summary>Whether a file begins like a TIFF: its byte order, and 42.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> start) => start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8);

    /// <summary>Reads the header.</summary>
    /// <exception cref="PictureException">It is cut off or makes no sense.</exception>
    public static PictureHeader Read(ref HeaderBytes bytes)
    {
        var head = bytes.Require(0, 8);
        var little = head[0] == (byte)'I';
        long directory = Long(head[4..], little);
        var count = Short(bytes.Require(directory, 2), little);
        if (count > MostEntries) throw bytes.Problem("is a damaged TIFF file: its directory makes no sense");
        long width = 0, height = 0, orientation = 1;
        for (var i = 0; i < count; i++)
        {
            var entry = bytes.Require(directory + 2 + 12L * i, 12);
            var tag = Short(entry, little);

            // The decoder makes room for as many values as an entry claims, be they there or not.
            if (Long(entry[4..], little) > bytes.Length) throw bytes.Problem("is a damaged TIFF file: its directory makes no sense");

            // A short stands in the first two of the value's four bytes, whatever the byte order.
            long value = Short(entry[2..], little) == 3 ? Short(entry[8..], little) : Long(entry[8..], little);
            if (tag == 256) width = value;
            else if (tag == 257) height = value;
            else if (tag == 274) orientation = value;
        }

        return new("TIFF", bytes.Side(width), bytes.Side(height), orientation is >= 1 and <= 8 ? (int)orientation : 1);
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
