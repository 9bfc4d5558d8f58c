using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Espalier.Datasets;
using Espalier.Training.Execution.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>From the loader's bytes to the network's input.</summary>
public static class BatchUpload
{
    private const int Channels = 3;
    private const float White = 255;

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
    public static Tensor ToTensor(ReadOnlySpan<byte> pixels, int count, int height, int width, Device device, Precision precision = Precision.FP32)
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
        var destination = new PixelRows(
            PixelRows.AddressOf(images), pixels.Length / PixelRows.VectorLength, PixelRows.VectorLength, PixelRows.VectorLength * TFormat.Size, pixels.Length % PixelRows.VectorLength);
        fixed (byte* source = pixels)
        {
            var sourceAt = (nint)source;
            Partition.Run(destination.Count, Partition.Parts(destination, get_num_threads()), (first, last, _) =>
                Divide<TFormat>((byte*)sourceAt, destination, first, last));
        }

        if (destination.Rest == 0) return;
        Span<byte> rest = stackalloc byte[PixelRows.VectorLength];
        Span<byte> shares = stackalloc byte[PixelRows.VectorLength * sizeof(float)];
        pixels[^destination.Rest..].CopyTo(rest);
        fixed (byte* from = rest, to = shares) TFormat.Store(Shares(from), to);
        shares[..(destination.Rest * TFormat.Size)].CopyTo(new Span<byte>(destination.Row(destination.Count), destination.Rest * TFormat.Size));
    }

    // Compiled whole from the first call: under tiers, a vector of 512 bits made of two halves is many times slower for a while.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Divide<TFormat>(byte* source, PixelRows destination, long first, long last)
        where TFormat : struct, IElementFormat
    {
        for (var row = first; row < last; row++) TFormat.Store(Shares(source + (row * PixelRows.VectorLength)), destination.Row(row));
    }

    /// <summary>Sixteen bytes as shares of 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<float> Shares(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(source));
        var shorts = Vector256.Create(low, high);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.WidenLower(shorts), Vector256.WidenUpper(shorts)).AsInt32()) / Vector512.Create(White);
    }
}
