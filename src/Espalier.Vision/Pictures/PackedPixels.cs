using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Espalier.Vision;

/// <summary>Between pictures' three bytes a pixel and four, as networks on bytes read them fastest.</summary>
internal static class PackedPixels
{
    /// <summary>Puts a zero after each pixel.</summary>
    /// <param name="interleaved">(height, width, 3) bytes.</param>
    /// <param name="packed">Receives (height, width, 4) bytes.</param>
    public static void FromInterleaved(ReadOnlySpan<byte> interleaved, Span<byte> packed)
    {
        if (interleaved.Length % 3 != 0 || packed.Length != interleaved.Length / 3 * 4)
            throw new ArgumentException($"{interleaved.Length} bytes of three channels do not fill {packed.Length} of four",
                nameof(packed));
        var count = interleaved.Length / 3;
        for (var i = Vector128.IsHardwareAccelerated ? Vectorized(interleaved, packed) : 0; i < count; i++)
        {
            interleaved.Slice(3 * i, 3).CopyTo(packed[(4 * i)..]);
            packed[(4 * i) + 3] = 0;
        }
    }

    /// <summary>Four pixels at a time: of sixteen bytes twelve are used.</summary>
    /// <returns>How many pixels were done.</returns>
    private static int Vectorized(ReadOnlySpan<byte> interleaved, Span<byte> packed)
    {
        const byte Zero = 255; // a shuffle gives 0 for an index outside the vector
        var places = Vector128.Create((byte)0, 1, 2, Zero, 3, 4, 5, Zero, 6, 7, 8, Zero, 9, 10, 11, Zero);
        var i = 0;
        for (; (3 * i) + Vector128<byte>.Count <= interleaved.Length; i += 4)
        {
            var pixels = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(interleaved), (nuint)(3 * i));
            Vector128.Shuffle(pixels, places).StoreUnsafe(ref MemoryMarshal.GetReference(packed), (nuint)(4 * i));
        }

        return i;
    }
}
