using System.Collections.Immutable;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>
/// Chooses which channels go: the least important first, over the whole network or layer by layer, until the target is reached; never more than
/// a layer's floor allows, with widths rounded. How many must go is found by bisection: what is left shrinks with every channel that goes.
/// </summary>
internal sealed class PruningPlanner
{
    private readonly ChannelAnalysis _analysis;
    private readonly PruningOptions _options;
    private readonly ChannelImportance _importance;
    private readonly ImmutableArray<Candidate> _ranked;
    private readonly PruningCost _whole;

    private PruningPlanner(ChannelAnalysis analysis, ChannelImportance importance, PruningOptions options)
    {
        (_analysis, _importance, _options) = (analysis, importance, options);
        var scores = importance.Gather(analysis, options.NormalisePerLayer);
        var kept = KeptNodes(analysis.Graph, options);
        _whole = WholeCost(analysis, options.ImageSize);
        var savings = options.PerCost ? Savings(analysis, options.ImageSize) : [];
        _ranked =
        [
            .. analysis.Groups.Index()
                .Where(entry => !entry.Item.Producers.Any(kept.Contains))
                .SelectMany(entry => Ranked(entry.Index, entry.Item, scores, options.PerCost ? Price(savings[entry.Index]) : 1))
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
        var summary = analysis.Graph.Summarise(imageSize);
        return new PruningCost(analysis.FreeChannels, summary.Parameters, summary.MultiplyAdds);
    }

    /// <summary>What the whole network saves when one channel of a group goes, for each of <see cref="ChannelAnalysis.Groups"/>; all of a group save alike. Nothing where it is the only one.</summary>
    /// <param name="analysis">The network's channels.</param>
    /// <param name="imageSize">The side at which operations are counted, in pixels.</param>
    public static ImmutableArray<PruningCost> Savings(ChannelAnalysis analysis, int imageSize)
    {
        var whole = WholeCost(analysis, imageSize);
        return
        [
            .. analysis.Groups.Select(group =>
            {
                if (group.Width == 1) return new PruningCost(0, 0, 0); // The last channel of a layer never goes.
                var without = CostWithout(analysis, new HashSet<int> { group.Variables[0] }, imageSize);
                return new PruningCost(whole.Channels - without.Channels, whole.Parameters - without.Parameters, whole.MultiplyAdds - without.MultiplyAdds);
            }),
        ];
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
                $"{keep:0.####} of the {target.Of.ToString().ToLowerInvariant()} cannot be reached with at least {_options.Fewest} channels a layer in multiples of {_options.Rounding}: {ShareWithout(most):0.####} is the least."));
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
        var removed = Removed(count);
        var after = CostWithout(removed);
        var groups = _analysis.Groups.Select(group => new PlannedGroup(
            [.. group.Producers.Select(producer => _analysis.Graph.Nodes[producer].Name)],
            group.Width,
            [.. Enumerable.Range(0, group.Width).Where(channel => removed.Contains(group.Variables[channel]))]));
        return new PruningPlan(_importance.Criterion, _options.ImageSize, _options.Target, Share(after), _whole, after, [.. groups]);
    }

    private double ShareWithout(int count) => Share(CostWithout(Removed(count)));

    /// <summary>The first so many of the ranked channels, less those that a floor or a multiple keeps.</summary>
    private HashSet<int> Removed(int count)
    {
        var wanted = _ranked.Take(count).GroupBy(candidate => candidate.Group);
        var removed = new HashSet<int>();
        foreach (var group in wanted)
        {
            var width = _analysis.Groups[group.Key].Width;
            var least = Math.Min(Math.Max(width - group.Count(), _options.Fewest), width);
            var kept = Math.Min((least + _options.Rounding - 1) / _options.Rounding * _options.Rounding, width);
            removed.UnionWith(group.Take(width - kept).Select(candidate => candidate.Variable));
        }

        return removed;
    }

    private PruningCost CostWithout(HashSet<int> removed) => CostWithout(_analysis, removed, _options.ImageSize);

    /// <summary>What a network costs without some channels.</summary>
    internal static PruningCost CostWithout(ChannelAnalysis analysis, IReadOnlySet<int> removed, int imageSize)
    {
        var summary = Surgery.Resize(analysis, removed).Summarise(imageSize);
        return new PruningCost(analysis.FreeChannels - removed.Count, summary.Parameters, summary.MultiplyAdds);
    }

    private double Share(PruningCost cost) => cost.ShareOf(_whole, _options.Target.Counts);

    /// <summary>A channel's saving as a share of the target's measure.</summary>
    private double Price(PruningCost saving) => Math.Max(Share(saving), double.Epsilon);

    private static IEnumerable<Candidate> Ranked(int index, ChannelGroup group, IReadOnlyDictionary<int, double> scores, double price)
    {
        var ordered = group.Variables.Where(scores.ContainsKey).OrderBy(variable => scores[variable]).ThenBy(variable => variable).ToArray();
        return ordered.Select((variable, place) => new Candidate(index, variable, scores[variable] / price, (place + 0.5) / ordered.Length));
    }

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

    /// <summary>A channel that may go.</summary>
    /// <param name="Group">The position of its group.</param>
    /// <param name="Variable">The variable.</param>
    /// <param name="Score">Its importance.</param>
    /// <param name="Place">Its place among its group's, 0…1.</param>
    private readonly record struct Candidate(int Group, int Variable, double Score, double Place);
}
