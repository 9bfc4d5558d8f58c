using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Espalier.Vision;

/// <summary>Between pictures' interleaved bytes and networks' planar floats.</summary>
internal static class PlanarPixels
{
    private static readonly Half[] HalfLevels = [.. Enumerable.Range(0, 256).Select(level => (Half)(level / 255f))];

    /// <summary>Divides by 255 and sorts by channel.</summary>
    /// <param name="interleaved">(height, width, 3) bytes.</param>
    /// <param name="planar">Receives (3, height, width) floats in 0…1; as long as <paramref name="interleaved"/>.</param>
    public static void FromInterleaved(ReadOnlySpan<byte> interleaved, Span<float> planar)
    {
        if (planar.Length != interleaved.Length || interleaved.Length % 3 != 0)
        {
            throw new ArgumentException($"{interleaved.Length} bytes of three channels do not fill {planar.Length} floats", nameof(planar));
        }

        var count = interleaved.Length / 3;
        var red = planar[..count];
        var green = planar.Slice(count, count);
        var blue = planar.Slice(2 * count, count);
        for (var i = Vector128.IsHardwareAccelerated ? Vectorized(interleaved, red, green, blue) : 0; i < count; i++)
        {
            red[i] = interleaved[3 * i] / 255f;
            green[i] = interleaved[(3 * i) + 1] / 255f;
            blue[i] = interleaved[(3 * i) + 2] / 255f;
        }
    }

    /// <summary>Divides by 255 and sorts by channel, as float16.</summary>
    /// <inheritdoc cref="FromInterleaved(ReadOnlySpan{byte}, Span{float})" path="/param"/>
    public static void FromInterleaved(ReadOnlySpan<byte> interleaved, Span<Half> planar)
    {
        if (planar.Length != interleaved.Length || interleaved.Length % 3 != 0)
            throw new ArgumentException($"{interleaved.Length} bytes of three channels do not fill {planar.Length} numbers",
                nameof(planar));
        var count = interleaved.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planar.Slice(channel * count, count);
            for (var i = 0; i < count; i++) plane[i] = HalfLevels[interleaved[(3 * i) + channel]];
        }
    }

    /// <summary>Four pixels at a time: of sixteen bytes twelve are used.
    /// The division is the scalar one's, so results are the same to the bit.</summary>
    /// <returns>How many pixels were done.</returns>
    private static int Vectorized(ReadOnlySpan<byte> interleaved, Span<float> red, Span<float> green, Span<float> blue)
    {
        const byte Zero = 255; // a shuffle gives 0 for an index outside the vector
        var reds = Vector128.Create((byte)0, Zero, Zero, Zero, 3, Zero, Zero, Zero, 6, Zero, Zero, Zero, 9, Zero, Zero, Zero);
        var greens = Vector128.Create((byte)1, Zero, Zero, Zero, 4, Zero, Zero, Zero, 7, Zero, Zero, Zero, 10, Zero, Zero, Zero);
        var blues = Vector128.Create((byte)2, Zero, Zero, Zero, 5, Zero, Zero, Zero, 8, Zero, Zero, Zero, 11, Zero, Zero, Zero);
        var i = 0;
        for (; (3 * i) + Vector128<byte>.Count <= interleaved.Length; i += 4)
        {
            var pixels = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(interleaved), (nuint)(3 * i));
            Levels(pixels, reds).StoreUnsafe(ref MemoryMarshal.GetReference(red), (nuint)i);
            Levels(pixels, greens).StoreUnsafe(ref MemoryMarshal.GetReference(green), (nuint)i);
            Levels(pixels, blues).StoreUnsafe(ref MemoryMarshal.GetReference(blue), (nuint)i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Levels(Vector128<byte> pixels, Vector128<byte> places)
        => Vector128.ConvertToSingle(Vector128.Shuffle(pixels, places).AsInt32()) / Vector128.Create(255f);
}
