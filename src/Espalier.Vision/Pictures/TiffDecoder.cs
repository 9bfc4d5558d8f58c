using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;

namespace Espalier.Vision;

/// <summary>Decodes the first picture of a TIFF, by LibTiff.NET.</summary>
internal static class TiffDecoder
{
    static TiffDecoder() => Tiff.SetErrorHandler(new Silence());

    /// <summary>Decodes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="header">What its directory says; its size is within the limits.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="PictureException">The file is damaged, cut off, or of a kind that is not read.</exception>
    public static Picture Decode(ReadOnlySpan<byte> bytes, PictureHeader header, string name)
    {
        try
        {
            using var stream = new MemoryStream(bytes.ToArray(), writable: false);
            using var tiff = Tiff.ClientOpen(name, "r", stream, new TiffStream())
                ?? throw new PictureException($"{name} is a damaged TIFF file.");
            if (!tiff.RGBAImageOK(out var why))
                throw new PictureException($"{name} is a TIFF file of a kind that is not read ({why.TrimEnd('.')}).");
            var largest = 16L * header.Width * header.Height + (1 << 20);
            if ((tiff.IsTiled() ? tiff.TileSize() : tiff.StripSize()) > largest)
                throw new PictureException($"{name} is a damaged TIFF file: its parts are larger than the picture.");

            // The library makes room for as many bytes as a part claims to take in the file.
            var parts = tiff.IsTiled() ? tiff.NumberOfTiles() : tiff.NumberOfStrips();
            for (var part = 0; part < parts; part++)
            {
                if (tiff.RawStripSize(part) > bytes.Length)
                    throw new PictureException($"{name} is cut off or a damaged TIFF file: a part of the picture is missing.");
            }

            // Read as it is stored: the orientation is applied as for every other format.
            tiff.SetField(TiffTag.ORIENTATION, BitMiracle.LibTiff.Classic.Orientation.TOPLEFT);
            var raster = new int[header.Width * header.Height];
            if (!tiff.ReadRGBAImageOriented(header.Width, header.Height, raster, BitMiracle.LibTiff.Classic.Orientation.TOPLEFT,
                stopOnError: true))
            {
                throw new PictureException($"{name} is cut off or a damaged TIFF file: a part of the picture is missing.");
            }

            return Orientation.Apply(OverWhite(raster), header, opaque: true);
        }
        catch (Exception exception) when (exception is not PictureException)
        {
            // On damaged bytes the decoder also throws what belongs to its own workings; no type covers it.
            throw new PictureException($"{name} is a damaged TIFF file.", exception);
        }
    }

    // The library hands out A, B, G, R from the highest byte down, colours multiplied by alpha already. They become bytes in place.
    private static ReadOnlySpan<byte> OverWhite(int[] raster)
    {
        var rgba = MemoryMarshal.AsBytes(raster.AsSpan());
        for (var i = 0; i < raster.Length; i++)
        {
            var pixel = raster[i];
            var rest = 255 - (pixel >>> 24);
            var opaque = (255 << 24)
                | Math.Min((pixel >> 16 & 255) + rest, 255) << 16 | Math.Min((pixel >> 8 & 255) + rest,
                    255) << 8 | Math.Min((pixel & 255) + rest, 255);
            BinaryPrimitives.WriteInt32LittleEndian(rgba[(4 * i)..], opaque);
        }

        return rgba;
    }

    /// <summary>What the library would write to the console becomes an exception of ours, or nothing.</summary>
    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }
    }
}
