using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>The inputs side by side along the channels, in order.</summary>
internal sealed record ConcatNode(string Name, int Row, ImmutableArray<int> Inputs)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Joined;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static ConcatNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs);

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        var channels = 0L;
        foreach (var input in inputs)
        {
            if (input.Height != inputs[0].Height || input.Width != inputs[0].Width)
                throw new GraphException($"it joins a map of {input} to one of {inputs[0]}, whose rows and columns differ.");
            channels += input.Channels;
        }

        if (channels > GraphLimits.Channels)
            throw new GraphException($"it joins {channels} channels; at most {GraphLimits.Channels} are allowed.");
        return inputs[0] with { Channels = (int)channels };
    }
}
