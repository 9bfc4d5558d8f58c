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
        using var scope = NewDisposeScope();
        var bytes = empty([batch.Count, batch.Height, batch.Width, 3], uint8);
        batch.Pixels.AsSpan(0, checked(batch.Count * batch.Height * batch.Width * 3)).CopyTo(bytes.bytes);
        return bytes.to(device).to(float32).div_(255).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
