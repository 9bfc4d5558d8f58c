using System.Runtime.InteropServices;

namespace Espalier.Vision;

/// <summary>Memory for a picture's pixels while they become RGB: as much as they take, and the system's again afterwards. The array pool
/// would round a photo's up to a power of two, and keep it.</summary>
internal readonly unsafe ref struct PixelScratch
{
    /// <summary>Takes memory; what it holds is undefined.</summary>
    /// <param name="length">Bytes.</param>
    public PixelScratch(int length)
    {
        Length = length;
        Pointer = (nint)NativeMemory.Alloc((nuint)length);
    }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>The first of them.</summary>
    public nint Pointer { get; }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<byte> Bytes => new((void*)Pointer, Length);

    /// <summary>Gives them back.</summary>
    public void Dispose() => NativeMemory.Free((void*)Pointer);
}
