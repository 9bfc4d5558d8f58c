using Espalier.Networks;

namespace Espalier.Pipelines.Latency;

/// <summary>A network as the ONNX file that this machine runs soonest.</summary>
internal static class FastFile
{
    /// <summary>The file, for pictures of the size that the network was trained for;
    /// widths are filled up to this processor's blocks where that pays.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">Pictures a call.</param>
    public static OnnxFile Of(Checkpoint network, int batch = 1) =>
        OnnxEmission.Emit(network ?? throw new ArgumentNullException(nameof(network)), Options(network, batch));

    /// <summary>What such a file promises.</summary>
    internal static OnnxOptions Options(Checkpoint network, int batch) => new()
    {
        Batch = batch,
        Height = network.ImageSize,
        Width = network.ImageSize,
        ChannelBlock = ChannelBlock.ForBatch(batch),
    };
}
