using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Two channels that sum up all others, cell by cell: their mean and the largest of them, (c, h, w) → (2, h, w). The mean of fewer channels
/// is another, so none of those that it reads can go.
/// </summary>
internal sealed record ChannelPoolNode(string Name, int Row, ImmutableArray<int> Inputs)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Whole;

    internal override int OwnChannels => 2;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static ChannelPoolNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs);

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0] with { Channels = OwnChannels };
}
