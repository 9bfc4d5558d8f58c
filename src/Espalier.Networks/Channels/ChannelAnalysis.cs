using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Which channels depend on which: every channel of every tensor is a variable. A convolution makes fresh ones; normalization, activation,
/// pooling and enlarging hand theirs on, and so do depthwise convolutions; concatenation joins the lists; a sum equates two lists, and so
/// does a gate with what it multiplies; Focus repeats its list four times. The picture's variables are fixed, and so are those of the
/// convolutions before the decoding, of convolutions in groups and transposed ones, and of what these or a mean over channels read; what is
/// equal to a fixed one is fixed. That is the whole of it: shortcuts, concatenations and BottleneckCSP's shared batch norm need no special
/// case.
/// </summary>
internal sealed class ChannelAnalysis
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

    /// <summary>Names of the convolutions of which no channel can go, and none of what they read: in groups, and transposed ones.</summary>
    public IEnumerable<string> WholeConvolutions => Graph.Nodes
        .Where(node => node is ConvNode or ConvTransposeNode && node.Flow == ChannelFlow.Whole).Select(node => node.Name);

    /// <summary>The variable of each channel of a node's output, in order; one may stand there several times (SPPF).</summary>
    /// <param name="node">The node's position; not the decoding's.</param>
    public ImmutableArray<int> VariablesOf(int node) => _variables[node];

    /// <summary>Whether a variable may go.</summary>
    public bool IsFree(int variable) => _free.Contains(variable);

    /// <summary>Analyses a network.</summary>
    /// <exception cref="GraphException">It holds a node for which there is no rule; the message names it.</exception>
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
            case ChannelFlow.Fresh:
                return union.Add(node.OwnChannels, isFixed: node is InputNode);
            case ChannelFlow.Whole:
                Fix(node.Inputs);
                return union.Add(node.OwnChannels, isFixed: true);
            case ChannelFlow.Gated when lists[node.Inputs[1]].Length != lists[node.Inputs[0]].Length:
                Fix([node.Inputs[1]]);
                return lists[node.Inputs[0]];
            case ChannelFlow.Gated or ChannelFlow.Equated:
                foreach (var other in node.Inputs.Skip(1))
                {
                    for (var channel = 0; channel < lists[other].Length; channel++)
                        union.Join(lists[node.Inputs[0]][channel], lists[other][channel]);
                }

                return lists[node.Inputs[0]];
            case ChannelFlow.Ends:
                Fix(node.Inputs);
                return [];
            default:
                return [.. node.Sources.SelectMany(input => lists[input]).SelectMany(variable => Enumerable.Repeat(variable, node.Copies))];
        }

        void Fix(IEnumerable<int> inputs)
        {
            foreach (var variable in inputs.SelectMany(input => lists[input])) union.Fix(variable);
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
