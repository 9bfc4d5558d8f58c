using System.Buffers.Binary;

namespace Espalier.Vision;

/// <summary>Finds size and orientation among a WebP file's chunks (RFC 9649).</summary>
internal static class WebpHeader
{
    private const int ExifFlag = 0x08;

    /// <summary>Reads the first chunk, and the EXIF chunk where the extended header announces one.</summary>
    public static PictureHeader Read(ref HeaderBytes bytes)
    {
        var header = bytes.Require(0, 30);
        if (!header[8..12].SequenceEqual("WEBP"u8)) throw bytes.Problem("is not a PNG, JPEG, WebP, BMP or TIFF file");
        var type = header[12..16];
        var body = header[20..];
        if (type.SequenceEqual("VP8 "u8) && body[3..6].SequenceEqual([(byte)0x9D, (byte)0x01, (byte)0x2A]))
        {
            return Header(ref bytes, BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF, 1);
        }

        if (type.SequenceEqual("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return Header(ref bytes, (int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1, 1);
        }

        if (!type.SequenceEqual("VP8X"u8)) throw bytes.Problem("is a damaged WebP file: its first chunk holds no picture");
        var (width, height) = (UInt24(body[4..]) + 1, UInt24(body[7..]) + 1);
        return Header(ref bytes, width, height, (body[0] & ExifFlag) == 0 ? 1 : Orientation(ref bytes));
    }

    private static PictureHeader Header(ref HeaderBytes bytes, int width, int height, int orientation) =>
        new("WebP", bytes.Side(width), bytes.Side(height), orientation);

    private static int Orientation(ref HeaderBytes bytes)
    {
        var offset = 12L;
        while (bytes.TryRead(offset, 8, out var chunk))
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("EXIF"u8))
            {
                // Some writers keep the name that JPEG puts before the data.
                var named = bytes.TryRead(offset + 8, 6, out var name) && name.SequenceEqual("Exif\0\0"u8);
                return ExifOrientation.Read(ref bytes, offset + 8 + (named ? 6 : 0), length - (named ? 6 : 0));
            }

            offset += 8L + length + (length & 1);
        }

        return 1;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
