using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a macro is given to expand one row.</summary>
/// <param name="Architecture">The table.</param>
/// <param name="Graph">Where nodes are added.</param>
/// <param name="Inputs">The nodes that the row takes.</param>
/// <param name="Arguments">The row's arguments.</param>
/// <param name="Classes">How many classes the heads predict.</param>
internal sealed record LayerContext(
    Architecture Architecture, GraphAssembler Graph, ImmutableArray<int> Inputs, LayerArguments Arguments, int Classes)
{
    /// <summary>The state-dict prefix, such as <c>model.4</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The repeats, after the depth multiple.</summary>
    public required int Repeats { get; init; }

    /// <summary>The one input.</summary>
    /// <exception cref="GraphException">There are several.</exception>
    public int Input => Inputs.Length == 1 ? Inputs[0] : throw new GraphException($"it takes one row, not {Inputs.Length}.");

    /// <summary>The channels of the one input.</summary>
    public int InputChannels => Graph.Shape(Input).Channels;

    /// <summary>The activation of every Conv.</summary>
    public Activation Activation => Architecture.Activation;

    /// <summary>The channels of a block that gives as many as it reads, which its first argument must ask for.</summary>
    public int SameChannels() => OutputChannels() is var asked && asked == InputChannels
        ? asked
        : throw new GraphException($"it gives as many channels as it reads, {InputChannels}, and is asked for {asked}.");

    /// <summary>The width between a gate's two layers: channels divided by the ratio, the second argument.</summary>
    public int Squeezed(int channels) => Math.Max(channels / Arguments.Whole(1, "the ratio", 1, GraphLimits.Channels, 16), 1);

    /// <summary>The output channels that the first argument asks for: times the width multiple, rounded up to the table's multiple
    /// of channels.</summary>
    public int OutputChannels()
    {
        var asked = Arguments.Whole(0, "channels", 1, GraphLimits.Channels);
        var scaled = Math.Ceiling(asked * Architecture.WidthMultiple / Architecture.ChannelMultiple) * Architecture.ChannelMultiple;
        return scaled <= GraphLimits.Channels
            ? (int)scaled
            : throw new GraphException($"{asked} channels times the width multiple pass the limit of {GraphLimits.Channels}.");
    }
}
