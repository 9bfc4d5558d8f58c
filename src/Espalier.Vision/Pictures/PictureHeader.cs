using System.Buffers.Binary;

namespace Espalier.Vision;

/// <summary>What the first bytes of a PNG, JPEG, WebP, BMP or TIFF file say about it.</summary>
/// <param name="Format">The format's usual name.</param>
/// <param name="Width">Stored columns, before the orientation is applied.</param>
/// <param name="Height">Stored rows, before the orientation is applied.</param>
/// <param name="Orientation">EXIF orientation 1…8; 1 where the file has none.</param>
internal readonly record struct PictureHeader(string Format, int Width, int Height, int Orientation)
{
    /// <summary>The size as seen: orientations 5…8 exchange the sides.</summary>
    public PictureSize SizeAsSeen => Orientation >= 5 ? new(Height, Width) : new(Width, Height);

    /// <summary>Reads the header.</summary>
    /// <exception cref="PictureException">The bytes are no such file, or its header is cut off or makes no sense.</exception>
    public static PictureHeader Read(ref HeaderBytes bytes)
    {
        if (bytes.Length == 0) throw bytes.Problem("is empty");
        if (bytes.TryRead(0, 8, out var start))
        {
            if (start.SequenceEqual(PngSignature)) return ReadPng(ref bytes);
            if (start.StartsWith(JpegSignature)) return JpegHeader.Read(ref bytes);
            if (start.StartsWith("RIFF"u8)) return WebpHeader.Read(ref bytes);
            if (start.StartsWith("BM"u8)) return ReadBmp(ref bytes);
            if (TiffHeader.IsTiff(start)) return TiffHeader.Read(ref bytes);
        }

        throw bytes.Problem("is not a PNG, JPEG, WebP, BMP or TIFF file");
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    private static PictureHeader ReadPng(ref HeaderBytes bytes)
    {
        var header = bytes.Require(8, 25);
        if (!header[4..8].SequenceEqual("IHDR"u8)) throw bytes.Problem("is a damaged PNG file: it does not begin with IHDR");
        var width = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        return new("PNG", bytes.Side(width), bytes.Side(height), PngOrientation(ref bytes));
    }

    // Only an eXIf chunk before the pixels is looked at, where every writer puts it; beyond them the search would read the whole file.
    private static int PngOrientation(ref HeaderBytes bytes)
    {
        var offset = 33L;
        while (bytes.TryRead(offset, 8, out var chunk))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = chunk[4..8];
            if (type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8)) return 1;
            if (type.SequenceEqual("eXIf"u8)) return ExifOrientation.Read(ref bytes, offset + 8, length);
            offset += 12L + length;
        }

        return 1;
    }

    private static PictureHeader ReadBmp(ref HeaderBytes bytes)
    {
        var header = bytes.Require(14, 12);
        var headerSize = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (headerSize == 12)
        {
            return new("BMP", bytes.Side(BinaryPrimitives.ReadUInt16LittleEndian(header[4..])),
                bytes.Side(BinaryPrimitives.ReadUInt16LittleEndian(header[6..])), 1);
        }

        if (headerSize is < 16 or > 4096) throw bytes.Problem("is not a PNG, JPEG, WebP, BMP or TIFF file");

        // A negative height says that the rows run from the top down.
        var height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(header[8..]));
        return new("BMP", bytes.Side(BinaryPrimitives.ReadInt32LittleEndian(header[4..])), bytes.Side(height), 1);
    }
}
