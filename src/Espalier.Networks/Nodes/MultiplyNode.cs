using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Its first input times its second, the gate: a map of the same channels, of its own size or of a single cell, or a map of its own size
/// and a single channel.
/// </summary>
internal sealed record MultiplyNode(string Name, int Row, ImmutableArray<int> Inputs)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Gated;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static MultiplyNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs);

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs.Length != 2) throw new GraphException($"it multiplies two maps, not {inputs.Length}.");
        var (map, gate) = (inputs[0], inputs[1]);
        return gate == map || gate == map with { Height = 1, Width = 1 } || gate == map with { Channels = 1 }
            ? map
            : throw new GraphException($"it multiplies a map of {map} by one of {gate}.");
    }
}
