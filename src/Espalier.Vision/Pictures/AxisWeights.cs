using System.Buffers;

namespace Espalier.Vision;

/// <summary>
/// For every new coordinate along one axis: the run of old coordinates that it is made from, and their shares. Its arrays are lent: they
/// may be longer than <see cref="Length"/> says, and go back when it is disposed.
/// </summary>
internal readonly struct AxisWeights : IDisposable
{
    private AxisWeights(int length, int stride)
    {
        (Length, Stride) = (length, stride);
        Starts = ArrayPool<int>.Shared.Rent(length);
        Counts = ArrayPool<int>.Shared.Rent(length);
        Shares = ArrayPool<float>.Shared.Rent(length * stride);
    }

    /// <summary>How many new coordinates there are.</summary>
    public int Length { get; }

    /// <summary>The first old coordinate of each new one.</summary>
    public int[] Starts { get; }

    /// <summary>How many old coordinates each new one takes, at least 1.</summary>
    public int[] Counts { get; }

    /// <summary>Shares, <see cref="Stride"/> places a new coordinate; those of one coordinate sum to 1.</summary>
    public float[] Shares { get; }

    /// <summary>Places between the shares of two new coordinates.</summary>
    public int Stride { get; }

    /// <summary>The shares of new coordinate <paramref name="index"/>.</summary>
    public ReadOnlySpan<float> SharesOf(int index) => Shares.AsSpan(index * Stride, Counts[index]);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(Starts);
        ArrayPool<int>.Shared.Return(Counts);
        ArrayPool<float>.Shared.Return(Shares);
    }

    /// <summary>Area shares where the axis shrinks, bilinear ones elsewhere.</summary>
    public static AxisWeights Area(int from, int to) => to < from ? Covering(from, to) : Bilinear(from, to);

    /// <summary>Two neighbours: new centre i + ½ lies at (i + ½)·from/to in old coordinates.</summary>
    public static AxisWeights Bilinear(int from, int to)
    {
        var weights = new AxisWeights(to, 2);
        var scale = (double)from / to;
        for (var i = 0; i < to; i++)
        {
            var position = Math.Clamp((i + 0.5) * scale - 0.5, 0, from - 1);
            var start = Math.Min((int)position, Math.Max(from - 2, 0));
            var share = (float)(position - start);
            weights.Starts[i] = start;
            weights.Counts[i] = Math.Min(2, from);
            weights.Shares[2 * i] = from == 1 ? 1 : 1 - share;
            weights.Shares[2 * i + 1] = from == 1 ? 0 : share;
        }

        return weights;
    }

    // New pixel i covers [i, i + 1)·from/to; the bounds are kept as whole fractions so that no sliver arises from rounding.
    private static AxisWeights Covering(int from, int to)
    {
        var stride = from / to + 2;
        var weights = new AxisWeights(to, stride);
        for (var i = 0; i < to; i++)
        {
            var (low, high) = ((long)i * from, (long)(i + 1) * from); // in 1/to of an old pixel
            var start = (int)(low / to);
            var end = (int)((high + to - 1) / to);
            weights.Starts[i] = start;
            weights.Counts[i] = end - start;
            for (var old = start; old < end; old++)
            {
                var covered = Math.Min(high, (old + 1L) * to) - Math.Max(low, (long)old * to);
                weights.Shares[i * stride + old - start] = (float)((double)covered / from);
            }
        }

        return weights;
    }
}
