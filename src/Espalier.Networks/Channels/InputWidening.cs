namespace Espalier.Networks;

/// <summary>
/// Gives the picture a fourth channel that counts for nothing: pixels of four bytes are how pictures lie in memory, and convolutions on
/// bytes read them faster than pixels of three.
/// </summary>
internal static class InputWidening
{
    /// <summary>Channels of a widened picture.</summary>
    public const int Channels = 4;

    /// <summary>The network on pictures of four channels; null where anything but ungrouped convolutions
    /// reads the picture, or it has other than three.</summary>
    /// <param name="network">The network; not changed.</param>
    public static Network? Widen(Network network)
    {
        var graph = network.Graph;
        if (graph.Nodes[0] is not InputNode { Channels: Channels - 1 }) return null;
        if (graph.Nodes.Any(node => node.Inputs.Contains(0) && node is not ConvNode { Groups: 1 })) return null;

        var channels = ChannelArrangement.Follow(graph, (node, _) => node is ConvNode conv
            ? ChannelArrangement.First(conv.OutChannels)
            : [.. ChannelArrangement.First(Channels - 1), ChannelArrangement.Nothing]);
        return channels is null ? null : ChannelArrangement.Arrange(network, channels);
    }
}
