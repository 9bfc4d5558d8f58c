using System.Collections.Immutable;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>What a <see cref="PruningTarget"/> counts.</summary>
public enum PruningMeasure
{
    /// <summary>Free channels.</summary>
    Channels,

    /// <summary>Trainable parameters.</summary>
    Parameters,

    /// <summary>Floating-point operations of the convolutions.</summary>
    Operations,

    /// <summary>Milliseconds of a picture on the machine at hand. Counted by whoever can measure; the planner itself cannot.</summary>
    Milliseconds,

    /// <summary>Scores: every channel that scores less goes, however many that are.</summary>
    Score,
}

/// <summary>How much of a network is to be kept.</summary>
/// <param name="Measure">What is counted.</param>
/// <param name="Keep">The share to keep, above 0 and up to 1; for <see cref="PruningMeasure.Score"/> the least score that stays, for <see cref="PruningMeasure.Milliseconds"/> the most that a picture may take, above 0.</param>
public sealed record PruningTarget(PruningMeasure Measure, double Keep);

/// <summary>How channels are chosen.</summary>
public sealed record PruningOptions
{
    /// <summary>How much is kept.</summary>
    public required PruningTarget Target { get; init; }

    /// <summary>The side of the square picture at which operations are counted, in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Widths that are left are multiples of this, where the layer was wide enough.</summary>
    /// <value>Default 8: ONNX Runtime and oneDNN compute channels in blocks of 8 or 16, so odd widths are smaller but not faster; see <see cref="ChannelBlock.OfThisProcessor"/>.</value>
    public int Rounding { get; init; } = 8;

    /// <summary>The fewest channels a layer keeps.</summary>
    /// <value>Default 8, or the layer's own width where that is less.</value>
    public int Fewest { get; init; } = 8;

    /// <summary>Whether scores are compared layer by layer instead of over the whole network: every layer then keeps the same share.</summary>
    public bool Uniform { get; init; }

    /// <summary>Whether layers' scores are divided by their mean before they are compared.</summary>
    /// <value>Default true.</value>
    public bool NormalisePerLayer { get; init; } = true;

    /// <summary>
    /// Whether a channel's score is divided by what its going saves of the target's measure: of two channels that matter alike the more expensive one goes first.
    /// </summary>
    public bool PerCost { get; init; }

    /// <summary>Whether bottlenecks with a shortcut and what they are added to stay whole, as in classic Network Slimming.</summary>
    public bool KeepShortcuts { get; init; }

    /// <summary>State-dict prefixes of layers that stay whole, such as <c>model.0</c>.</summary>
    public ImmutableArray<string> KeepLayers { get; init; } = [];

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        if (Target.Measure == PruningMeasure.Score)
        {
            if (!(Target.Keep > 0 && double.IsFinite(Target.Keep))) throw new OptionException(FormattableString.Invariant($"The least score that stays must be a number above 0, but is {Target.Keep}."));
            if (PerCost) throw new OptionException("A least score compares scores as they are; it does not go with scores per cost.");
            if (Uniform) throw new OptionException("A least score is the same for all layers; it does not go with keeping the same share of each.");
        }
        else if (Target.Measure == PruningMeasure.Milliseconds)
        {
            if (!(Target.Keep > 0 && double.IsFinite(Target.Keep))) throw new OptionException(FormattableString.Invariant($"The milliseconds of a picture must be a number above 0, but are {Target.Keep}."));
        }
        else if (!(Target.Keep > 0 && Target.Keep <= 1)) throw new OptionException(FormattableString.Invariant($"The share to keep must be above 0 and up to 1, but is {Target.Keep}."));
        OptionException.ThrowIfOutside(Rounding, 1, 64, "The rounding of widths");
        OptionException.ThrowIfOutside(Fewest, 1, GraphLimits.Channels, "The fewest channels of a layer");
    }
}
