using System.Runtime.CompilerServices;

namespace Espalier.Training.Execution.Kernels;

/// <summary>An activation, a vector at a time.</summary>
internal interface IActivationKernel
{
    /// <summary>f(x).</summary>
    static abstract TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector>;

    /// <summary>f′(x).</summary>
    static abstract TVector Slope<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector>;
}

/// <summary>x.</summary>
internal readonly struct IdentityKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => TVector.Create(1);
}

/// <summary>x · σ(x).</summary>
internal readonly struct SiLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => x * FastExponential.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
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
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => x * CoarseSigmoid.Of(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
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
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> =>
        x * TVector.AtMost(TVector.AtLeast(x + TVector.Create(Bend), TVector.Create(0)), TVector.Create(2 * Bend)) * TVector.Create(1 / (2 * Bend));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector>
    {
        var between = TVector.MultiplyAdd(x, TVector.Create(1 / Bend), TVector.Create(0.5f));
        var low = TVector.WhereGreater(TVector.Create(-Inside), x, TVector.Create(0), between);
        return TVector.WhereGreater(x, TVector.Create(Inside), TVector.Create(1), low);
    }
}

/// <summary>x, and 0.1 · x where it is negative.</summary>
internal readonly struct LeakyReLUKernel : IActivationKernel
{
    private const float LeakySlope = (float)NodeOperations.LeakySlope;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => TVector.AtLeast(x, x * TVector.Create(LeakySlope));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> =>
        TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1), TVector.Create(LeakySlope));
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => TVector.AtLeast(x, TVector.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Slope<TVector>(TVector x)
        where TVector : struct, IFloatVector<TVector> => TVector.WhereGreater(x, TVector.Create(0), TVector.Create(1), TVector.Create(0));
}
