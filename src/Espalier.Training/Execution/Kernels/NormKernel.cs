using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Espalier.Networks;

namespace Espalier.Training.Execution.Kernels;

/// <summary>
/// Batch normalisation and the activation after it over channels-last memory, forwards and backwards, in two passes each: what is read once
/// is not read again for the activation, and nothing but the input is kept for the way back.
/// </summary>
/// <remarks>Coefficients are one a number of a row (<see cref="PixelRows.Length"/>): the channels, repeated where a row takes several pixels.</remarks>
internal abstract unsafe class NormKernel
{
    /// <summary>The kernel for an activation.</summary>
    /// <param name="kind">The activation; Identity for none.</param>
    /// <param name="isBFloat16">Whether activations lie in memory as bfloat16 rather than float32.</param>
    public static NormKernel For(ActivationKind kind, bool isBFloat16) => (isBFloat16, kind) switch
    {
        (true, ActivationKind.SiLU) => new NormKernel<BFloat16Format, CoarseSiLUKernel>(),
        (true, _) => For<BFloat16Format>(kind),
        _ => For<Float32Format>(kind),
    };

    /// <summary>Per number of a row, the sums of x − shift and of its square.</summary>
    public abstract (double[] Sums, double[] Squares) Moments(PixelRows input, float[] shift, int threads);

    /// <summary>output ← f(scale · x + offset).</summary>
    public abstract void Apply(PixelRows input, PixelRows output, float[] scale, float[] offset, int threads);

    /// <summary>Per number of a row, the sums of g = gradient · f′(scale · x + offset) and of g · (x − mean).</summary>
    public abstract (double[] Sums, double[] Products) GradientSums(
        PixelRows input, PixelRows gradient, float[] scale, float[] offset, float[] mean, int threads);

    /// <summary>output ← scale · g + slope · x + constant.</summary>
    public abstract void InputGradient(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] slope, float[] constant, int threads);

    private static NormKernel For<TFormat>(ActivationKind kind)
        where TFormat : struct, IElementFormat => kind switch
        {
            ActivationKind.Identity => new NormKernel<TFormat, IdentityKernel>(),
            ActivationKind.SiLU => new NormKernel<TFormat, SiLUKernel>(),
            ActivationKind.Hardswish => new NormKernel<TFormat, HardswishKernel>(),
            ActivationKind.LeakyReLU => new NormKernel<TFormat, LeakyReLUKernel>(),
            ActivationKind.ReLU => new NormKernel<TFormat, ReLUKernel>(),
            _ => throw new NotSupportedException($"no kernel for the activation {kind}."),
        };
}

/// <inheritdoc/>
/// <typeparam name="TFormat">How activations lie in memory.</typeparam>
/// <typeparam name="TActivation">What follows the normalisation.</typeparam>
internal sealed unsafe class NormKernel<TFormat, TActivation> : NormKernel
    where TFormat : struct, IElementFormat
    where TActivation : struct, IActivationKernel
{
    // Rows are walked a column of vectors at a time, so that sums stay in registers; a tile of that many bytes stays in the first cache.
    private const int TileBytes = 1 << 14;
    private const int Lanes = PixelRows.VectorLength;

    /// <inheritdoc/>
    public override (double[] Sums, double[] Squares) Moments(PixelRows input, float[] shift, int threads)
    {
        return Sum(input, threads, (first, last, sums, squares) =>
        {
            fixed (float* shiftAt = shift)
            {
                for (var column = 0; column < input.Length; column += Lanes)
                {
                    var about = Vector512.Load(shiftAt + column);
                    var (sum, square) = (Vector512<float>.Zero, Vector512<float>.Zero);
                    var at = input.Row(first) + (long)column * TFormat.Size;
                    for (var row = first; row < last; row++, at += input.Stride)
                    {
                        var x = TFormat.Load(at) - about;
                        sum += x;
                        square = Vector512.MultiplyAddEstimate(x, x, square);
                    }

                    Add(sum, sums.AsSpan(column));
                    Add(square, squares.AsSpan(column));
                }
            }
        }, (x, _, column, sums, squares) =>
        {
            var difference = x - shift[column];
            sums[column] += difference;
            squares[column] += (double)difference * difference;
        });
    }

    /// <inheritdoc/>
    public override void Apply(PixelRows input, PixelRows output, float[] scale, float[] offset, int threads)
    {
        Partition.Run(input.Count, Partition.Parts(input, threads), (first, last, _) => Rows(input, output, first, last));
        if (input.Rest == 0) return;
        Span<byte> from = stackalloc byte[input.Length * sizeof(float)];
        Span<byte> to = stackalloc byte[input.Length * sizeof(float)];
        fixed (byte* source = from, destination = to)
        {
            Rest(input).CopyTo(from);
            Rows(Single(input, source), Single(output, destination), 0, 1);
            to[..(input.Rest * TFormat.Size)].CopyTo(Rest(output));
        }

        void Rows(PixelRows input, PixelRows output, long first, long last)
        {
            fixed (float* scaleAt = scale, offsetAt = offset)
            {
                for (var row = first; row < last; row++)
                {
                    var from = input.Row(row);
                    var to = output.Row(row);
                    for (var column = 0; column < input.Length; column += Lanes)
                    {
                        var x = TFormat.Load(from + (long)column * TFormat.Size);
                        var z = Vector512.MultiplyAddEstimate(x, Vector512.Load(scaleAt + column), Vector512.Load(offsetAt + column));
                        TFormat.Store(TActivation.Value(z), to + (long)column * TFormat.Size);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override (double[] Sums, double[] Products) GradientSums(
        PixelRows input, PixelRows gradient, float[] scale, float[] offset, float[] mean, int threads)
    {
        return Sum(input, threads, (first, last, sums, products) =>
        {
            fixed (float* scaleAt = scale, offsetAt = offset, meanAt = mean)
            {
                for (var column = 0; column < input.Length; column += Lanes)
                {
                    var (a, b, about) = (Vector512.Load(scaleAt + column), Vector512.Load(offsetAt + column), Vector512.Load(meanAt + column));
                    var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
                    var at = input.Row(first) + (long)column * TFormat.Size;
                    var gradientAt = gradient.Row(first) + (long)column * TFormat.Size;
                    for (var row = first; row < last; row++, at += input.Stride, gradientAt += gradient.Stride)
                    {
                        var x = TFormat.Load(at);
                        var g = TFormat.Load(gradientAt) * TActivation.Slope(Vector512.MultiplyAddEstimate(x, a, b));
                        sum += g;
                        product = Vector512.MultiplyAddEstimate(g, x - about, product);
                    }

                    Add(sum, sums.AsSpan(column));
                    Add(product, products.AsSpan(column));
                }
            }
        }, (x, incoming, column, sums, products) =>
        {
            var z = Vector512.Create(x * scale[column] + offset[column]);
            var g = incoming * TActivation.Slope(z)[0];
            sums[column] += g;
            products[column] += (double)g * (x - mean[column]);
        }, gradient);
    }

    /// <inheritdoc/>
    public override void InputGradient(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] slope, float[] constant, int threads)
    {
        Partition.Run(input.Count, Partition.Parts(input, threads), (first, last, _) => Rows(input, gradient, output, first, last));
        if (input.Rest == 0) return;
        var bytes = input.Length * sizeof(float);
        Span<byte> from = stackalloc byte[bytes];
        Span<byte> incoming = stackalloc byte[bytes];
        Span<byte> to = stackalloc byte[bytes];
        fixed (byte* source = from, sourceGradient = incoming, destination = to)
        {
            Rest(input).CopyTo(from);
            Rest(gradient).CopyTo(incoming);
            Rows(Single(input, source), Single(gradient, sourceGradient), Single(output, destination), 0, 1);
            to[..(input.Rest * TFormat.Size)].CopyTo(Rest(output));
        }

        void Rows(PixelRows input, PixelRows gradient, PixelRows output, long first, long last)
        {
            fixed (float* scaleAt = scale, offsetAt = offset, slopeAt = slope, constantAt = constant)
            {
                for (var row = first; row < last; row++)
                {
                    var from = input.Row(row);
                    var incoming = gradient.Row(row);
                    var to = output.Row(row);
                    for (var column = 0; column < input.Length; column += Lanes)
                    {
                        var a = Vector512.Load(scaleAt + column);
                        var x = TFormat.Load(from + (long)column * TFormat.Size);
                        var g = TFormat.Load(incoming + (long)column * TFormat.Size)
                            * TActivation.Slope(Vector512.MultiplyAddEstimate(x, a, Vector512.Load(offsetAt + column)));
                        var shifted = Vector512.MultiplyAddEstimate(x, Vector512.Load(slopeAt + column), Vector512.Load(constantAt + column));
                        TFormat.Store(Vector512.MultiplyAddEstimate(a, g, shifted), to + (long)column * TFormat.Size);
                    }
                }
            }
        }
    }

    /// <summary>Two sums a number of a row: tiles in float32, over all tiles in float64, parts one after another.</summary>
    private static (double[] First, double[] Second) Sum(
        PixelRows input, int threads, Action<long, long, double[], double[]> tile, Action<float, float, int, double[], double[]> rest, PixelRows gradient = default)
    {
        var parts = Partition.Parts(input, threads);
        var sums = new (double[] First, double[] Second)[parts];
        var rowsPerTile = Math.Max(1, TileBytes / (input.Length * TFormat.Size));
        Partition.Run(input.Count, parts, (first, last, part) =>
        {
            var (one, two) = sums[part] = (new double[input.Length], new double[input.Length]);
            for (var row = first; row < last; row += rowsPerTile) tile(row, Math.Min(row + rowsPerTile, last), one, two);
        });

        var (totals, others) = sums[0];
        for (var column = 0; column < input.Rest; column++)
        {
            rest(Number(input, column), gradient.Data == 0 ? 0 : Number(gradient, column), column, totals, others);
        }

        foreach (var (first, second) in sums.AsSpan(1))
        {
            for (var column = 0; column < input.Length; column++)
            {
                totals[column] += first[column];
                others[column] += second[column];
            }
        }

        return (totals, others);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> values, Span<double> sums)
    {
        var (lower, upper) = Vector512.Widen(values);
        (Vector512.Create<double>(sums) + lower).CopyTo(sums);
        (Vector512.Create<double>(sums[(Lanes / 2)..]) + upper).CopyTo(sums[(Lanes / 2)..]);
    }

    private static Span<byte> Rest(PixelRows rows) => new(rows.Row(rows.Count), rows.Rest * TFormat.Size);

    /// <summary>A number of what is left after the whole rows.</summary>
    private static float Number(PixelRows rows, int column)
    {
        Span<byte> padded = stackalloc byte[Lanes * sizeof(float)];
        Rest(rows).Slice(column * TFormat.Size, TFormat.Size).CopyTo(padded);
        fixed (byte* at = padded) return TFormat.Load(at)[0];
    }

    private static PixelRows Single(PixelRows rows, byte* at) => rows with { Data = (nint)at, Count = 1, Rest = 0 };
}
