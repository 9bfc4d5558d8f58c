using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Rows and columns of zeros around a map.</summary>
internal sealed record PadNode(string Name, int Row, ImmutableArray<int> Inputs, int Left, int Right, int Top, int Bottom)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
    [
        ("left", Left, 0, GraphLimits.Kernel), ("right", Right, 0, GraphLimits.Kernel),
        ("top", Top, 0, GraphLimits.Kernel), ("bottom", Bottom, 0, GraphLimits.Kernel),
    ];

    internal static PadNode Read(JsonMembers json)
        => new(json.Name, json.Row, json.Inputs, json.Whole("left"), json.Whole("right"), json.Whole("top"), json.Whole("bottom"));

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
        => inputs[0] with { Height = inputs[0].Height + Top + Bottom, Width = inputs[0].Width + Left + Right };
}
