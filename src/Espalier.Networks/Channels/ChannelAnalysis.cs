using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Which channels depend on which: every channel of every tensor is a variable. A convolution makes fresh ones; normalisation, activation, pooling
/// and enlarging hand theirs on; concatenation joins the lists; a sum equates two lists; Focus repeats its list four times. The picture's
/// variables are fixed, and so are those of the convolutions before the decoding; what is equal to a fixed one is fixed.
/// That is the whole of it: shortcuts, concatenations and BottleneckCSP's shared batch norm need no special case.
/// </summary>
public sealed class ChannelAnalysis
{
    private readonly ImmutableArray<ImmutableArray<int>> _variables;
    private readonly HashSet<int> _free;

    private ChannelAnalysis(Graph graph, ImmutableArray<ImmutableArray<int>> variables, ImmutableArray<ChannelGroup> groups)
    {
        (Graph, _variables, Groups) = (graph, variables, groups);
        _free = [.. groups.SelectMany(group => group.Variables)];
    }

    /// <summary>The network.</summary>
    public Graph Graph { get; }

    /// <summary>The groups of free variables, in the order of their first convolutions.</summary>
    public ImmutableArray<ChannelGroup> Groups { get; }

    /// <summary>How many free channels there are: equal ones count once.</summary>
    public int FreeChannels => _free.Count;

    /// <summary>The variable of each channel of a node's output, in order; one may stand there several times (SPPF).</summary>
    /// <param name="node">The node's position; not the decoding's.</param>
    public ImmutableArray<int> VariablesOf(int node) => _variables[node];

    /// <summary>Whether a variable may go.</summary>
    public bool IsFree(int variable) => _free.Contains(variable);

    /// <summary>Analyses a network.</summary>
    /// <exception cref="GraphException">It holds a node for which there is no rule, such as a grouped convolution; the message names it.</exception>
    public static ChannelAnalysis Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var union = new VariableUnion();
        var lists = new int[graph.Nodes.Length][];
        for (var i = 0; i < lists.Length; i++) lists[i] = Output(graph.Nodes[i], lists, union);
        var roots = lists.Select(list => list.Select(union.Root).ToImmutableArray()).ToImmutableArray();
        return new ChannelAnalysis(graph, roots, Grouped(graph, roots, union));
    }

    private static int[] Output(Node node, int[][] lists, VariableUnion union)
    {
        switch (node.Flow)
        {
            case ChannelFlow.Fresh when node is ConvNode { Groups: > 1 } grouped:
                throw new GraphException($"{grouped.Name}: channels of a convolution in {grouped.Groups} groups cannot be told apart; only ungrouped ones can be thinned.");
            case ChannelFlow.Fresh when node is InputNode image:
                return union.Add(image.Channels, isFixed: true);
            case ChannelFlow.Fresh when node is ConvNode conv:
                return union.Add(conv.OutChannels, isFixed: false);
            case ChannelFlow.Equated:
                foreach (var other in node.Inputs.Skip(1))
                {
                    for (var channel = 0; channel < lists[other].Length; channel++) union.Join(lists[node.Inputs[0]][channel], lists[other][channel]);
                }

                return lists[node.Inputs[0]];
            case ChannelFlow.Ends:
                foreach (var variable in node.Inputs.SelectMany(input => lists[input])) union.Fix(variable);
                return [];
            default:
                return [.. node.Sources.SelectMany(input => lists[input])];
        }
    }

    private static ImmutableArray<ChannelGroup> Grouped(Graph graph, ImmutableArray<ImmutableArray<int>> variables, VariableUnion union)
    {
        var producers = new SortedDictionary<int, List<int>>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            if (graph.Nodes[i] is not ConvNode) continue;
            foreach (var variable in variables[i].Where(variable => !union.IsFixed(variable)))
            {
                if (!producers.TryGetValue(variable, out var list)) producers.Add(variable, list = []);
                if (list.Count == 0 || list[^1] != i) list.Add(i);
            }
        }

        return [.. producers.GroupBy(entry => string.Join(',', entry.Value))
            .Select(group => new ChannelGroup([.. group.First().Value], [.. group.Select(entry => entry.Key)]))
            .OrderBy(group => group.Producers[0])];
    }
}
