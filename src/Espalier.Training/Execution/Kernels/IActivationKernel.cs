using System.Runtime.CompilerServices;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution.Kernels;

/// <summary>An activation, a vector at a time.</summary>
internal interface IActivationKernel
{
    /// <summary>f(x), with the activation's parameter where it has one.</summary>
    static abstract TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>;

    /// <summary>f′(x).</summary>
    static abstract TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>;
}

/// <summary>x.</summary>
internal readonly struct IdentityKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.Create(1);
}

/// <summary>x · σ(x).</summary>
internal readonly struct SiLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => x * FastExponential.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var exponential = FastExponential.OfNegative(x);
        return Slope(x, exponential, TVector.Reciprocal(TVector.Create(1) + exponential));
    }

    /// <summary>f′(x) = σ · (1 + x · (1 − σ)), with e⁻ˣ · σ for 1 − σ, which a σ next to 1 no longer tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Slope<TVector>(TVector x, TVector exponential, TVector sigmoid)
        where TVector : struct, IFloatVector<TVector> => sigmoid * TVector.MultiplyAdd(x, exponential * sigmoid, TVector.Create(1));
}

/// <summary>x · σ(x) as exactly as bfloat16 can hold.</summary>
internal readonly struct CoarseSiLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => x * CoarseSigmoid.Of(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var exponential = CoarseSigmoid.ExponentialOfNegative(x);
        return SiLUKernel.Slope(x, exponential, TVector.CoarseReciprocal(TVector.Create(1) + exponential));
    }
}

/// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
internal readonly struct HardswishKernel : IActivationKernel
{
    private const float Bend = 3;

    // The number before 3: what is greater is 3 or more, so that both ends belong to the flat parts and what is no number to neither.
    private const float Inside = 2.99999976f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> =>
        x * TVector.AtMost(TVector.AtLeast(x + TVector.Create(Bend), TVector.Create(0)),
            TVector.Create(2 * Bend)) * TVector.Create(1 / (2 * Bend));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var between = TVector.MultiplyAdd(x, TVector.Create(1 / Bend), TVector.Create(0.5f));
        var low = TVector.WhereGreater(TVector.Create(-Inside), x, TVector.Create(0), between);
        return TVector.WhereGreater(x, TVector.Create(Inside), TVector.Create(1), low);
    }
}

/// <summary>x, and slope · x where it is negative.</summary>
internal readonly struct LeakyReLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.WhereGreater(x, TVector.Create(0), x, x * parameter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1), parameter);
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.AtLeast(x, TVector.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1), TVector.Create(0));
}

/// <summary>min(max(x, 0), 6).</summary>
internal readonly struct ReLU6Kernel : IActivationKernel
{
    private const float Most = 6;

    // The number before 6: the flat part has both its ends, as libtorch's has.
    private const float Inside = 5.9999995f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => TVector.AtMost(TVector.AtLeast(x, TVector.Create(0)), TVector.Create(Most));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> =>
        TVector.WhereGreater(x, TVector.Create(Inside), TVector.Create(0), ReLUKernel.Slope(x, parameter));
}

/// <summary>x · tanh(log(1 + eˣ)), as x · p / q with a = e⁻|ˣ|, which never leaves 0…1.</summary>
/// <remarks>
/// tanh(log(1 + n)) = (n² + 2n) / (n² + 2n + 2) for n = eˣ. Left of zero that is taken as it stands, with n = a; right of zero both sides
/// are divided by n². The slope is t + x · (1 − t²) · σ(x); 1 − t² would be lost beside a t near 1 and is taken as 4 (1 + a)² / q², right
/// of zero times a².
/// </remarks>
internal readonly struct MishKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var (_, above, reciprocal) = Parts(x);
        return x * (above * reciprocal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var (a, above, reciprocal) = Parts(x);
        var share = TVector.WhereGreater(x, TVector.Create(0), a * a, a);
        var sides = TVector.Create(4) * (TVector.Create(1) + a) * share * reciprocal * reciprocal;
        return TVector.MultiplyAdd(x, sides, above * reciprocal);
    }

    /// <summary>a, p and 1 / q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector A, TVector Above, TVector Reciprocal) Parts<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector>
    {
        var a = FastExponential.OfNegative(TVector.AtLeast(x, TVector.Create(0) - x));
        var (twice, square) = (a + a, a * a);
        var above = TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1) + twice, square + twice);
        var below = above + TVector.WhereGreater(x, TVector.Create(0), square + square, TVector.Create(2));
        return (a, above, TVector.Reciprocal(below));
    }
}

/// <summary>x · Φ(x), with Φ from the error function of Abramowitz and Stegun 7.1.26, within 1e-7.</summary>
internal readonly struct GELUKernel : IActivationKernel
{
    // |x| / √2 beyond which e to its square is zero; an infinite one would make no number of the rest.
    private const float Farthest = 20;
    private const float RootOfHalf = 0.70710678f;
    private const float DensityAtZero = 0.39894228f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => x * Parts(x).Below;

    /// <summary>Φ(x) + x · φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var (below, exponential) = Parts(x);
        return TVector.MultiplyAdd(x, exponential * TVector.Create(DensityAtZero), below);
    }

    /// <summary>Φ(x) and e to the power of −x² / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Below, TVector Exponential) Parts<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector>
    {
        var z = TVector.AtMost(TVector.AtLeast(x, TVector.Create(0) - x) * TVector.Create(RootOfHalf), TVector.Create(Farthest));
        var exponential = FastExponential.OfNegative(z * z);
        var t = TVector.Reciprocal(TVector.MultiplyAdd(z, TVector.Create(0.3275911f), TVector.Create(1)));
        var sum = TVector.MultiplyAdd(TVector.Create(1.061405429f), t, TVector.Create(-1.453152027f));
        sum = TVector.MultiplyAdd(sum, t, TVector.Create(1.421413741f));
        sum = TVector.MultiplyAdd(sum, t, TVector.Create(-0.284496736f));
        sum = TVector.MultiplyAdd(sum, t, TVector.Create(0.254829592f));
        var tail = sum * t * exponential * TVector.Create(0.5f);
        return (TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1) - tail, tail), exponential);
    }
}

/// <summary>x, and α · (eˣ − 1) where it is negative.</summary>
internal readonly struct ELUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> =>
        TVector.WhereGreater(x, TVector.Create(0), x, parameter * (FastExponential.OfNegative(TVector.Create(0) - x) - TVector.Create(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> =>
        TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1), parameter * FastExponential.OfNegative(TVector.Create(0) - x));
}

/// <summary>σ(x).</summary>
internal readonly struct SigmoidKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector> => FastExponential.Sigmoid(x);

    /// <summary>e⁻ˣ · σ², which a σ next to 1 no longer loses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x, TVector parameter)
        where TVector : struct, IFloatVector<TVector>
    {
        var exponential = FastExponential.OfNegative(x);
        var sigmoid = TVector.Reciprocal(TVector.Create(1) + exponential);
        return exponential * sigmoid * sigmoid;
    }
}

/// <summary>What training computes for a kind of activation: its kernels, and libtorch's operation where it stands alone.</summary>
/// <param name="Kind">Which it is.</param>
/// <param name="Compute">libtorch's operation: the input, the parameter, and whether to write over the input.</param>
/// <param name="KeepsOutput">Whether libtorch's way back needs the output, which must not be written over then.</param>
internal abstract record ActivationKernel(ActivationKind Kind, Func<Tensor, float, bool, Tensor> Compute, bool KeepsOutput)
{
    // Identity hands its input on: who wrote over its output would write over what others read.
    private static readonly ActivationKernel[] All =
    [
        Of<IdentityKernel>(ActivationKind.Identity, (input, _, _) => input.alias(), keepsOutput: true),
        new ActivationKernel<SiLUKernel, CoarseSiLUKernel>(
            ActivationKind.SiLU, (input, _, inPlace) => inPlace ? input.silu_() : input.silu(), KeepsOutput: false),
        Of<HardswishKernel>(ActivationKind.Hardswish, (input, _, inPlace) => inPlace
            ? input.hardswish_() : input.hardswish(), keepsOutput: false),
        Of<LeakyReLUKernel>(ActivationKind.LeakyReLU, (input, slope, inPlace) => input.LeakyReLU(slope, inPlace), keepsOutput: true),
        Of<ReLUKernel>(ActivationKind.ReLU, (input, _, inPlace) => inPlace ? input.relu_() : input.relu(), keepsOutput: true),
        Of<ReLU6Kernel>(ActivationKind.ReLU6, (input, _, inPlace) => nn.functional.relu6(input, inPlace), keepsOutput: true),

        // TorchSharp's Mish in place writes over what its own way back needs.
        Of<MishKernel>(ActivationKind.Mish, (input, _, _) => nn.functional.mish(input), keepsOutput: false),
        Of<GELUKernel>(ActivationKind.GELU, (input, _, inPlace) => nn.functional.gelu(input, inPlace), keepsOutput: false),
        Of<SigmoidKernel>(ActivationKind.Sigmoid, (input, _, inPlace) => inPlace ? input.sigmoid_() : input.sigmoid(), keepsOutput: true),
        Of<ELUKernel>(ActivationKind.ELU, (input, alpha, inPlace) => input.ELU(alpha, inPlace), keepsOutput: true),
    ];

    /// <summary>What computes a kind.</summary>
    /// <exception cref="NotSupportedException">Nothing does.</exception>
    public static ActivationKernel Of(ActivationKind kind) => Array.Find(All, kernel => kernel.Kind == kind)
        ?? throw new NotSupportedException($"no way to execute the activation {kind}.");

    /// <summary>Batch normalization and this activation after it.</summary>
    public abstract NormKernel After<TVector>(bool isBFloat16, float parameter)
        where TVector : struct, IFloatVector<TVector>;

    private static ActivationKernel<TKernel, TKernel> Of<TKernel>(
        ActivationKind kind, Func<Tensor, float, bool, Tensor> compute, bool keepsOutput)
        where TKernel : struct, IActivationKernel => new(kind, compute, keepsOutput);
}

/// <inheritdoc/>
/// <typeparam name="TExact">The kernel for float32.</typeparam>
/// <typeparam name="TCoarse">The kernel for bfloat16, which may be as coarse as its numbers.</typeparam>
internal sealed record ActivationKernel<TExact, TCoarse>(ActivationKind Kind, Func<Tensor, float, bool, Tensor> Compute, bool KeepsOutput)
    : ActivationKernel(Kind, Compute, KeepsOutput)
    where TExact : struct, IActivationKernel
    where TCoarse : struct, IActivationKernel
{
    /// <inheritdoc/>
    public override NormKernel After<TVector>(bool isBFloat16, float parameter) => isBFloat16
        ? new NormKernel<TVector, BFloat16Format, TCoarse>(parameter)
        : new NormKernel<TVector, Float32Format, TExact>(parameter);
}
