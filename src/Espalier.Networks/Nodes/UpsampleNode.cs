using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// Enlargement by a whole factor: each cell repeated, or bilinear between the cells' centres (torch's <c>align_corners=False</c>).
/// </summary>
internal sealed record UpsampleNode(string Name, int Row, ImmutableArray<int> Inputs, int Scale)
    : WeightlessNode(Name, Row, Inputs)
{
    /// <summary>Whether cells are blended rather than repeated.</summary>
    public bool Bilinear { get; init; }

    internal override double Coarsening => 1.0 / Scale;

    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [("scale", Scale, 1, 32)];

    internal static UpsampleNode Read(JsonMembers json) => new(json.Name, json.Row, json.Inputs, json.Whole("scale"))
    {
        Bilinear = json.Has("bilinear") && json.Flag("bilinear"),
    };

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (Math.Max(inputs[0].Height, inputs[0].Width) > GraphLimits.Side / Scale)
            throw new GraphException($"enlarging {inputs[0]} by {Scale} passes the limit of {GraphLimits.Side} cells a side.");
        return inputs[0] with { Height = inputs[0].Height * Scale, Width = inputs[0].Width * Scale };
    }

    internal override void WriteRest(Utf8JsonWriter json)
    {
        if (Bilinear) json.WriteBoolean("bilinear", true);
    }
}
