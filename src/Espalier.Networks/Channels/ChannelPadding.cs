namespace Espalier.Networks;

/// <summary>
/// Fills layers up to whole blocks with channels of zeros. ONNX Runtime computes channels in blocks as wide as the processor's registers:
/// 24 of them cost what 32 cost, but such tensors are moved from one layout to another and back wherever they are put side by side or read.
/// A thinned network has many such widths; filled up it gives the same numbers, sooner, from a somewhat larger file.
/// </summary>
internal static class ChannelPadding
{
    /// <summary>The filled network; the network itself where a sum, a gate, a node that needs all its channels
    /// or the decoding has no place for more channels.</summary>
    /// <param name="network">The network; not changed. What a new channel becomes counts for nothing: no kernel that reads it is other than
    /// zero, and no gate lets it through.</param>
    /// <param name="block">Channels a block.</param>
    public static Network Pad(Network network, int block)
    {
        if (block == 1) return network;
        var heads = network.Graph.Detect.Inputs;
        var channels = ChannelArrangement.Follow(network.Graph, (node, position) => node is ConvNode conv
            ? Filled(conv.OutChannels, heads.Contains(position) ? 1 : block)
            : ChannelArrangement.First(((InputNode)node).Channels));
        return channels is null ? network : ChannelArrangement.Arrange(network, channels);
    }

    private static int[] Filled(int width, int block)
        => [.. ChannelArrangement.First(width),
            .. Enumerable.Repeat(ChannelArrangement.Nothing, ((width + block - 1) / block * block) - width)];
}
