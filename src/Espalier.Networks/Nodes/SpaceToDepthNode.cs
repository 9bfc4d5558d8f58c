using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// Focus's slicing: (c, h, w) → (4c, h/2, w/2); the slices start at (row, column) = (0,0), (1,0), (0,1), (1,1), each with all its
/// channels — neither ONNX SpaceToDepth's nor PixelUnshuffle's order.
/// </summary>
internal sealed record SpaceToDepthNode(string Name, int Row, ImmutableArray<int> Inputs)
    : WeightlessNode(Name, Row, Inputs)
{
    internal override double Coarsening => 2;

    internal override ChannelFlow Flow => ChannelFlow.Repeated;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static SpaceToDepthNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs);

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        var input = inputs[0];
        if (input.Height % 2 != 0 || input.Width % 2 != 0)
            throw new GraphException($"its four slices need even rows and columns, not {input.Height}×{input.Width}.");
        if (input.Channels > GraphLimits.Channels / 4)
            throw new GraphException($"four times {input.Channels} channels pass the limit of {GraphLimits.Channels}.");
        return new TensorShape(4 * input.Channels, input.Height / 2, input.Width / 2);
    }
}
