using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>What goes from one group of layers.</summary>
/// <param name="Layers">The convolutions that give these channels, by their state-dict names.</param>
/// <param name="Width">How many channels there are.</param>
/// <param name="Removed">Which of them go, 0-based, ascending.</param>
public sealed record PlannedGroup(ImmutableArray<string> Layers, [property: StoredRange(1, int.MaxValue)] int Width,
    ImmutableArray<int> Removed) : IStoredRecord
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string? Fault => Layers.IsDefaultOrEmpty ? "a group has layers" : Removed.IsDefault ? "a group says what is removed" : null;

    /// <summary>How many stay.</summary>
    public int Kept => Width - Removed.Length;

    /// <summary>The names of a group's convolutions. Two groups may begin with the same one, but have not all the same.</summary>
    internal static ImmutableArray<string> LayersOf(ChannelAnalysis analysis, ChannelGroup group)
        => [.. group.Producers.Select(producer => analysis.Graph.Nodes[producer].Name)];

    /// <summary>What goes from all groups of a network, those aside of which blocks leave nothing.</summary>
    internal static ImmutableArray<PlannedGroup> Of(Removal removal) =>
    [
        .. removal.Analysis.Groups.Where(removal.Leaves).Select(group => new PlannedGroup(
            LayersOf(removal.Analysis, group),
            group.Width,
            [.. Enumerable.Range(0, group.Width).Where(channel => removal.Takes(group.Variables[channel]))])),
    ];
}

/// <summary>A detection level that goes, and what it was worth.</summary>
/// <param name="Name">The level, such as <c>P5</c>.</param>
/// <param name="Matches">What share of all matches between labels and anchors was its own, 0…1; null where that was not counted.</param>
/// <param name="Alone">What share of the labels no level that stays is matched with, but this one is, 0…1;
/// null where that was not counted.</param>
public sealed record PlannedLevel(string Name, [property: StoredRange(0, 1)] double? Matches = null,
    [property: StoredRange(0, 1)] double? Alone = null) : IStoredRecord
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string? Fault => Name is null ? "a level has a name" : null;
}

/// <summary>What a network costs before and after a cut.</summary>
/// <param name="Channels">Free channels.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAdds">Multiply-adds of the convolutions at the plan's image size.</param>
public sealed record PruningCost(int Channels, long Parameters, long MultiplyAdds)
{
    /// <summary>What share of another network's cost it is, by what is counted.</summary>
    public double ShareOf(PruningCost whole, PruningMeasure measure)
    {
        ArgumentNullException.ThrowIfNull(whole);
        return measure switch
        {
            PruningMeasure.Channels => (double)Channels / whole.Channels,
            PruningMeasure.Parameters => (double)Parameters / whole.Parameters,
            PruningMeasure.Operations => (double)MultiplyAdds / whole.MultiplyAdds,
            _ => throw new ArgumentOutOfRangeException(nameof(measure)),
        };
    }
}

/// <summary>Which channels, blocks and levels go. A file that can be read, edited and applied.</summary>
/// <param name="Criterion">What the channels were ranked by.</param>
/// <param name="ImageSize">The side at which operations were counted, in pixels.</param>
/// <param name="Asked">What was to be kept.</param>
/// <param name="Reached">The share that is kept.</param>
/// <param name="Before">The whole network.</param>
/// <param name="After">What is left.</param>
/// <param name="Groups">All groups of the network without its <see cref="Levels"/>, cut or not, those aside of which its
/// <see cref="Blocks"/> leave nothing.</param>
public sealed record PruningPlan(string Criterion, [property: StoredRange(0, int.MaxValue)] int ImageSize, PruningTarget Asked,
    double Reached, PruningCost Before, PruningCost After, ImmutableArray<PlannedGroup> Groups)
{
    private static readonly JsonSerializerOptions Format = StoredJson.Format(JsonNamingPolicy.CamelCase, indented: true, partial: true);

    /// <summary>The blocks that go, by <see cref="PrunableBlock.Name"/>.</summary>
    public ImmutableArray<string> Blocks
    {
        get;
        init => field = value.IsDefault ? [] : value;
    }

    = [];

    /// <summary>The detection levels that go before anything else does.</summary>
    public ImmutableArray<PlannedLevel> Levels
    {
        get;
        init => field = value.IsDefault ? [] : value;
    }

    = [];

    /// <summary>Whether anything goes.</summary>
    [JsonIgnore]
    public bool IsNothing => Levels.IsEmpty && Blocks.IsEmpty && Groups.All(group => group.Removed.IsEmpty);

    /// <summary>The plan that takes nothing.</summary>
    /// <param name="analysis">The channels of the network.</param>
    /// <param name="imageSize">The side at which operations are counted, in pixels.</param>
    /// <param name="asked">What was asked for.</param>
    internal static PruningPlan Nothing(ChannelAnalysis analysis, int imageSize, PruningTarget asked)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var whole = PruningPlanner.WholeCost(analysis, imageSize);
        return new PruningPlan("none", imageSize, asked, 1, whole, whole, PlannedGroup.Of(new Removal(analysis, new HashSet<int>())));
    }

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads a plan.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave, edited or not; of an edited one only groups, blocks and levels count.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="GraphException">It is no plan.</exception>
    public static PruningPlan Parse(string json, string source)
    {
        try
        {
            return StoredJson.Read<PruningPlan>(json, Format) is { Groups.IsDefault: false } plan
                ? plan : throw new GraphException($"{source} is no plan: it has no groups.");
        }
        catch (JsonException exception)
        {
            throw new GraphException($"{source} is no plan ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    /// <summary>The plan with its costs counted anew, as its groups, blocks and levels stand:
    /// whoever edits a file edits them alone.</summary>
    /// <param name="analysis">The channels of the network that the plan is for, none of its levels gone.</param>
    /// <param name="imageSize">The side at which operations are counted, in pixels.</param>
    /// <exception cref="GraphException">The plan is of another network, or takes all channels of a layer.</exception>
    internal PruningPlan Counted(ChannelAnalysis analysis, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var before = PruningPlanner.WholeCost(analysis, imageSize);
        var rest = Levels.IsEmpty ? analysis : ChannelAnalysis.Of(DetectionLevels.Without(analysis.Graph, LevelNames));
        var after = PruningPlanner.CostWithout(Removal(rest), imageSize);
        // A file may hold nothing but groups.
        var asked = Asked ?? new KeepShare(PruningMeasure.Operations, after.ShareOf(before, PruningMeasure.Operations));
        return this with
        {
            Criterion = Criterion ?? "none",
            ImageSize = imageSize,
            Asked = asked,
            Reached = asked is LatencyBudget ? Reached : after.ShareOf(before, asked.Counts),
            Before = before,
            After = after,
        };
    }

    /// <summary>The names of the levels that go.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LevelNames => [.. Levels.Select(level => level.Name)];

    /// <summary>What goes from a network whose <see cref="Levels"/> are gone.</summary>
    /// <param name="analysis">Its channels.</param>
    /// <exception cref="GraphException">The plan is of another network, or names a channel or a block that this one has not.</exception>
    internal Removal Removal(ChannelAnalysis analysis)
    {
        var blocks = Blocks.IsEmpty ? [] : PrunableBlock.Of(analysis).ToDictionary(block => block.Name);
        return new Removal(analysis, Variables(analysis), [.. Blocks.Select(Named)]);

        PrunableBlock Named(string name) => blocks.TryGetValue(name, out var block) ? block : throw new GraphException(
            $"The plan removes the block '{name}', but this network's blocks are {string.Join(", ", blocks.Keys)}.");
    }

    /// <summary>The channels' variables that go.</summary>
    /// <param name="analysis">The channels of the network that the plan is for.</param>
    /// <exception cref="GraphException">The plan is of another network, or names a channel that its group has not.</exception>
    internal IReadOnlySet<int> Variables(ChannelAnalysis analysis)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var groups = analysis.Groups.ToDictionary(group => string.Join(", ", PlannedGroup.LayersOf(analysis, group)));
        var removed = new HashSet<int>();
        foreach (var planned in Groups)
        {
            var name = string.Join(", ", planned.Layers);
            if (!groups.TryGetValue(name, out var group) || group.Width != planned.Width)
                throw new GraphException($"The plan is of another network: "
                    + $"there is no group of {planned.Width} channels of '{name}'.");
            foreach (var channel in planned.Removed)
            {
                if (channel < 0 || channel >= group.Width)
                    throw new GraphException($"The plan removes channel {channel} of '{name}', whose channels are 0…{group.Width - 1}.");
                removed.Add(group.Variables[channel]);
            }
        }

        return removed;
    }
}
