using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Espalier.Training.Execution.Kernels;

/// <summary>
/// A channels-last tensor as the kernels walk it: rows of one length, a whole number of vectors. Where the channels are no such number
/// and the pixels lie close together, a row takes several pixels and what is left over stands at the end.
/// </summary>
/// <param name="Data">The first number.</param>
/// <param name="Count">Whole rows.</param>
/// <param name="Length">Numbers a row.</param>
/// <param name="Stride">Bytes from row to row.</param>
/// <param name="Rest">Numbers after the last whole row.</param>
internal readonly unsafe record struct PixelRows(nint Data, long Count, int Length, long Stride, int Rest)
{
    /// <summary>The shortest row of whole pixels and whole vectors.</summary>
    /// <param name="channels">Numbers in a pixel.</param>
    /// <param name="lanes">Numbers in a vector, a power of two.</param>
    public static int RowLength(int channels, int lanes)
    {
        var row = channels;
        while (row % lanes != 0) row += channels;
        return row;
    }

    /// <summary>Whether a tensor can be walked as it lies: channels together, pixels at one distance,
    /// or close together where a row takes several.</summary>
    public static bool CanWalk(Tensor tensor, int lanes)
    {
        var (shape, strides) = (tensor.shape, tensor.stride());
        var pixel = strides[3];
        var isRegular = (shape[1] == 1 || strides[1] == 1)
            && (shape[2] == 1 || strides[2] == shape[3] * pixel)
            && (shape[0] == 1 || strides[0] == shape[2] * shape[3] * pixel);
        return isRegular && (shape[3] > 1 || shape[2] * shape[0] > 1) && (pixel == shape[1] || (shape[1] % lanes == 0 && pixel > shape[1]));
    }

    /// <summary>The rows of a tensor for which <see cref="CanWalk"/> holds. It must be kept alive while they are used.</summary>
    public static PixelRows Of(Tensor tensor, int elementSize, int lanes)
    {
        var shape = tensor.shape;
        var channels = (int)shape[1];
        var pixels = shape[0] * shape[2] * shape[3];
        var data = AddressOf(tensor);
        if (channels % lanes == 0) return new PixelRows(data, pixels, channels, tensor.stride(3) * elementSize, 0);
        var length = RowLength(channels, lanes);
        return new PixelRows(data, pixels * channels / length, length, (long)length * elementSize, (int)(pixels * channels % length));
    }

    /// <summary>Where a row begins.</summary>
    public byte* Row(long index) => (byte*)Data + index * Stride;

    /// <summary>The address of a tensor's first number.</summary>
    public static nint AddressOf(Tensor tensor)
    {
        // `bytes` wants a tensor without gaps and counts in int: the first number alone is that always.
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
