using System.Buffers;
using System.Numerics;

namespace Espalier.Vision;

/// <summary>
/// Bilinear resizing in fixed point: shares are multiples of 1/2048, so that both passes together fit 31 bits and the
/// result is rounded once. Integers make it equal on every machine.
/// </summary>
internal static class BilinearResampler
{
    private const int ShareBits = 11;
    private const int One = 1 << ShareBits;

    /// <summary>Resizes; see <see cref="Resampling.ResizeTo"/>.</summary>
    public static void Resize(Picture picture, int width, int height, Span<byte> destination, int rowStride, bool vectorized)
    {
        using var horizontal = AxisWeights.Bilinear(picture.Width, width);
        using var vertical = AxisWeights.Bilinear(picture.Height, height);
        var length = width * 3;
        var buffer = ArrayPool<int>.Shared.Rent(length * 2);
        var shares = ArrayPool<int>.Shared.Rent(width);
        for (var x = 0; x < width; x++) shares[x] = (int)MathF.Round(horizontal.Shares[2 * x + 1] * One);
        try
        {
            // Neighbouring new rows share old ones: a row stretched once is kept in its half of the buffer.
            var held = (First: -1, Second: -1);
            for (var y = 0; y < height; y++)
            {
                var upper = vertical.Starts[y];
                var lower = Math.Min(upper + 1, picture.Height - 1);
                var lowerShare = (int)MathF.Round(vertical.Shares[2 * y + 1] * One);
                ref var upperHeld = ref (upper & 1) == 0 ? ref held.First : ref held.Second;
                ref var lowerHeld = ref (lower & 1) == 0 ? ref held.First : ref held.Second;
                var upperRow = buffer.AsSpan((upper & 1) * length, length);
                var lowerRow = buffer.AsSpan((lower & 1) * length, length);
                if (upperHeld != upper) Stretch(picture.Row(upper), horizontal, shares, upperRow);
                upperHeld = upper;
                if (lowerHeld != lower) Stretch(picture.Row(lower), horizontal, shares, lowerRow);
                lowerHeld = lower;
                Blend(upperRow, lowerRow, lowerShare, destination.Slice(y * rowStride, length), vectorized);
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(buffer);
            ArrayPool<int>.Shared.Return(shares);
        }
    }

    private static void Stretch(ReadOnlySpan<byte> row, AxisWeights weights, int[] shares, Span<int> stretched)
    {
        var starts = weights.Starts;
        var last = row.Length - 3;
        for (int x = 0, to = 0; x < weights.Length; x++, to += 3)
        {
            var share = shares[x];
            var left = starts[x] * 3;
            var right = Math.Min(left + 3, last);
            stretched[to] = row[left] * One + (row[right] - row[left]) * share;
            stretched[to + 1] = row[left + 1] * One + (row[right + 1] - row[left + 1]) * share;
            stretched[to + 2] = row[left + 2] * One + (row[right + 2] - row[left + 2]) * share;
        }
    }

    private static void Blend(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int lowerShare, Span<byte> row, bool vectorized)
    {
        const int Half = 1 << (2 * ShareBits - 1);
        var upperShare = One - lowerShare;
        var i = 0;
        if (vectorized && Vector.IsHardwareAccelerated)
        {
            var block = Vector<byte>.Count;
            var part = Vector<int>.Count;
            for (; i <= row.Length - block; i += block)
            {
                var a = Four(upper[i..], lower[i..], upperShare, lowerShare);
                var b = Four(upper[(i + part)..], lower[(i + part)..], upperShare, lowerShare);
                var c = Four(upper[(i + 2 * part)..], lower[(i + 2 * part)..], upperShare, lowerShare);
                var d = Four(upper[(i + 3 * part)..], lower[(i + 3 * part)..], upperShare, lowerShare);
                Vector.Narrow(Vector.Narrow(a, b), Vector.Narrow(c, d)).CopyTo(row[i..]);
            }
        }

        for (; i < row.Length; i++) row[i] = (byte)((upper[i] * upperShare + lower[i] * lowerShare + Half) >> (2 * ShareBits));

        static Vector<uint> Four(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int upperShare, int lowerShare)
        {
            var sum = new Vector<int>(upper) * upperShare + new Vector<int>(lower) * lowerShare + new Vector<int>(Half);
            return Vector.AsVectorUInt32(Vector.ShiftRightLogical(sum, 2 * ShareBits));
        }
    }
}
