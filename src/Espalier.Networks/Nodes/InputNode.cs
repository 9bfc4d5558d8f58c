using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>The picture: (batch, <paramref name="Channels"/>, height, width), RGB, 0…1.</summary>
internal sealed record InputNode(string Name, int Channels)
    : Node(Name, -1, [])
{
    internal override ChannelFlow Flow => ChannelFlow.Fresh;

    internal override int OwnChannels => Channels;

    internal override ImmutableArray<StateItem> State => [];

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
        [("channels", Channels, 1, GraphLimits.Channels)];

    internal static InputNode Read(JsonMembers json) => new(json.Name, json.Whole("channels"));

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) =>
        throw new GraphException("there is no rule for an image with inputs.");

    internal override InputNode Resized(int inputs, int outputs) => this with { Channels = outputs };
}
