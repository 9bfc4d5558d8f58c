using Espalier.Datasets;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>From the loader's bytes to the network's input.</summary>
public static class BatchUpload
{
    /// <summary>The pictures of a batch: one copy of bytes to the device, where they are divided by 255.</summary>
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
        using var scope = NewDisposeScope();
        var bytes = empty([count, height, width, 3], uint8);
        pixels[..checked(count * height * width * 3)].CopyTo(bytes.bytes);
        return bytes.to(device).to(float32).Divide(255).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
