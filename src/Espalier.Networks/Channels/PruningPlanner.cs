using System.Collections.Immutable;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>
/// Chooses which channels and blocks go: the least important first, over the whole network or layer by layer, until the target is reached;
/// never more than a layer's floor allows, with widths rounded. How many must go is found by bisection: what is left shrinks with all that
/// goes.
/// </summary>
internal sealed class PruningPlanner
{
    private const int BlocksGroup = -1;

    private readonly ChannelAnalysis _analysis;
    private readonly ImmutableArray<PrunableBlock> _blocks;
    private readonly PruningOptions _options;
    private readonly ChannelImportance _importance;
    private readonly ImmutableArray<Candidate> _ranked;
    private readonly PruningCost _whole;

    private PruningPlanner(ChannelAnalysis analysis, ChannelImportance importance, PruningOptions options)
    {
        (_analysis, _importance, _options) = (analysis, importance, options);
        var scores = importance.Gather(analysis, options.NormalizePerLayer);
        var kept = KeptNodes(analysis.Graph, options);
        _whole = WholeCost(analysis, options.ImageSize);
        _blocks = options.Blocks ? PrunableBlock.Of(analysis) : [];
        var savings = options.IsPerCost ? Savings(analysis, options.ImageSize) : [];
        _ranked =
        [
            .. analysis.Groups.Index()
                .Where(entry => !entry.Item.Producers.Any(kept.Contains))
                .SelectMany(entry => Ranked(entry.Index, entry.Item, scores, options.IsPerCost ? Price(savings[entry.Index]) : 1))
                .Concat(RankedBlocks(scores, kept))
                .OrderBy(candidate => options.Uniform ? candidate.Place : candidate.Score).ThenBy(candidate => candidate.Variable),
        ];
    }

    /// <summary>Makes a plan.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="importance">How important they are.</param>
    /// <param name="options">How many stay, and how they are chosen.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="EspalierException">The target cannot be reached; the message names the nearest that can.</exception>
    public static PruningPlan Plan(ChannelAnalysis analysis, ChannelImportance importance, PruningOptions options)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new PruningPlanner(analysis, importance, options).Plan();
    }

    /// <summary>What a network costs before any cut.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="imageSize">The side at which operations are counted, in pixels.</param>
    public static PruningCost WholeCost(ChannelAnalysis analysis, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var summary = analysis.Graph.Summarize(imageSize);
        return new PruningCost(analysis.FreeChannels, summary.Parameters, summary.MultiplyAdds);
    }

    /// <summary>What the whole network saves when one channel of a group goes, for each of <see cref="ChannelAnalysis.Groups"/>; all of a
    /// group save alike. Nothing where it is the only one.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="imageSize">The side at which operations are counted, in pixels.</param>
    public static ImmutableArray<PruningCost> Savings(ChannelAnalysis analysis, int imageSize)
    {
        var whole = WholeCost(analysis, imageSize);
        // The last channel of a layer never goes.
        return [.. analysis.Groups.Select(group => group.Width == 1
            ? new PruningCost(0, 0, 0) : Saving(whole, new Removal(analysis, new HashSet<int> { group.Variables[0] }), imageSize))];
    }

    /// <summary>How many channels score less than a threshold, before floors and rounding.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="importance">How important they are.</param>
    /// <param name="options">How scores are compared.</param>
    /// <param name="threshold">The least score that stays.</param>
    public static int CountBelow(ChannelAnalysis analysis, ChannelImportance importance, PruningOptions options, double threshold)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(options);
        return new PruningPlanner(analysis, importance, options).Below(threshold);
    }

    private PruningPlan Plan() => PlanOf(_options.Target switch
    {
        ScoreThreshold threshold => Below(threshold.Least),
        KeepShare share => FewestFor(share),
        _ => throw new NotSupportedException("a planner does not measure time; plan for operations and measure"),
    });

    private int Below(double threshold) => _ranked.Count(candidate => candidate.Score < threshold);

    /// <summary>The fewest of the ranked channels that must go.</summary>
    private int FewestFor(KeepShare target)
    {
        var (fewest, most, keep) = (0, _ranked.Length, target.Share);
        if (ShareWithout(most) > keep)
        {
            throw new EspalierException(FormattableString.Invariant(
                $"{keep:0.####} of the {target.Of.ToString().ToLowerInvariant()} cannot be reached with at least {_options.Fewest} ")
                + FormattableString.Invariant(
                $"channels a layer in multiples of {_options.Rounding}: {ShareWithout(most):0.####} is the least."));
        }

        while (fewest < most)
        {
            var middle = (fewest + most) / 2;
            if (ShareWithout(middle) <= keep) most = middle;
            else fewest = middle + 1;
        }

        return fewest;
    }

    private PruningPlan PlanOf(int count)
    {
        var removal = Removed(count);
        var after = CostWithout(removal, _options.ImageSize);
        return new PruningPlan(_importance.Criterion, _options.ImageSize, _options.Target, Share(after), _whole,
            after, PlannedGroup.Of(removal))
        {
            Blocks = [.. removal.Blocks.Select(block => block.Name)],
        };
    }

    private double ShareWithout(int count) => Share(CostWithout(Removed(count), _options.ImageSize));

    /// <summary>The first so many of what is ranked, less the channels that a floor or a multiple keeps.</summary>
    private Removal Removed(int count)
    {
        var wanted = _ranked.Take(count).ToLookup(candidate => candidate.Group);
        var blocks = new Removal(_analysis, new HashSet<int>(), [.. wanted[BlocksGroup].Select(candidate => _blocks[candidate.Variable])]);
        var removed = new HashSet<int>();
        foreach (var group in wanted.Where(group => group.Key != BlocksGroup && blocks.Leaves(_analysis.Groups[group.Key])))
        {
            var width = _analysis.Groups[group.Key].Width;
            var least = Math.Min(Math.Max(width - group.Count(), _options.Fewest), width);
            var kept = Math.Min((least + _options.Rounding - 1) / _options.Rounding * _options.Rounding, width);
            removed.UnionWith(group.Take(width - kept).Select(candidate => candidate.Variable));
        }

        return blocks.And(removed);
    }

    /// <summary>What a network costs without what goes.</summary>
    internal static PruningCost CostWithout(Removal removal, int imageSize)
    {
        var summary = Surgery.Resize(removal).Summarize(imageSize);
        return new PruningCost(removal.ChannelsLeft, summary.Parameters, summary.MultiplyAdds);
    }

    private static PruningCost Saving(PruningCost whole, Removal removal, int imageSize)
    {
        var without = CostWithout(removal, imageSize);
        return new PruningCost(whole.Channels - without.Channels, whole.Parameters - without.Parameters,
            whole.MultiplyAdds - without.MultiplyAdds);
    }

    private double Share(PruningCost cost) => cost.ShareOf(_whole, _options.Target.Counts);

    /// <summary>What is saved, as a share of the target's measure.</summary>
    private double Price(PruningCost saving) => Math.Max(Share(saving), double.Epsilon);

    private static IEnumerable<Candidate> Ranked(int index, ChannelGroup group, IReadOnlyDictionary<int, double> scores, double price)
    {
        var ordered = group.Variables.Where(scores.ContainsKey).OrderBy(variable => scores[variable])
            .ThenBy(variable => variable).ToArray();
        return ordered.Select((variable, place) =>
            new Candidate(index, variable, scores[variable] / price, (place + 0.5) / ordered.Length));
    }

    private IEnumerable<Candidate> RankedBlocks(IReadOnlyDictionary<int, double> scores, HashSet<int> kept) => _blocks.Index()
        .Where(entry => !entry.Item.Nodes.Any(kept.Contains))
        .Select(entry => new Candidate(
            BlocksGroup,
            entry.Index,
            _importance.Of(_analysis, entry.Item,
                scores) / Price(Saving(_whole, new Removal(_analysis, new HashSet<int>(), [entry.Item]), _options.ImageSize)),
            0));

    private static HashSet<int> KeptNodes(Graph graph, PruningOptions options)
    {
        var kept = new HashSet<int>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var name = graph.Nodes[i].Name;
            if (options.KeepLayers.Any(prefix => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal))) kept.Add(i);
        }

        foreach (var prefix in options.KeepLayers)
        {
            if (!graph.Nodes.Any(node => node.Name == prefix || node.Name.StartsWith(prefix + ".", StringComparison.Ordinal)))
                throw new OptionException($"There is no layer '{prefix}' to keep.");
        }

        if (options.KeepShortcuts) kept.UnionWith(Shortcuts.Of(graph));
        return kept;
    }

    /// <summary>A channel or a block that may go.</summary>
    /// <param name="Group">The position of its group; <see cref="BlocksGroup"/> of a block.</param>
    /// <param name="Variable">The variable; the position of the block.</param>
    /// <param name="Score">Its importance.</param>
    /// <param name="Place">Its place among its group's, 0…1.</param>
    private readonly record struct Candidate(int Group, int Variable, double Score, double Place);
}
