using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Training.Execution.Kernels;

/// <summary>Sixteen numbers: AVX-512.</summary>
internal readonly unsafe struct FloatVector512(Vector512<float> lanes) : IFloatVector<FloatVector512>
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;
    private const int DroppedBits = 16;

    // Imm8 of VREDUCEPS: what is left after rounding to nearest, to no binary places.
    private const byte ReduceToNearest = 0;

    private readonly Vector512<float> _lanes = lanes;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 LoadBytes(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(source));
        var shorts = Vector256.Create(low, high);
        var words = Vector512.Create(Vector256.WidenLower(shorts), Vector256.WidenUpper(shorts));
        return new FloatVector512(Vector512.ConvertToSingle(words.AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 LoadBFloat16(ushort* source)
    {
        var packed = Vector256.Load(source);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(packed)
            : Vector512.Create(Vector256.WidenLower(packed), Vector256.WidenUpper(packed));
        return new FloatVector512(Vector512.ShiftLeft(wide, DroppedBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatVector512 values, float* destination) => values._lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBFloat16(FloatVector512 values, ushort* destination)
    {
        var bits = values._lanes.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, DroppedBits) & Vector512.Create(1u);
        // Rounding up could carry a NaN's mantissa over into the sign.
        var isNumber = Vector512.Equals(values._lanes, values._lanes).AsUInt32();
        var rounded = Vector512.ConditionalSelect(isNumber, bits + odd + Vector512.Create(0x7FFFu), bits | Vector512.Create(0x400000u));
        rounded = Vector512.ShiftRightLogical(rounded, DroppedBits);
        var packed = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        packed.Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(FloatVector512 values, double* sums)
    {
        var (lower, upper) = Vector512.Widen(values._lanes);
        (Vector512.Load(sums) + lower).Store(sums);
        (Vector512.Load(sums + Count / 2) + upper).Store(sums + Count / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator +(FloatVector512 left, FloatVector512 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator -(FloatVector512 left, FloatVector512 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator *(FloatVector512 left, FloatVector512 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator /(FloatVector512 left, FloatVector512 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 MultiplyAdd(FloatVector512 left, FloatVector512 right, FloatVector512 addend) =>
        new(Vector512.MultiplyAddEstimate(left._lanes, right._lanes, addend._lanes));

    // The native forms answer with their second operand where either is no number: x must be that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 AtLeast(FloatVector512 x, FloatVector512 limit) => new(Vector512.MaxNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 AtMost(FloatVector512 x, FloatVector512 limit) => new(Vector512.MinNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 FromNearest(FloatVector512 x) =>
        new(Avx512DQ.IsSupported ? Avx512DQ.Reduce(x._lanes, ReduceToNearest) : x._lanes - Vector512.Round(x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 ScaleByPowerOfTwo(FloatVector512 value, FloatVector512 whole)
    {
        if (Avx512F.IsSupported) return new FloatVector512(Avx512F.Scale(value._lanes, whole._lanes));
        var exponent = Vector512.ConvertToInt32Native(whole._lanes) + Vector512.Create(ExponentBias);
        return new FloatVector512(value._lanes * Vector512.ShiftLeft(exponent, MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Reciprocal(FloatVector512 x) =>
        Avx512F.IsSupported ? new FloatVector512(Refine(x._lanes, Avx512F.Reciprocal14(x._lanes))) : Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 CoarseReciprocal(FloatVector512 x) =>
        Avx512F.IsSupported ? new FloatVector512(Avx512F.Reciprocal14(x._lanes)) : Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 WhereGreater(FloatVector512 x, FloatVector512 limit, FloatVector512 above, FloatVector512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(x._lanes, limit._lanes), above._lanes, otherwise._lanes));

    /// <summary>A step of Newton's method doubles the bits of an estimate; a division takes five times as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Refine(Vector512<float> x, Vector512<float> estimate) =>
        estimate * Vector512.MultiplyAddEstimate(-x, estimate, Vector512.Create(2f));
}
