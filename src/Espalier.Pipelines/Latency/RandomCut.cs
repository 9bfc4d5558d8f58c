using Espalier.Networks;

namespace Espalier.Pipelines.Latency;

/// <summary>
/// Thinned variants of a network, to measure: which channels go makes no difference to time, only how many of each layer.
/// </summary>
internal static class RandomCut
{
    /// <summary>
    /// Variants, each with its own depth and every layer with a width of its own; widths in this processor's blocks, as plans have them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Equal seeds give equal cuts.</param>
    public static IReadOnlyList<Checkpoint> Variants(Checkpoint network, int count, int seed)
    {
        var (analysis, random) = (ChannelAnalysis.Of(network.Graph), new Random(seed));
        return [.. Enumerable.Range(0, count).Select(place => Cut(network, analysis, (place + 0.5) / count, random))];
    }

    /// <summary>One variant.</summary>
    /// <param name="network">The network.</param>
    /// <param name="analysis">Its channels.</param>
    /// <param name="depth">
    /// How wide it is on the whole, 0…1: operations grow with the square of widths, and deep cuts shall be as many as mild ones.
    /// </param>
    /// <param name="random">Chooses each layer's own share.</param>
    private static Checkpoint Cut(Checkpoint network, ChannelAnalysis analysis, double depth, Random random)
    {
        var (block, removed) = (ChannelBlock.OfThisProcessor, new HashSet<int>());
        foreach (var group in analysis.Groups)
        {
            var share = Math.Min(depth * (0.5 + random.NextDouble()), 1);
            var kept = Math.Min((Math.Max((int)(group.Width * share), 1) + block - 1) / block * block, group.Width);
            removed.UnionWith(group.Variables.Skip(kept));
        }

        var rest = Surgery.Cut(new Network(network.Graph, network.Weights), new Removal(analysis, removed));
        return network with { Graph = rest.Graph, Weights = rest.Weights, Training = new Weights() };
    }
}
