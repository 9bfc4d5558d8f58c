using Espalier.Networks;

namespace Espalier.Cli.Models;

/// <summary>A network as the ONNX file that this machine runs soonest.</summary>
internal static class FastFile
{
    /// <summary>What the file promises: pictures of the size that the network was trained for, widths filled up to this processor's blocks where that pays.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">Pictures a call.</param>
    public static OnnxOptions Options(Checkpoint network, int batch = 1) => new()
    {
        Batch = batch,
        Height = network.ImageSize,
        Width = network.ImageSize,
        ChannelBlock = ChannelBlock.ForBatch(batch),
    };

    /// <summary>The file.</summary>
    /// <inheritdoc cref="Options" path="/param"/>
    public static OnnxFile Of(Checkpoint network, int batch = 1) => OnnxEmission.Emit(network, Options(network, batch));
}
