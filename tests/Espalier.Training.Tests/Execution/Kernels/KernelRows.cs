using System.Runtime.InteropServices;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>Numbers in memory as a kernel walks them, in float32 or bfloat16.</summary>
internal sealed unsafe class KernelRows : IDisposable
{
    private readonly int _count;
    private readonly bool _isBFloat16;
    private readonly byte* _memory;

    /// <param name="values">(pixels, channels).</param>
    /// <param name="channels">Numbers in a pixel.</param>
    /// <param name="lanes">Numbers in a vector.</param>
    /// <param name="isBFloat16">Rounds them to bfloat16, as they then lie in memory.</param>
    public KernelRows(ReadOnlySpan<float> values, int channels, int lanes, bool isBFloat16 = false)
    {
        (_count, _isBFloat16) = (values.Length, isBFloat16);
        var size = isBFloat16 ? sizeof(ushort) : sizeof(float);
        _memory = (byte*)NativeMemory.Alloc((nuint)(values.Length * size));
        for (var i = 0; i < values.Length; i++)
        {
            if (isBFloat16) ((ushort*)_memory)[i] = (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
            else ((float*)_memory)[i] = values[i];
        }

        var length = PixelRows.RowLength(channels, lanes);
        Rows = new PixelRows((nint)_memory, values.Length / length, length, (long)length * size, values.Length % length);
    }

    public PixelRows Rows { get; }

    /// <summary>What lies there now.</summary>
    public float[] Values => [.. Enumerable.Range(0, _count).Select(At)];

    public void Dispose() => NativeMemory.Free(_memory);

    /// <summary>A coefficient a channel as one a number of a row.</summary>
    public float[] Repeated(params ReadOnlySpan<float> channels)
    {
        var row = new float[Rows.Length];
        for (var i = 0; i < row.Length; i++) row[i] = channels[i % channels.Length];
        return row;
    }

    public float At(int index) => _isBFloat16 ? BitConverter.UInt32BitsToSingle((uint)((ushort*)_memory)[index] << 16)
        : ((float*)_memory)[index];
}
