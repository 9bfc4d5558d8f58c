using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Espalier.Training.Execution.Kernels;

/// <inheritdoc/>
/// <remarks>
/// The loops are compiled whole at the first call: while the runtime is still gathering how they are used, a call of them takes tens of
/// times as long, and the few long calls of a training's first steps would all be such.
/// </remarks>
/// <typeparam name="TVector">How many numbers are computed at once.</typeparam>
/// <typeparam name="TFormat">How activations lie in memory.</typeparam>
/// <typeparam name="TActivation">What follows the normalization.</typeparam>
/// <param name="parameter">The activation's parameter.</param>
internal sealed unsafe class NormKernel<TVector, TFormat, TActivation>(float parameter) : NormKernel
    where TVector : struct, IFloatVector<TVector>
    where TFormat : struct, IElementFormat
    where TActivation : struct, IActivationKernel
{
    // Sums walk rows a column of vectors at a time, so that they stay in registers; a tile of that many bytes stays in the first cache.
    private const int TileBytes = 1 << 14;

    /// <inheritdoc/>
    public override bool CanWalk(Tensor tensor) => PixelRows.CanWalk(tensor, TVector.Count);

    /// <inheritdoc/>
    public override PixelRows Walk(Tensor tensor) => PixelRows.Of(tensor, TFormat.Size, TVector.Count);

    /// <inheritdoc/>
    public override (double[] Sums, double[] Squares) Moments(PixelRows input, float[] shift, int threads) =>
        Sum(input, default, default, threads,
            (rows, _, _, first, last, sums, squares) => AddMoments(rows, shift, first, last, sums, squares));

    /// <inheritdoc/>
    public override void Apply(PixelRows input, PixelRows output, float[] scale, float[] offset, int threads)
    {
        Partition.Run(input.Count, Partition.Parts(input, threads), (first, last, _) =>
            Activate(input, output, scale, offset, parameter, first, last));
        if (input.Rest == 0) return;
        fixed (byte* from = Padded(input), to = Padded(output))
        {
            Activate(Single(input, from), Single(output, to), scale, offset, parameter, 0, 1);
            Rest(output, to).CopyTo(Rest(output));
        }
    }

    /// <inheritdoc/>
    public override (double[] Sums, double[] Products) GradientSums(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] mean, int threads) =>
        Sum(input, gradient, output, threads, (rows, incoming, outgoing, first, last, sums, products) =>
            AddGradients(rows, incoming, outgoing, scale, offset, mean, parameter, first, last, sums, products));

    /// <inheritdoc/>
    public override void InputGradient(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] slope, float[] constant, int threads)
    {
        // Where the format holds them exactly, the gradients before the activation lie in the output already.
        var incoming = TFormat.IsExact ? output : gradient;
        Partition.Run(input.Count, Partition.Parts(input, threads), (first, last, _) =>
            Normalize(input, incoming, output, scale, offset, slope, constant, parameter, first, last));
        if (input.Rest == 0) return;
        fixed (byte* from = Padded(input), between = Padded(incoming), to = Padded(output))
        {
            Normalize(Single(input, from), Single(incoming, between), Single(output, to), scale, offset, slope, constant, parameter, 0, 1);
            Rest(output, to).CopyTo(Rest(output));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddMoments(PixelRows input, float[] shift, long first, long last, double[] sums, double[] squares)
    {
        fixed (float* shiftAt = shift)
        fixed (double* sumsAt = sums, squaresAt = squares)
        {
            for (var column = 0; column < input.Length; column += TVector.Count)
            {
                var about = TVector.Load(shiftAt + column);
                var (sum, square) = (TVector.Create(0), TVector.Create(0));
                var at = input.Row(first) + (long)column * TFormat.Size;
                for (var row = first; row < last; row++, at += input.Stride)
                {
                    var x = TFormat.Load<TVector>(at) - about;
                    sum += x;
                    square = TVector.MultiplyAdd(x, x, square);
                }

                TVector.AddTo(sum, sumsAt + column);
                TVector.AddTo(square, squaresAt + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(PixelRows input, PixelRows output, float[] scale, float[] offset, float parameter, long first, long last)
    {
        fixed (float* scaleAt = scale, offsetAt = offset)
        {
            for (var row = first; row < last; row++)
            {
                var from = input.Row(row);
                var to = output.Row(row);
                for (var column = 0; column < input.Length; column += TVector.Count)
                {
                    var x = TFormat.Load<TVector>(from + (long)column * TFormat.Size);
                    var z = TVector.MultiplyAdd(x, TVector.Load(scaleAt + column), TVector.Load(offsetAt + column));
                    TFormat.Store(TActivation.Value(z, TVector.Create(parameter)), to + (long)column * TFormat.Size);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddGradients(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] mean, float parameter,
        long first, long last, double[] sums, double[] products)
    {
        fixed (float* scaleAt = scale, offsetAt = offset, meanAt = mean)
        fixed (double* sumsAt = sums, productsAt = products)
        {
            for (var column = 0; column < input.Length; column += TVector.Count)
            {
                var (a, b, about) = (TVector.Load(scaleAt + column), TVector.Load(offsetAt + column), TVector.Load(meanAt + column));
                var (sum, product) = (TVector.Create(0), TVector.Create(0));
                var at = input.Row(first) + (long)column * TFormat.Size;
                var gradientAt = gradient.Row(first) + (long)column * TFormat.Size;
                var to = output.Row(first) + (long)column * TFormat.Size;
                for (var row = first; row < last; row++, at += input.Stride, gradientAt += gradient.Stride, to += output.Stride)
                {
                    var x = TFormat.Load<TVector>(at);
                    var g = TFormat.Load<TVector>(gradientAt) * TActivation.Slope(TVector.MultiplyAdd(x, a, b), TVector.Create(parameter));
                    // The slope is the most expensive part: it is computed once where nothing is lost by keeping what it gave.
                    if (TFormat.IsExact) TFormat.Store(g, to);
                    sum += g;
                    product = TVector.MultiplyAdd(g, x - about, product);
                }

                TVector.AddTo(sum, sumsAt + column);
                TVector.AddTo(product, productsAt + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] slope,
        float[] constant, float parameter,
        long first, long last)
    {
        fixed (float* scaleAt = scale, offsetAt = offset, slopeAt = slope, constantAt = constant)
        {
            for (var row = first; row < last; row++)
            {
                var from = input.Row(row);
                var incoming = gradient.Row(row);
                var to = output.Row(row);
                for (var column = 0; column < input.Length; column += TVector.Count)
                {
                    var a = TVector.Load(scaleAt + column);
                    var x = TFormat.Load<TVector>(from + (long)column * TFormat.Size);
                    var g = TFormat.Load<TVector>(incoming + (long)column * TFormat.Size);
                    var z = TVector.MultiplyAdd(x, a, TVector.Load(offsetAt + column));
                    if (!TFormat.IsExact) g *= TActivation.Slope(z, TVector.Create(parameter));
                    var shifted = TVector.MultiplyAdd(x, TVector.Load(slopeAt + column), TVector.Load(constantAt + column));
                    TFormat.Store(TVector.MultiplyAdd(a, g, shifted), to + (long)column * TFormat.Size);
                }
            }
        }
    }

    /// <summary>Adds two sums a number of a row: tensors as in <see cref="GradientSums"/>,
    /// the first and the row after the last, and where to add.</summary>
    private delegate void Summation(PixelRows input, PixelRows gradient, PixelRows output, long first, long last,
        double[] one, double[] two);

    /// <summary>Two sums a number of a row: tiles in float32, over all tiles in float64, parts one after another.</summary>
    private static (double[] First, double[] Second) Sum(PixelRows input, PixelRows gradient, PixelRows output, int threads, Summation add)
    {
        var parts = Partition.Parts(input, threads);
        var sums = new (double[] First, double[] Second)[parts];
        var rowsPerTile = Math.Max(1, TileBytes / (input.Length * TFormat.Size));
        Partition.Run(input.Count, parts, (first, last, part) =>
        {
            var (one, two) = sums[part] = (new double[input.Length], new double[input.Length]);
            for (var row = first; row < last; row += rowsPerTile)
                add(input, gradient, output, row, Math.Min(row + rowsPerTile, last), one, two);
        });

        var (totals, others) = sums[0];
        foreach (var (first, second) in sums.AsSpan(1)) AddUp(first, second, input.Length);
        if (input.Rest == 0) return (totals, others);

        var (restOfFirst, restOfSecond) = (new double[input.Length], new double[input.Length]);
        fixed (byte* from = Padded(input), incoming = Padded(gradient), to = Padded(output))
        {
            add(Single(input, from), Single(gradient, incoming), Single(output, to), 0, 1, restOfFirst, restOfSecond);
            if (TFormat.IsExact && output.Data != 0) Rest(output, to).CopyTo(Rest(output));
        }

        // What stands after the rest is padding.
        AddUp(restOfFirst, restOfSecond, input.Rest);
        return (totals, others);

        void AddUp(double[] first, double[] second, int count)
        {
            for (var column = 0; column < count; column++)
            {
                totals[column] += first[column];
                others[column] += second[column];
            }
        }
    }

    private static Span<byte> Rest(PixelRows rows) => Rest(rows, rows.Row(rows.Count));

    private static Span<byte> Rest(PixelRows rows, byte* at) => new(at, rows.Rest * TFormat.Size);

    /// <summary>What is left after the whole rows, filled up to a row; nothing where there are no rows at all.</summary>
    private static byte[] Padded(PixelRows rows)
    {
        var row = new byte[rows.Length * TFormat.Size];
        if (rows.Data != 0) Rest(rows).CopyTo(row);
        return row;
    }

    private static PixelRows Single(PixelRows rows, byte* at) => rows with { Data = (nint)at, Count = 1, Rest = 0 };
}
