using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Max-pooling over a square window; padding is −∞.</summary>
internal sealed record MaxPoolNode(string Name, int Row, ImmutableArray<int> Inputs, int Kernel, int Stride, int Padding)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override double Coarsening => Stride;

    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
        [("kernel", Kernel, 1, GraphLimits.Kernel), ("stride", Stride, 1, GraphLimits.Kernel), ("padding", Padding, 0, Kernel / 2)];

    internal static MaxPoolNode Read(JsonMembers json)
        => new(json.Name, json.Row, json.Inputs, json.Whole("kernel"), json.Whole("stride"), json.Whole("padding"));

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) =>
        Windowed(inputs[0], inputs[0].Channels, Kernel, Stride, Padding);
}
