namespace Espalier.Networks;

/// <summary>
/// Cuts channels and blocks out of a network: a smaller graph with the rows and columns of the weights that are left. What they still sent
/// on is folded into what follows (<see cref="ChannelConstants"/>), unless it is asked to be forgotten.
/// </summary>
internal static class Surgery
{
    /// <summary>The network without what goes.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="removal">What goes.</param>
    /// <param name="constants">What it still sends on; null to forget it, as if it had sent zeros.</param>
    /// <exception cref="GraphException">A layer would lose its last channel.</exception>
    public static Network Cut(Network network, Removal removal, ChannelConstants? constants = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(removal);
        if (!ReferenceEquals(network.Graph, removal.Analysis.Graph))
            throw new ArgumentException("the removal is of another graph", nameof(removal));
        var narrow = ChannelArrangement.Arrange(network, Kept(removal), constants);
        return narrow.With(Branches.Without(narrow.Graph, removal.BranchesGone), []);
    }

    /// <summary>The graph alone without what goes, to see what it would cost.</summary>
    /// <inheritdoc cref="Cut" path="/param"/>
    /// <inheritdoc cref="Cut" path="/exception"/>
    public static Graph Resize(Removal removal)
    {
        ArgumentNullException.ThrowIfNull(removal);
        return Branches.Without(ChannelArrangement.Arrange(removal.Analysis.Graph, Kept(removal)), removal.BranchesGone);
    }

    /// <summary>The channels that stay, a list a node.</summary>
    private static int[][] Kept(Removal removal) => [.. Enumerable.Range(0, removal.Analysis.Graph.Nodes.Length).Select(removal.KeptOf)];
}
