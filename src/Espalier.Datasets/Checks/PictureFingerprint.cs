using System.Numerics;
using System.Security.Cryptography;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>What two photos are compared by: their pixels' hash, a perceptual hash to find candidates,
/// and a thumbnail to judge them.</summary>
/// <remarks>
/// The perceptual hash is the difference hash of a 9 × 8 grey thumbnail: bit (x, y) tells whether it grows brighter from x to x + 1.
/// It survives scaling, compression and brightness, and many pictures that are not the same share it nearly, so it alone decides nothing.
/// </remarks>
internal sealed class PictureFingerprint
{
    /// <summary>The thumbnail's sides in pixels.</summary>
    public const int ThumbnailSide = 24;

    // Below this spread of grey levels a picture is too plain for its hash to say anything.
    private const double PlainSpread = 6;

    private PictureFingerprint(PictureSize size, UInt128 pixels, ulong hash, byte[] thumbnail, bool isPlain)
    {
        Size = size;
        Pixels = pixels;
        Hash = hash;
        Thumbnail = thumbnail;
        IsPlain = isPlain;
    }

    /// <summary>The picture's size.</summary>
    public PictureSize Size { get; }

    /// <summary>128 bits of the SHA-256 of size and pixels:
    /// the same for files that decode to the same picture, whatever their bytes.</summary>
    public UInt128 Pixels { get; }

    /// <summary>The difference hash.</summary>
    public ulong Hash { get; }

    /// <summary>(24, 24) grey levels.</summary>
    public byte[] Thumbnail { get; }

    /// <summary>Whether there is too little in the picture to compare it by its looks.</summary>
    public bool IsPlain { get; }

    /// <summary>Takes a picture's fingerprint.</summary>
    public static PictureFingerprint Of(Picture picture)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(picture.Pixels, digest);
        var pixels = new UInt128(BitConverter.ToUInt64(digest),
            BitConverter.ToUInt64(digest[8..])) ^ ((UInt128)picture.Width << 32 | (UInt128)picture.Height);
        var thumbnail = Grey(picture, ThumbnailSide, ThumbnailSide);
        return new PictureFingerprint(new PictureSize(picture.Width, picture.Height), pixels, DifferenceHash(Grey(picture, 9, 8)),
            thumbnail, Spread(thumbnail) < PlainSpread);
    }

    /// <summary>How many bits of the two hashes differ, 0…64.</summary>
    public int Distance(PictureFingerprint other) => BitOperations.PopCount(Hash ^ other.Hash);

    private static ulong DifferenceHash(byte[] grey)
    {
        ulong hash = 0;
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++) hash = hash << 1 | (grey[y * 9 + x + 1] > grey[y * 9 + x] ? 1UL : 0);
        }

        return hash;
    }

    private static byte[] Grey(Picture picture, int width, int height)
    {
        var small = Resampling.Resize(picture, width, height, ResizeFilter.Area);
        var grey = new byte[width * height];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)new Rgb(small.Pixels[3 * i], small.Pixels[3 * i + 1], small.Pixels[3 * i + 2]).Luma;
        return grey;
    }

    private static double Spread(byte[] grey)
    {
        var mean = grey.Average(value => (double)value);
        return Math.Sqrt(grey.Average(value => (value - mean) * (value - mean)));
    }
}
