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
    /// <returns>(count, 3, height, width), 0…1, channels-last by its strides.</returns>
    public static Tensor ToTensor(Batch batch, Device device)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ToTensor(batch.Pixels, batch.Count, batch.Height, batch.Width, device);
    }

    /// <summary>Some pictures of one size.</summary>
    /// <param name="pixels">(count, height, width, 3) bytes, RGB; may be longer than that.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="device">Where to.</param>
    /// <returns>(count, 3, height, width), 0…1, channels-last by its strides.</returns>
    public static Tensor ToTensor(ReadOnlySpan<byte> pixels, int count, int height, int width, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        using var scope = NewDisposeScope();
        pixels = pixels[..checked(count * height * width * Channels)];
        long[] shape = [count, height, width, Channels];
        if (device.type == DeviceType.CPU)
        {
            var images = empty(shape, float32);
            Divide(pixels, images);
            return images.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        var bytes = empty(shape, uint8);
        pixels.CopyTo(bytes.bytes);
        return bytes.to(device).to(float32).Divide(White).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static unsafe void Divide(ReadOnlySpan<byte> pixels, Tensor images)
    {
        if (pixels.IsEmpty) return;
        fixed (byte* sourceAt = pixels)
        {
            var (source, destination, length) = ((nint)sourceAt, PixelRows.AddressOf(images), pixels.Length);
            var vectors = new PixelRows(destination, length / PixelRows.VectorLength, PixelRows.VectorLength, PixelRows.VectorLength * sizeof(float), length % PixelRows.VectorLength);
            Partition.Run(vectors.Count, Partition.Parts(vectors, get_num_threads()), (first, last, _) =>
            {
                for (var row = first; row < last; row++)
                    (Widened((byte*)source + row * PixelRows.VectorLength) / Vector512.Create(White)).Store((float*)vectors.Row(row));
            });
            for (var index = length - vectors.Rest; index < length; index++) ((float*)destination)[index] = ((byte*)source)[index] / White;
        }
    }

    /// <summary>Sixteen bytes as numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<float> Widened(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(source));
        var shorts = Vector256.Create(low, high);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.WidenLower(shorts), Vector256.WidenUpper(shorts)).AsInt32());
    }
}
