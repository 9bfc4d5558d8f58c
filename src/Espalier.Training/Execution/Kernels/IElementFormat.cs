using System.Runtime.CompilerServices;

namespace Espalier.Training.Execution.Kernels;

/// <summary>How numbers lie in memory; vectors are float32.</summary>
internal unsafe interface IElementFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Whether every float32 comes back as it was stored.</summary>
    static abstract bool IsExact { get; }

    /// <summary>A vector from memory.</summary>
    static abstract TVector Load<TVector>(byte* source)
        where TVector : struct, IFloatVector<TVector>;

    /// <summary>A vector to memory.</summary>
    static abstract void Store<TVector>(TVector values, byte* destination)
        where TVector : struct, IFloatVector<TVector>;
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : IElementFormat
{
    public static int Size => sizeof(float);

    public static bool IsExact => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector>(byte* source)
        where TVector : struct, IFloatVector<TVector> => TVector.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(TVector values, byte* destination)
        where TVector : struct, IFloatVector<TVector> => TVector.Store(values, (float*)destination);
}

/// <summary>bfloat16: the upper half of a float32, rounded to nearest, ties to even.</summary>
internal readonly unsafe struct BFloat16Format : IElementFormat
{
    public static int Size => sizeof(ushort);

    public static bool IsExact => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector>(byte* source)
        where TVector : struct, IFloatVector<TVector> => TVector.LoadBFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(TVector values, byte* destination)
        where TVector : struct, IFloatVector<TVector> => TVector.StoreBFloat16(values, (ushort*)destination);
}
