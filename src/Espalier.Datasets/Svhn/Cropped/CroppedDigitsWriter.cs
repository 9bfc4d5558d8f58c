using System.Buffers.Binary;
using Espalier.Datasets.Matlab5;
using Espalier.Vision;

namespace Espalier.Datasets.Svhn.Cropped;

/// <summary>Writes small files of SVHN's format 2, for tests and for crops of one's own; all pictures are in memory at once.</summary>
internal static class CroppedDigitsWriter
{
    /// <summary>Writes to an empty stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="pictures">Each 32 × 32.</param>
    /// <param name="digits">Their digits, 0…9.</param>
    /// <param name="compress">Whether with zlib, as SVHN has it.</param>
    /// <param name="bigEndian">The order of bytes.</param>
    /// <param name="labelsAsDoubles">Whether labels are stored as doubles, and not as bytes.</param>
    public static void Write(Stream stream, IReadOnlyList<Picture> pictures, IReadOnlyList<int> digits, bool compress = true,
        bool bigEndian = false, bool labelsAsDoubles = false)
    {
        const int side = CroppedDigits.Side;
        var pixels = new byte[pictures.Count * 3 * side * side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, channel, picture) = (i % side, i / side % side, i / (side * side) % 3, i / (3 * side * side));
            pixels[i] = pictures[picture].Pixels[(y * side + x) * 3 + channel];
        }

        var writer = new Matlab5Writer(stream, compress, bigEndian);
        writer.Write("X", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [side, side, 3, pictures.Count], pixels);
        byte[] labels = [.. digits.Select(digit => (byte)(digit == 0 ? 10 : digit))];
        if (!labelsAsDoubles)
        {
            writer.Write("y", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [labels.Length, 1], labels);
            return;
        }

        var doubles = new byte[8 * labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            if (bigEndian) BinaryPrimitives.WriteDoubleBigEndian(doubles.AsSpan(8 * i), labels[i]);
            else BinaryPrimitives.WriteDoubleLittleEndian(doubles.AsSpan(8 * i), labels[i]);
        }

        writer.Write("y", Matlab5Variable.DoubleClass, Matlab5Type.Double, [labels.Length, 1], doubles);
    }
}
