using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Training.Execution.Kernels;

/// <summary>How numbers lie in memory; a vector is 16 of them, as float32.</summary>
internal interface IElementFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen numbers from memory.</summary>
    static abstract unsafe Vector512<float> Load(byte* source);

    /// <summary>Sixteen numbers to memory.</summary>
    static abstract unsafe void Store(Vector512<float> values, byte* destination);
}

/// <summary>float32.</summary>
internal readonly struct Float32Format : IElementFormat
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Load(byte* source) => Vector512.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector512<float> values, byte* destination) => values.Store((float*)destination);
}

/// <summary>bfloat16: the upper half of a float32, rounded to nearest, ties to even.</summary>
internal readonly struct BFloat16Format : IElementFormat
{
    private const int Dropped = 16;

    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> Load(byte* source)
    {
        var packed = Vector256.Load((ushort*)source);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(packed)
            : Vector512.Create(Vector256.WidenLower(packed), Vector256.WidenUpper(packed));
        return Vector512.ShiftLeft(wide, Dropped).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector512<float> values, byte* destination)
    {
        var bits = values.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, Dropped) & Vector512.Create(1u);
        var rounded = Vector512.ShiftRightLogical(bits + odd + Vector512.Create(0x7FFFu), Dropped);
        var packed = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        packed.Store((ushort*)destination);
    }
}
