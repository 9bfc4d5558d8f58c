using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// Batch normalization. State: <c>weight</c> (γ), <c>bias</c> (β), <c>running_mean</c>, <c>running_var</c> (each of
/// <paramref name="Channels"/>), <c>num_batches_tracked</c>.
/// </summary>
internal sealed record BatchNormNode(string Name, int Row, ImmutableArray<int> Inputs, int Channels, float Epsilon, float Momentum)
    : Node(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<StateItem> State =>
    [
        new($"{Name}.weight", [Channels], StateKind.BatchNormWeight),
        new($"{Name}.bias", [Channels], StateKind.BatchNormBias),
        new($"{Name}.running_mean", [Channels], StateKind.RunningMean),
        new($"{Name}.running_var", [Channels], StateKind.RunningVariance),
        new($"{Name}.num_batches_tracked", [], StateKind.BatchesTracked),
    ];

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
        [("channels", Channels, 1, GraphLimits.Channels)];

    internal static BatchNormNode Read(JsonMembers json)
        => new(json.Name, json.Row, json.Inputs, json.Whole("channels"), json.Real("epsilon"), json.Real("momentum"));

    internal override void CheckRest()
    {
        if (Epsilon is not (> 0 and <= 1)) throw new GraphException("its epsilon must be above 0 and up to 1.");
        if (Momentum is not (>= 0 and <= 1)) throw new GraphException("its momentum must be from 0 to 1.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0].Channels == Channels
        ? inputs[0]
        : throw new GraphException($"it normalizes {Channels} channels and is given {inputs[0].Channels}.");

    internal override BatchNormNode Resized(int inputs, int outputs) => this with { Channels = outputs };

    internal override void WriteRest(Utf8JsonWriter json)
    {
        json.WriteNumber("epsilon", Epsilon);
        json.WriteNumber("momentum", Momentum);
    }
}
