using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Espalier.Training.Execution.Kernels;

/// <summary>An activation, sixteen numbers at a time.</summary>
internal interface IActivationKernel
{
    /// <summary>f(x).</summary>
    static abstract Vector512<float> Value(Vector512<float> x);

    /// <summary>f′(x).</summary>
    static abstract Vector512<float> Slope(Vector512<float> x);
}

/// <summary>x.</summary>
internal readonly struct IdentityKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x) => Vector512<float>.One;
}

/// <summary>x · σ(x).</summary>
internal readonly struct SiLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => x / (Vector512<float>.One + FastExponential.Of(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x) => Slope(x, Vector512<float>.One / (Vector512<float>.One + FastExponential.Of(-x)));

    /// <summary>f′(x) where σ(x) is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Slope(Vector512<float> x, Vector512<float> sigmoid) =>
        sigmoid * Vector512.MultiplyAddEstimate(x, Vector512<float>.One - sigmoid, Vector512<float>.One);
}

/// <summary>x · σ(x) as exactly as bfloat16 can hold.</summary>
internal readonly struct CoarseSiLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => x * CoarseSigmoid.Of(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x) => SiLUKernel.Slope(x, CoarseSigmoid.Of(x));
}

/// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
internal readonly struct HardswishKernel : IActivationKernel
{
    private static Vector512<float> Three => Vector512.Create(3f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) =>
        x * Vector512.Min(Vector512.Max(x + Three, Vector512<float>.Zero), Vector512.Create(6f)) * Vector512.Create(1 / 6f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x)
    {
        var between = Vector512.MultiplyAddEstimate(x, Vector512.Create(1 / 3f), Vector512.Create(0.5f));
        var low = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, -Three), Vector512<float>.Zero, between);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Three), Vector512<float>.One, low);
    }
}

/// <summary>x, and 0.1 · x where it is negative.</summary>
internal readonly struct LeakyReLUKernel : IActivationKernel
{
    private static Vector512<float> LeakySlope => Vector512.Create((float)NodeOperations.LeakySlope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => Vector512.Max(x, x * LeakySlope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, LeakySlope);
}

/// <summary>max(x, 0).</summary>
internal readonly struct ReLUKernel : IActivationKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, Vector512<float>.Zero);
}
