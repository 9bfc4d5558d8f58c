using System.Runtime.CompilerServices;
using Espalier.Datasets;
using Espalier.Training.Execution.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>From the loader's bytes to the network's input.</summary>
internal static class BatchUpload
{
    private const int Channels = 3;
    private const float White = 255;
    private const int RowLength = 32;

    /// <summary>The pictures of a batch, divided by 255: on the CPU in one pass, elsewhere after one copy of bytes to the device.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="device">Where to.</param>
    /// <param name="precision">In which numbers; bfloat16 is float32 rounded to the nearest.</param>
    /// <returns>(count, 3, height, width), 0…1, channels-last by its strides.</returns>
    public static Tensor ToTensor(Batch batch, Device device, Precision precision = Precision.FP32)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ToTensor(batch.Pixels, batch.Count, batch.Height, batch.Width, device, precision);
    }

    /// <summary>Some pictures of one size.</summary>
    /// <param name="pixels">(count, height, width, 3) bytes, RGB; may be longer than that.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="device">Where to.</param>
    /// <param name="precision">In which numbers.</param>
    /// <returns>(count, 3, height, width), 0…1, channels-last by its strides.</returns>
    public static Tensor ToTensor(ReadOnlySpan<byte> pixels, int count, int height, int width, Device device,
        Precision precision = Precision.FP32)
    {
        ArgumentNullException.ThrowIfNull(device);
        using var scope = NewDisposeScope();
        pixels = pixels[..checked(count * height * width * Channels)];
        long[] shape = [count, height, width, Channels];
        if (device.type == DeviceType.CPU)
        {
            var images = empty(shape, precision == Precision.BF16 ? bfloat16 : float32);
            if (precision == Precision.BF16) Divide<BFloat16Format>(pixels, images);
            else Divide<Float32Format>(pixels, images);
            return images.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        var bytes = empty(shape, uint8);
        pixels.CopyTo(bytes.bytes);
        var shares = bytes.to(device).to(float32).Divide(White);
        return (precision == Precision.BF16 ? shares.to(bfloat16) : shares).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static unsafe void Divide<TFormat>(ReadOnlySpan<byte> pixels, Tensor images)
        where TFormat : struct, IElementFormat
    {
        if (pixels.IsEmpty) return;
        fixed (byte* source = pixels)
        {
            var (from, to) = ((nint)source, PixelRows.AddressOf(images));
            // A row is two vectors of the widest; what is left over follows in bytes of its own.
            var rows = new PixelRows(to, pixels.Length / RowLength, RowLength, RowLength * TFormat.Size, pixels.Length % RowLength);
            Partition.Run(rows.Count, Partition.Parts(rows, get_num_threads()), (first, last, _) =>
                Divide<TFormat>((byte*)from + first * RowLength, rows.Row(first), (last - first) * RowLength));
            if (rows.Rest == 0) return;
            Span<byte> rest = stackalloc byte[RowLength];
            Span<byte> shares = stackalloc byte[RowLength * sizeof(float)];
            pixels[^rows.Rest..].CopyTo(rest);
            fixed (byte* restAt = rest, sharesAt = shares) Divide<TFormat>(restAt, sharesAt, RowLength);
            shares[..(rows.Rest * TFormat.Size)].CopyTo(new Span<byte>(rows.Row(rows.Count), rows.Rest * TFormat.Size));
        }
    }

    private static unsafe void Divide<TFormat>(byte* source, byte* destination, long count)
        where TFormat : struct, IElementFormat
    {
        switch (VectorWidths.Best)
        {
            case VectorWidth.Bits512: Divide<FloatVector512, TFormat>(source, destination, count); break;
            case VectorWidth.Bits256: Divide<FloatVector256, TFormat>(source, destination, count); break;
            default: Divide<FloatVector128, TFormat>(source, destination, count); break;
        }
    }

    /// <summary>Bytes as shares of 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Divide<TVector, TFormat>(byte* source, byte* destination, long count)
        where TVector : struct, IFloatVector<TVector>
        where TFormat : struct, IElementFormat
    {
        var white = TVector.Create(White);
        for (var at = 0L; at < count; at += TVector.Count)
            TFormat.Store(TVector.LoadBytes(source + at) / white, destination + at * TFormat.Size);
    }
}
