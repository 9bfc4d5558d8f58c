using System.Text.Json.Serialization;
using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Networks;

/// <summary>How channels and blocks are chosen.</summary>
public sealed record PruningOptions
{
    private static readonly OptionTable<PruningOptions> Table = new();

    /// <summary>How much is kept.</summary>
    public required PruningTarget Target { get; init; }

    [Option("--keep-flops", "Share of the operations to keep", 0.001, 1, HidesDefault = true, Section = nameof(Target))]
    internal double? KeptOperations { get => Kept(PruningMeasure.Operations); init => Target = Wanted(PruningMeasure.Operations, value); }

    [Option("--keep-parameters", "Share of the parameters to keep", 0.001, 1, Section = nameof(Target))]
    internal double? KeptParameters { get => Kept(PruningMeasure.Parameters); init => Target = Wanted(PruningMeasure.Parameters, value); }

    [Option("--keep-channels", "Share of the channels to keep", 0.001, 1, Section = nameof(Target))]
    internal double? KeptChannels { get => Kept(PruningMeasure.Channels); init => Target = Wanted(PruningMeasure.Channels, value); }

    [Option("--milliseconds", "Cut until a picture takes no longer than this; in ONNX Runtime, on this machine", 0.01,
        10_000, Section = nameof(Target))]
    internal double? Milliseconds
    {
        get => (Target as LatencyBudget)?.Milliseconds;
        init => Target = value is { } most ? new LatencyBudget(most) : Target;
    }

    [Option("--threshold", "Cut every channel that scores less than this, however many that are; "
        + "scores are shares of their layer's mean unless --raw-scores",
        1e-9, 1e9, Section = nameof(Target))]
    internal double? Threshold
    {
        get => (Target as ScoreThreshold)?.Least;
        init => Target = value is { } least ? new ScoreThreshold(least) : Target;
    }

    /// <summary>The side of the square picture at which operations are counted, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Widths that are left are multiples of this, where the layer was wide enough.</summary>
    /// <value>Default 8: ONNX Runtime and oneDNN compute channels in blocks of 8 or 16, so odd widths are smaller but not faster; see
    /// <see cref="ChannelBlock.OfThisProcessor"/>.</value>
    [Option("--round", "Widths that are left are multiples of this; "
        + "default what this processor computes at once, 16 with AVX-512 and 8 without", 1, 64,
        HidesDefault = true, Called = "The rounding of widths")]
    public int Rounding { get; init; } = 8;

    /// <summary>The fewest channels a layer keeps.</summary>
    /// <value>Default 8, or the layer's own width where that is less.</value>
    [Option("--fewest", "The fewest channels that a layer keeps", 1, GraphLimits.Channels, Called = "The fewest channels of a layer")]
    public int Fewest { get; init; } = 8;

    /// <summary>Whether scores are compared layer by layer instead of over the whole network:
    /// every layer then keeps the same share.</summary>
    [Option("--uniform", "Keep the same share of every layer instead of ranking over all")]
    public bool Uniform { get; init; }

    /// <summary>Whether layers' scores are divided by their mean before they are compared.</summary>
    /// <value>Default true.</value>
    [JsonPropertyName("NormalisePerLayer")] // As records of cuts have always held it.
    public bool NormalizePerLayer { get; init; } = true;

    [Option("--raw-scores", "Compare scores of different layers as they are, not divided by each layer's mean")]
    internal bool RawScores { get => !NormalizePerLayer; init => NormalizePerLayer = !value; }

    /// <summary>
    /// Whether a channel's score is divided by what its going saves of the target's measure: of two channels that matter alike the more
    /// expensive one goes first.
    /// </summary>
    [Option("--per-cost", "Divide a channel's score by the operations, parameters or channels that its going saves")]
    public bool PerCost { get; init; }

    /// <summary>
    /// Whether blocks (<see cref="PrunableBlock"/>) go, too: residual bottlenecks, whose shortcuts remain, C3s' bottlenecks all at once,
    /// paths of the neck. They stand in one ranking with the channels, which is by score per cost then.
    /// </summary>
    [Option("--blocks", "Cut whole blocks as well, in one ranking with the channels by score per cost: bottlenecks whose shortcut remains, "
        + "all of a C3, paths of the neck")]
    public bool Blocks { get; init; }

    /// <summary>Whether bottlenecks with a shortcut and what they are added to stay whole, as in classic Network Slimming.</summary>
    [Option("--keep-shortcuts", "Leave bottlenecks with shortcuts whole, as classic Network Slimming does")]
    public bool KeepShortcuts { get; init; }

    /// <summary>State-dict prefixes of layers that stay whole, such as <c>model.0</c>.</summary>
    [Option("--keep", "Layers to leave whole, by the beginning of their names", ValueName = "layer")]
    public ValueList<string> KeepLayers { get; init; } = [];

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        Target.Validate(this);
        if (Blocks && Uniform) throw new OptionException(
            "Blocks are ranked over the whole network; that does not go with keeping the same share of each layer.");
        Table.Validate(this);
    }

    /// <summary>Whether scores are divided by what is saved.</summary>
    internal bool IsPerCost => PerCost || Blocks;

    private double? Kept(PruningMeasure measure) => Target is KeepShare share && share.Of == measure ? share.Share : null;

    private PruningTarget Wanted(PruningMeasure measure, double? share) => share is { } value ? new KeepShare(measure, value) : Target;
}
