using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution.Kernels;

/// <summary>
/// Batch normalization and the activation after it over channels-last memory, forwards and backwards, in two passes each: what is read once
/// is not read again for the activation, and nothing but the input is kept for the way back.
/// </summary>
/// <remarks>Coefficients are one a number of a row (<see cref="PixelRows.Length"/>):
/// the channels, repeated where a row takes several pixels.</remarks>
internal abstract class NormKernel
{
    /// <summary>The kernel for an activation.</summary>
    /// <param name="activation">The activation; Identity for none.</param>
    /// <param name="isBFloat16">Whether activations lie in memory as bfloat16 rather than float32.</param>
    /// <param name="width">Bits at once; sums are rounded otherwise at another width, and nothing else differs.</param>
    public static NormKernel For(Activation activation, bool isBFloat16, VectorWidth width)
    {
        var kernel = ActivationKernel.Of(activation.Kind);
        return width switch
        {
            VectorWidth.Bits512 => kernel.After<FloatVector512>(isBFloat16, activation.Parameter),
            VectorWidth.Bits256 => kernel.After<FloatVector256>(isBFloat16, activation.Parameter),
            VectorWidth.Bits128 => kernel.After<FloatVector128>(isBFloat16, activation.Parameter),
            _ => throw new NotSupportedException($"no kernel of {width}."),
        };
    }

    /// <summary>Whether a tensor can be walked as it lies.</summary>
    public abstract bool CanWalk(Tensor tensor);

    /// <summary>A tensor's rows, in this kernel's format and width; it must be kept alive while they are used.</summary>
    public abstract PixelRows Walk(Tensor tensor);

    /// <summary>Per number of a row, the sums of x − shift and of its square.</summary>
    public abstract (double[] Sums, double[] Squares) Moments(PixelRows input, float[] shift, int threads);

    /// <summary>output ← f(scale · x + offset).</summary>
    public abstract void Apply(PixelRows input, PixelRows output, float[] scale, float[] offset, int threads);

    /// <summary>
    /// Per number of a row, the sums of g = gradient · f′(scale · x + offset) and of g · (x − mean). What <see cref="InputGradient"/> needs
    /// of it is left in <paramref name="output"/>, which may be the gradient's own memory.
    /// </summary>
    public abstract (double[] Sums, double[] Products) GradientSums(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] mean, int threads);

    /// <summary>output ← scale · g + slope · x + constant, after <see cref="GradientSums"/> with the same tensors.</summary>
    public abstract void InputGradient(
        PixelRows input, PixelRows gradient, PixelRows output, float[] scale, float[] offset, float[] slope, float[] constant, int threads);
}
