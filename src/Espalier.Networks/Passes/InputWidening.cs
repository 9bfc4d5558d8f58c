namespace Espalier.Networks;

/// <summary>
/// Gives the picture a fourth channel that counts for nothing: pixels of four bytes are how pictures lie in memory, and convolutions on bytes read them
/// faster than pixels of three.
/// </summary>
internal static class InputWidening
{
    /// <summary>Channels of a widened picture.</summary>
    public const int Channels = 4;

    /// <summary>The network on pictures of four channels; null where anything but ungrouped convolutions reads the picture, or it has other than three.</summary>
    /// <param name="network">The network; not changed.</param>
    public static Network? Widen(Network network)
    {
        var (graph, weights) = network;
        if (graph.Nodes[0] is not InputNode { Channels: Channels - 1 } input) return null;
        var readers = graph.Nodes.Where(node => node.Inputs.Contains(0)).ToList();
        if (readers.Any(node => node is not ConvNode { Groups: 1 })) return null;

        var widened = readers.Cast<ConvNode>().ToDictionary(conv => $"{conv.Name}.weight", conv => Padded(weights[$"{conv.Name}.weight"], conv));
        var state = new Weights();
        foreach (var name in weights.Names) state[name] = widened.GetValueOrDefault(name) ?? weights[name];
        var nodes = graph.Nodes.Select(node => node switch
        {
            InputNode => input with { Channels = Channels },
            ConvNode conv when conv.Inputs.Contains(0) => conv with { InChannels = Channels },
            _ => node,
        });
        return new Network(graph with { Nodes = [.. nodes] }, state);
    }

    /// <summary>A kernel with zeros for one more input channel.</summary>
    private static WeightArray Padded(WeightArray kernel, ConvNode conv)
    {
        var plane = conv.Kernel * conv.Kernel;
        var values = new float[conv.OutChannels * Channels * plane];
        for (var channel = 0; channel < conv.OutChannels; channel++)
            kernel.Values.AsSpan(channel * conv.InChannels * plane, conv.InChannels * plane).CopyTo(values.AsSpan(channel * Channels * plane));
        return new WeightArray([conv.OutChannels, Channels, conv.Kernel, conv.Kernel], values);
    }
}
