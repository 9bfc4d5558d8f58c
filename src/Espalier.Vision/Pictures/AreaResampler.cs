using System.Buffers;
using System.Numerics;

namespace Espalier.Vision;

/// <summary>Area averaging: old rows are summed by their shares first (long, vectorized sums), then the columns of that one row.</summary>
internal static class AreaResampler
{
    /// <summary>Resizes; see <see cref="Resampling.ResizeTo"/>.</summary>
    public static void Resize(Picture picture, int width, int height, Span<byte> destination, int rowStride, bool vectorized)
    {
        using var horizontal = AxisWeights.Area(picture.Width, width);
        using var vertical = AxisWeights.Area(picture.Height, height);
        var length = picture.Width * 3;
        var buffer = ArrayPool<float>.Shared.Rent(length);
        try
        {
            var sum = buffer.AsSpan(0, length);
            for (var y = 0; y < height; y++)
            {
                sum.Clear();
                var shares = vertical.SharesOf(y);
                for (var i = 0; i < shares.Length; i++) AddRow(picture.Row(vertical.Starts[y] + i), shares[i], sum, vectorized);
                AverageColumns(sum, horizontal, destination.Slice(y * rowStride, width * 3));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static void AddRow(ReadOnlySpan<byte> row, float share, Span<float> sum, bool vectorized)
    {
        var i = 0;
        if (vectorized && Vector.IsHardwareAccelerated)
        {
            var part = Vector<float>.Count;
            for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
                Vector.Widen(low, out var a, out var b);
                Vector.Widen(high, out var c, out var d);
                Add(a, sum[i..], share);
                Add(b, sum[(i + part)..], share);
                Add(c, sum[(i + 2 * part)..], share);
                Add(d, sum[(i + 3 * part)..], share);
            }
        }

        for (; i < row.Length; i++) sum[i] += row[i] * share;

        static void Add(Vector<uint> values, Span<float> sum, float share) =>
            (new Vector<float>(sum) + Vector.ConvertToSingle(Vector.AsVectorInt32(values)) * share).CopyTo(sum);
    }

    private static void AverageColumns(ReadOnlySpan<float> sum, AxisWeights weights, Span<byte> row)
    {
        for (int x = 0, to = 0; x < weights.Length; x++, to += 3)
        {
            var from = weights.Starts[x] * 3;
            var (red, green, blue) = (0.5f, 0.5f, 0.5f);
            foreach (var share in weights.SharesOf(x))
            {
                red += sum[from] * share;
                green += sum[from + 1] * share;
                blue += sum[from + 2] * share;
                from += 3;
            }

            row[to] = (byte)Math.Min(red, 255);
            row[to + 1] = (byte)Math.Min(green, 255);
            row[to + 2] = (byte)Math.Min(blue, 255);
        }
    }
}
