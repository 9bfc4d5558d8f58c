using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>The sum of its inputs, which have one shape.</summary>
internal sealed record AddNode(string Name, int Row, ImmutableArray<int> Inputs)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Equated;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static AddNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs);

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        foreach (var input in inputs)
        {
            if (input != inputs[0]) throw new GraphException($"it adds a map of {input} to one of {inputs[0]}.");
        }

        return inputs[0];
    }
}
