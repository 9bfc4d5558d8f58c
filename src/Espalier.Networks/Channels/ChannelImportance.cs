using System.Collections.Immutable;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>How important channels are, layer by layer: what a criterion measures before layers are put together.</summary>
/// <param name="Criterion">The criterion's name, such as <c>bn-scale</c>.</param>
/// <param name="Layers">A score a channel, not negative, by the position of the node that carries it;
/// the smaller the more prunable.</param>
internal sealed record ChannelImportance(string Criterion, IReadOnlyDictionary<int, float[]> Layers)
{
    /// <summary>Whether scores of convolutions are means over their kernels' entries,
    /// so that those of unlike kernels add up only times the number of entries.</summary>
    public bool IsMeanOverEntries { get; init; }

    /// <summary>|γ| of every batch norm (Network Slimming, Liu et al. 2017).</summary>
    public static ChannelImportance BatchNormScale(Network network) => Of("bn-scale", network, node => node is BatchNormNode norm
        ? [.. network.Weights[$"{norm.Name}.weight"].Values.Select(MathF.Abs)]
        : null);

    /// <summary>The L1 norm of every convolution's kernels, a sum an output channel (Li et al. 2017).</summary>
    public static ChannelImportance KernelNorm(Network network) => Of("l1", network, node => node is ConvNode conv
        ? Sums(network.Weights[$"{conv.Name}.weight"].Values, conv.OutChannels)
        : null);

    /// <summary>Chance: the control that every other criterion must beat.</summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">Equal seeds give equal scores.</param>
    public static ChannelImportance Random(Network network, ulong seed) => Of("random", network, node =>
    {
        if (node is not ConvNode conv) return null;
        var scores = new float[conv.OutChannels];
        var state = seed;
        foreach (var letter in conv.Name) state = SplitMix64.Next(ref state) ^ letter;
        for (var i = 0; i < scores.Length; i++) scores[i] = (SplitMix64.Next(ref state) >> 40) * (1f / (1 << 24));
        return scores;
    });

    /// <summary>By what each node says of its channels.</summary>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="network">The network.</param>
    /// <param name="score">A score a channel of a node's output; null where it carries none.</param>
    public static ChannelImportance Of(string criterion, Network network, Func<Node, float[]?> score)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = new Dictionary<int, float[]>();
        for (var i = 0; i < network.Graph.Nodes.Length; i++)
        {
            if (score(network.Graph.Nodes[i]) is { } scores) layers.Add(i, scores);
        }

        return new ChannelImportance(criterion, layers);
    }

    private static float[] Sums(float[] kernel, int outputs)
    {
        var length = kernel.Length / outputs;
        var sums = new float[outputs];
        for (var i = 0; i < outputs; i++)
            sums[i] = (float)kernel.AsSpan(i * length, length).ToArray().Sum(weight => Math.Abs((double)weight));
        return sums;
    }

    /// <summary>
    /// One score a free variable: the mean over all channels that carry it — several layers where a shortcut adds them, each occurrence
    /// where a concatenation repeats it.
    /// </summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="perLayer">Whether each layer's scores are first divided by their mean,
    /// so that layers of different scales can be ranked together.</param>
    public IReadOnlyDictionary<int, double> Gather(ChannelAnalysis analysis, bool perLayer)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var sums = new Dictionary<int, (double Sum, int Count)>();
        foreach (var (node, scores) in Layers)
        {
            var scale = perLayer && scores.Average() is var mean and > 0 ? 1 / mean : 1;
            var variables = analysis.VariablesOf(node);
            for (var channel = 0; channel < scores.Length; channel++)
            {
                if (!analysis.IsFree(variables[channel])) continue;
                var (sum, count) = sums.GetValueOrDefault(variables[channel]);
                sums[variables[channel]] = (sum + (scores[channel] * scale), count + 1);
            }
        }

        return sums.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count);
    }

    /// <summary>
    /// What a block is worth, in the measure of channels: the scores of all channels of its layers, times what its last layer scores beside
    /// the mean of the layers that it is added to or joined with. A branch that adds next to nothing is worth next to nothing, whatever its
    /// inner layers score.
    /// </summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="block">The block.</param>
    /// <param name="scores">What <see cref="Gather"/> gave; a channel that must stay counts as the mean of those that need not.</param>
    public double Of(ChannelAnalysis analysis, PrunableBlock block, IReadOnlyDictionary<int, double> scores)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(scores);
        var (graph, usual) = (analysis.Graph, scores.Count == 0 ? 0 : scores.Values.Average());
        var joint = graph.Nodes[block.Branch.Joint];
        var own = block.Nodes.Where(node => graph.Nodes[node] is ConvNode)
            .Sum(node => analysis.VariablesOf(node).Sum(variable => scores.GetValueOrDefault(variable, usual)));
        ImmutableArray<double>[] carried = [.. joint.Inputs.Select(input => Carried(analysis, input).ToImmutableArray())];
        return carried.SelectMany(layers => layers).DefaultIfEmpty().Average() is var mean and > 0
            ? own * carried[block.Branch.Place].DefaultIfEmpty(mean).Average() / mean
            : own;
    }

    /// <summary>The mean score a channel of each of the last layers before a node's output that have scores;
    /// none where they lie behind it.</summary>
    private IEnumerable<double> Carried(ChannelAnalysis analysis, int position)
    {
        var node = analysis.Graph.Nodes[position];
        if (!Layers.TryGetValue(position, out var scores))
            return node is InputNode ? [] : node.Inputs.SelectMany(input => Carried(analysis, input));
        return [scores.Average(score => (double)score) * (IsMeanOverEntries && node is ConvNode conv
            ? conv.InChannels / conv.Groups * conv.Area : 1)];
    }
}
