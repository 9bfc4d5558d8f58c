using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// Decoding of the raw heads, one input a level with <c>anchors × (5 + Classes)</c> channels. State: <c>Name.anchors</c>
/// (levels, anchors, 2) in cells of the level's stride. Output (batch, predictions, 5 + Classes): centre x, y, width, height in
/// pixels, objectness, class probabilities; within a level the order is anchor, row, column.
/// </summary>
/// <param name="Name">The state-dict prefix, <c>model.24</c>.</param>
/// <param name="Row">The row of the table.</param>
/// <param name="Inputs">The head convolutions, finest level first.</param>
/// <param name="Classes">How many classes.</param>
/// <param name="Anchors">A level each: width, height, width, height … in pixels of the network's input.</param>
/// <param name="Strides">A level each: pixels a cell, such as 8, 16, 32.</param>
public sealed record DetectNode(
    string Name, int Row, ImmutableArray<int> Inputs, int Classes, ImmutableArray<ImmutableArray<float>> Anchors,
    ImmutableArray<int> Strides)
    : Node(Name, Row, Inputs)
{
    internal override ChannelFlow Flow => ChannelFlow.Ends;

    internal override ImmutableArray<StateItem> State =>
        [new($"{Name}.anchors", [Anchors.Length, Anchors[0].Length / 2, 2], StateKind.Anchors)];

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
        [("classes", Classes, 1, GraphLimits.Classes)];

    internal static DetectNode Read(JsonMembers json)
        => new(json.Name, json.Row, json.Inputs, json.Whole("classes"), json.Reals("anchors", 8, 64), json.Wholes("strides", 8));

    internal override void CheckRest()
    {
        Range("levels", Anchors.Length, 1, 8);
        foreach (var level in Anchors)
        {
            if (level.Length is 0 or > 64 || level.Length % 2 != 0)
                throw new GraphException("each level must have from 1 to 32 pairs of anchor width and height.");
            if (level.Length != Anchors[0].Length) throw new GraphException("every level must have the same number of anchors.");
            foreach (var side in level)
            {
                if (side is not (> 0 and <= 1e6f))
                    throw new GraphException("its anchors must be lengths above 0 and up to 1000000 pixels.");
            }
        }

        foreach (var stride in Strides) Range("stride", stride, 1, GraphLimits.Side);
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs.Length != Anchors.Length || inputs.Length != Strides.Length)
            throw new GraphException($"it has {inputs.Length} levels, but anchors for {Anchors.Length} and strides for {Strides.Length}.");
        var predictions = 0L;
        for (var level = 0; level < inputs.Length; level++)
        {
            var (given, anchors) = (inputs[level], Anchors[level].Length / 2);
            if (given.Channels != anchors * (Classes + 5))
            {
                throw new GraphException(
                    $"level {level} needs {anchors} × (5 + {Classes}) channels for its anchors and classes and is given {given.Channels}.");
            }

            predictions += (long)anchors * given.Height * given.Width;
        }

        return predictions <= int.MaxValue
            ? new TensorShape(1, (int)predictions, Classes + 5)
            : throw new GraphException($"it makes {predictions} predictions; at most {int.MaxValue} are allowed.");
    }

    /// <summary>The decoding of some of its levels.</summary>
    /// <param name="levels">Those that stay, in order.</param>
    /// <param name="inputs">Their heads' positions.</param>
    /// <exception cref="GraphException">None stays.</exception>
    internal DetectNode OfLevels(ImmutableArray<int> levels, ImmutableArray<int> inputs) => levels.IsEmpty
        ? throw new GraphException($"{Name} would lose its last level.")
            : this with
            {
                Inputs = inputs,
                Anchors = [.. levels.Select(level => Anchors[level])],
                Strides = [.. levels.Select(level => Strides[level])],
            };

    internal override DetectNode Resized(int inputs, int outputs) => this;

    internal override void WriteRest(Utf8JsonWriter json)
    {
        json.WriteStartArray("anchors");
        foreach (var level in Anchors)
        {
            json.WriteStartArray();
            foreach (var side in level) json.WriteNumberValue(side);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Write("strides", Strides);
    }
}
