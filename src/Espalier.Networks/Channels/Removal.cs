namespace Espalier.Networks;

/// <summary>What goes from a network: channels, and blocks with all that serves them alone.</summary>
internal sealed class Removal
{
    private readonly HashSet<int> _variables;
    private readonly bool[] _needed;

    /// <summary>Takes channels and blocks out.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="variables">Free variables that go.</param>
    /// <param name="blocks">Blocks that go.</param>
    /// <exception cref="GraphException">A variable is fixed or unknown.</exception>
    public Removal(ChannelAnalysis analysis, IReadOnlySet<int> variables, IReadOnlyCollection<PrunableBlock>? blocks = null)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(variables);
        (Analysis, Blocks, _variables) = (analysis, blocks ?? [], [.. variables]);
        foreach (var variable in variables)
        {
            if (!analysis.IsFree(variable)) throw new GraphException(
                $"Channel {variable} cannot go: it is fixed by the picture or by the decoding, or it does not exist.");
        }

        BranchesGone = Blocks.Select(block => block.Branch).ToHashSet();
        _needed = Branches.Needed(analysis.Graph, BranchesGone);
        var nodes = analysis.Graph.Nodes;
        // A concatenation keeps no place for what it loses.
        _variables.UnionWith(BranchesGone.Where(branch => nodes[branch.Joint] is ConcatNode)
            .SelectMany(branch => analysis.VariablesOf(nodes[branch.Joint].Inputs[branch.Place])));
    }

    /// <summary>The network's channels.</summary>
    public ChannelAnalysis Analysis { get; }

    /// <summary>The blocks that go.</summary>
    public IReadOnlyCollection<PrunableBlock> Blocks { get; }

    /// <summary>Whether nothing goes.</summary>
    public bool IsNothing => _variables.Count == 0 && Blocks.Count == 0;

    /// <summary>How many free channels stay.</summary>
    public int ChannelsLeft => Analysis.Groups.Where(Leaves)
        .Sum(group => group.Variables.Count(variable => !_variables.Contains(variable)));

    /// <summary>The branches of the blocks.</summary>
    internal IReadOnlySet<Branch> BranchesGone { get; }

    /// <summary>Whether the blocks leave any of a group's layers; which channels go aside.</summary>
    public bool Leaves(ChannelGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.Producers.Any(producer => _needed[producer]);
    }

    /// <summary>Whether a channel goes, wherever it stands.</summary>
    public bool Takes(int variable) => _variables.Contains(variable);

    /// <summary>The same blocks, and these channels.</summary>
    /// <param name="variables">Free variables that go.</param>
    public Removal And(IReadOnlySet<int> variables) => new(Analysis, variables, Blocks);

    /// <summary>Which channels of a node's output go: all, where the node itself does.</summary>
    internal bool[] GoneOf(int node) => [.. Analysis.VariablesOf(node).Select(variable => !_needed[node] || _variables.Contains(variable))];

    /// <summary>The channels of a node's output that stay; of a node that goes itself all, so that it is whole until then.</summary>
    internal int[] KeptOf(int node)
    {
        var variables = Analysis.VariablesOf(node);
        return [.. Enumerable.Range(0, variables.Length).Where(channel => !_needed[node] || !_variables.Contains(variables[channel]))];
    }
}
