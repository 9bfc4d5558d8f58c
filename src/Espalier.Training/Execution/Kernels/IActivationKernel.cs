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
        x * TVector.AtMost(TVector.AtLeast(x + TVector.Create(Bend), TVector.Create(0)), TVector.Create(2 * Bend)) * TVector.Create(1 / (2 * Bend));

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
        new ActivationKernel<SiLUKernel, CoarseSiLUKernel>(ActivationKind.SiLU, (input, _, inPlace) => inPlace ? input.silu_() : input.silu(), KeepsOutput: false),
        Of<HardswishKernel>(ActivationKind.Hardswish, (input, _, inPlace) => inPlace ? input.hardswish_() : input.hardswish(), keepsOutput: false),
        Of<LeakyReLUKernel>(ActivationKind.LeakyReLU, (input, slope, inPlace) => input.LeakyReLU(slope, inPlace), keepsOutput: true),
        Of<ReLUKernel>(ActivationKind.ReLU, (input, _, inPlace) => inPlace ? input.relu_() : input.relu(), keepsOutput: true),
    ];

    /// <summary>What computes a kind.</summary>
    /// <exception cref="NotSupportedException">Nothing does.</exception>
    public static ActivationKernel Of(ActivationKind kind) => Array.Find(All, kernel => kernel.Kind == kind)
        ?? throw new NotSupportedException($"no way to execute the activation {kind}.");

    /// <summary>Batch normalisation and this activation after it.</summary>
    public abstract NormKernel After<TVector>(bool isBFloat16, float parameter)
        where TVector : struct, IFloatVector<TVector>;

    private static ActivationKernel<TKernel, TKernel> Of<TKernel>(ActivationKind kind, Func<Tensor, float, bool, Tensor> compute, bool keepsOutput)
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
