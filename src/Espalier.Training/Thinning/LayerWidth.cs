using Espalier.Networks;

namespace Espalier.Training.Thinning;

/// <summary>How wide a convolution is before and after thinning.</summary>
/// <param name="Layer">Its state-dict name.</param>
/// <param name="Before">Channels of the whole network.</param>
/// <param name="After">Channels that are left.</param>
internal sealed record LayerWidth(string Layer, int Before, int After)
{
    /// <summary>Every convolution of two networks of one architecture, in the graph's order.</summary>
    /// <param name="whole">The network before.</param>
    /// <param name="thinned">The network after.</param>
    public static IReadOnlyList<LayerWidth> Compare(Graph whole, Graph thinned)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(thinned);
        var after = thinned.Nodes.OfType<ConvNode>().ToDictionary(node => node.Name, node => node.OutChannels, StringComparer.Ordinal);
        return [.. whole.Nodes.OfType<ConvNode>().Where(node => after.ContainsKey(node.Name))
            .Select(node => new LayerWidth(node.Name, node.OutChannels, after[node.Name]))];
    }
}
