using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Training.Execution.Kernels;

/// <summary>Four numbers: SSE, NEON, or none at all.</summary>
internal readonly unsafe struct FloatVector128(Vector128<float> lanes) : IFloatVector<FloatVector128>
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;
    private const int DroppedBits = 16;

    private readonly Vector128<float> _lanes = lanes;

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 LoadBytes(byte* source)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)source).AsByte());
        return new FloatVector128(Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 LoadBFloat16(ushort* source)
    {
        var wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16());
        return new FloatVector128(Vector128.ShiftLeft(wide, DroppedBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatVector128 values, float* destination) => values._lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBFloat16(FloatVector128 values, ushort* destination)
    {
        var bits = values._lanes.AsUInt32();
        var odd = Vector128.ShiftRightLogical(bits, DroppedBits) & Vector128.Create(1u);
        // Rounding up could carry a NaN's mantissa over into the sign.
        var isNumber = Vector128.Equals(values._lanes, values._lanes).AsUInt32();
        var rounded = Vector128.ConditionalSelect(isNumber, bits + odd + Vector128.Create(0x7FFFu), bits | Vector128.Create(0x400000u));
        rounded = Vector128.ShiftRightLogical(rounded, DroppedBits);
        *(ulong*)destination = Vector128.Narrow(rounded, rounded).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(FloatVector128 values, double* sums)
    {
        var (lower, upper) = Vector128.Widen(values._lanes);
        (Vector128.Load(sums) + lower).Store(sums);
        (Vector128.Load(sums + Count / 2) + upper).Store(sums + Count / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator +(FloatVector128 left, FloatVector128 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator -(FloatVector128 left, FloatVector128 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator *(FloatVector128 left, FloatVector128 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator /(FloatVector128 left, FloatVector128 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 MultiplyAdd(FloatVector128 left, FloatVector128 right, FloatVector128 addend) =>
        new(Vector128.MultiplyAddEstimate(left._lanes, right._lanes, addend._lanes));

    // The native forms answer with their second operand where either is no number: x must be that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 AtLeast(FloatVector128 x, FloatVector128 limit) => new(Vector128.MaxNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 AtMost(FloatVector128 x, FloatVector128 limit) => new(Vector128.MinNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 FromNearest(FloatVector128 x) => new(x._lanes - Vector128.Round(x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 ScaleByPowerOfTwo(FloatVector128 value, FloatVector128 whole)
    {
        var exponent = Vector128.ConvertToInt32Native(whole._lanes) + Vector128.Create(ExponentBias);
        return new FloatVector128(value._lanes * Vector128.ShiftLeft(exponent, MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Reciprocal(FloatVector128 x) =>
        Sse.IsSupported ? new FloatVector128(Refine(x._lanes, Sse.Reciprocal(x._lanes))) : Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 CoarseReciprocal(FloatVector128 x) => Reciprocal(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 WhereGreater(FloatVector128 x, FloatVector128 limit, FloatVector128 above, FloatVector128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(x._lanes, limit._lanes), above._lanes, otherwise._lanes));

    /// <summary>A step of Newton's method doubles the bits of an estimate; a division takes five times as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Refine(Vector128<float> x, Vector128<float> estimate) =>
        estimate * Vector128.MultiplyAddEstimate(-x, estimate, Vector128.Create(2f));
}
