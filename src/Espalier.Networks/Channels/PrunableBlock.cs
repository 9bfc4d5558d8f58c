using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// What can go as a whole: a branch of a sum with all that serves it alone, as a residual bottleneck, whose shortcut remains; or one of a
/// concatenation, as a C3's bottlenecks together, which leaves the path beside them, or a neck's path from one level to the next.
/// </summary>
/// <param name="Name">
/// What plans call it: a bottleneck its state-dict prefix (<c>model.4.m.0</c>), all of a C3 the prefix that they share (<c>model.4.m</c>),
/// a path that of its last convolution (<c>model.18</c>). Where several blocks would be called alike, as in C3TR, each is called by the
/// node that joins it (<c>model.9.m.tr.0.attended</c>).
/// </param>
/// <param name="Branch">The branch.</param>
/// <param name="Nodes">Positions of all nodes that go with it.</param>
internal sealed record PrunableBlock(string Name, Branch Branch, ImmutableArray<int> Nodes)
{
    /// <summary>All blocks of a network, in the order of the nodes that join them to it; one a joining node.</summary>
    /// <remarks>
    /// None is what sends a constant that nothing behind it could take over: a sum that an activation or a gate reads. None is a branch
    /// with channels that others carry as well, or that must stay.
    /// </remarks>
    /// <param name="analysis">The network's channels.</param>
    public static ImmutableArray<PrunableBlock> Of(ChannelAnalysis analysis)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var graph = analysis.Graph;
        var needed = Branches.Needed(graph, new HashSet<Branch>());
        ImmutableArray<PrunableBlock> blocks =
        [
            .. Enumerable.Range(0, graph.Nodes.Length)
                .Where(joint => needed[joint] && graph.Nodes[joint] is AddNode or ConcatNode)
                .Select(joint => graph.Nodes[joint].Inputs.Index()
                    .Select(input => Find(analysis, needed, new Branch(joint, input.Index)))
                    .OfType<PrunableBlock>()
                    .MaxBy(block => block.Nodes.Count(node => graph.Nodes[node] is ConvNode)))
                .OfType<PrunableBlock>(),
        ];
        var twice = blocks.CountBy(block => block.Name).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        return [.. blocks.Select(block => twice.Contains(block.Name) ? block with { Name = graph.Nodes[block.Branch.Joint].Name } : block)];
    }

    private static PrunableBlock? Find(ChannelAnalysis analysis, bool[] needed, Branch branch)
    {
        var (graph, joint) = (analysis.Graph, analysis.Graph.Nodes[branch.Joint]);
        var source = joint.Inputs[branch.Place];
        var left = Branches.Needed(graph, new HashSet<Branch> { branch });
        ImmutableArray<int> gone = [.. Enumerable.Range(0, left.Length).Where(node => needed[node] && !left[node])];
        if (left[source] || !gone.Any(node => graph.Nodes[node] is ConvNode)) return null;
        if (joint is AddNode) return ChannelConstants.CanTakeShift(graph, branch.Joint) ? new(Owner(joint.Name), branch, gone) : null;
        if (!CarriesAlone(analysis, left, source)) return null;
        var name = graph.Nodes[source].Row == joint.Row ? $"{Owner(joint.Name)}.m" : Owner(graph.Nodes[Producer(graph, source)].Name);
        return new(name, branch, gone);
    }

    /// <summary>Whether a node's channels are free, and made by nothing that stays.</summary>
    private static bool CarriesAlone(ChannelAnalysis analysis, bool[] left, int source)
    {
        var own = analysis.VariablesOf(source);
        return own.All(analysis.IsFree) && !Enumerable.Range(0, left.Length)
            .Any(node => left[node] && analysis.Graph.Nodes[node] is ConvNode && analysis.VariablesOf(node).Any(own.Contains));
    }

    private static int Producer(Graph graph, int node)
    {
        while (graph.Nodes[node] is not ConvNode) node = graph.Nodes[node].Inputs[0];
        return node;
    }

    private static string Owner(string name) => name[..name.LastIndexOf('.')];
}
