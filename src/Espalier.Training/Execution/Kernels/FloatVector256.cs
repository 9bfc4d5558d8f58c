using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Training.Execution.Kernels;

/// <summary>Eight numbers: AVX2.</summary>
internal readonly unsafe struct FloatVector256(Vector256<float> lanes) : IFloatVector<FloatVector256>
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;
    private const int DroppedBits = 16;

    private readonly Vector256<float> _lanes = lanes;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 LoadBytes(byte* source)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte());
        var words = Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts));
        return new FloatVector256(Vector256.ConvertToSingle(words.AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 LoadBFloat16(ushort* source)
    {
        var packed = Vector128.Load(source);
        var wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(packed).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(packed), Vector128.WidenUpper(packed));
        return new FloatVector256(Vector256.ShiftLeft(wide, DroppedBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatVector256 values, float* destination) => values._lanes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBFloat16(FloatVector256 values, ushort* destination)
    {
        var bits = values._lanes.AsUInt32();
        var odd = Vector256.ShiftRightLogical(bits, DroppedBits) & Vector256.Create(1u);
        // Rounding up could carry a NaN's mantissa over into the sign.
        var isNumber = Vector256.Equals(values._lanes, values._lanes).AsUInt32();
        var rounded = Vector256.ConditionalSelect(isNumber, bits + odd + Vector256.Create(0x7FFFu), bits | Vector256.Create(0x400000u));
        rounded = Vector256.ShiftRightLogical(rounded, DroppedBits);
        Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(FloatVector256 values, double* sums)
    {
        var (lower, upper) = Vector256.Widen(values._lanes);
        (Vector256.Load(sums) + lower).Store(sums);
        (Vector256.Load(sums + Count / 2) + upper).Store(sums + Count / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator +(FloatVector256 left, FloatVector256 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator -(FloatVector256 left, FloatVector256 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator *(FloatVector256 left, FloatVector256 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator /(FloatVector256 left, FloatVector256 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 MultiplyAdd(FloatVector256 left, FloatVector256 right, FloatVector256 addend) =>
        new(Vector256.MultiplyAddEstimate(left._lanes, right._lanes, addend._lanes));

    // The native forms answer with their second operand where either is no number: x must be that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 AtLeast(FloatVector256 x, FloatVector256 limit) => new(Vector256.MaxNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 AtMost(FloatVector256 x, FloatVector256 limit) => new(Vector256.MinNative(limit._lanes, x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 FromNearest(FloatVector256 x) => new(x._lanes - Vector256.Round(x._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 ScaleByPowerOfTwo(FloatVector256 value, FloatVector256 whole)
    {
        var exponent = Vector256.ConvertToInt32Native(whole._lanes) + Vector256.Create(ExponentBias);
        return new FloatVector256(value._lanes * Vector256.ShiftLeft(exponent, MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Reciprocal(FloatVector256 x) =>
        Avx.IsSupported ? new FloatVector256(Refine(x._lanes, Avx.Reciprocal(x._lanes))) : Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 CoarseReciprocal(FloatVector256 x) => Reciprocal(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 WhereGreater(FloatVector256 x, FloatVector256 limit, FloatVector256 above, FloatVector256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(x._lanes, limit._lanes), above._lanes, otherwise._lanes));

    /// <summary>A step of Newton's method doubles the bits of an estimate; a division takes five times as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Refine(Vector256<float> x, Vector256<float> estimate) =>
        estimate * Vector256.MultiplyAddEstimate(-x, estimate, Vector256.Create(2f));
}
