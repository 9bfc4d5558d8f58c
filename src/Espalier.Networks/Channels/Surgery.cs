namespace Espalier.Networks;

/// <summary>
/// Cuts channels out of a network: a smaller graph with the rows and columns of the weights that are left. What a removed channel still sent on is
/// folded into what follows (<see cref="ChannelConstants"/>), unless it is asked to be forgotten.
/// </summary>
internal static class Surgery
{
    /// <summary>The network without some channels.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="analysis">Its channels.</param>
    /// <param name="removed">Free variables that go.</param>
    /// <param name="constants">What the removed channels still send on; null to forget it, as if they had sent zeros.</param>
    /// <exception cref="GraphException">A variable is fixed or unknown, or a layer would lose its last channel.</exception>
    public static Network Cut(Network network, ChannelAnalysis analysis, IReadOnlySet<int> removed, ChannelConstants? constants = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(removed);
        if (!ReferenceEquals(network.Graph, analysis.Graph)) throw new ArgumentException("the analysis is of another graph", nameof(analysis));
        return ChannelArrangement.Arrange(network, Kept(analysis, removed), constants);
    }

    /// <summary>The graph alone without some channels, to see what it would cost.</summary>
    /// <inheritdoc cref="Cut" path="/param"/>
    /// <inheritdoc cref="Cut" path="/exception"/>
    public static Graph Resize(ChannelAnalysis analysis, IReadOnlySet<int> removed)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(removed);
        return ChannelArrangement.Arrange(analysis.Graph, Kept(analysis, removed));
    }

    /// <summary>The channels that stay, a list a node.</summary>
    private static int[][] Kept(ChannelAnalysis analysis, IReadOnlySet<int> removed)
    {
        foreach (var variable in removed)
        {
            if (!analysis.IsFree(variable)) throw new GraphException($"Channel {variable} cannot go: it is fixed by the picture or by the decoding, or it does not exist.");
        }

        return [.. Enumerable.Range(0, analysis.Graph.Nodes.Length).Select(node =>
        {
            var variables = analysis.VariablesOf(node);
            return Enumerable.Range(0, variables.Length).Where(channel => !removed.Contains(variables[channel])).ToArray();
        })];
    }
}
