using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// A transposed 2-D convolution: every cell spreads a kernel over a map that is larger by the stride. State: <c>Name.weight</c>
/// (in, out / groups, kernel, kernel) and, with <paramref name="Bias"/>, <c>Name.bias</c> (out). Thinning leaves it, and what it reads,
/// whole.
/// </summary>
internal sealed record ConvTransposeNode(
    string Name, int Row, ImmutableArray<int> Inputs, int InChannels, int OutChannels, int Kernel, int Stride, int Padding,
    int OutputPadding, int Groups, bool Bias)
    : Node(Name, Row, Inputs)
{
    internal override double Coarsening => 1.0 / Stride;

    internal override ChannelFlow Flow => ChannelFlow.Whole;

    internal override int OwnChannels => OutChannels;

    internal override ImmutableArray<StateItem> State => Bias
        ? [Weight, new($"{Name}.bias", [OutChannels], StateKind.ConvolutionBias)]
        : [Weight];

    private StateItem Weight => new($"{Name}.weight", [InChannels, OutChannels / Groups, Kernel, Kernel], StateKind.ConvolutionWeight);

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
    [
        ("inChannels", InChannels, 1, GraphLimits.Channels), ("outChannels", OutChannels, 1, GraphLimits.Channels),
        ("kernel", Kernel, 1, GraphLimits.Kernel), ("stride", Stride, 1, GraphLimits.Kernel), ("padding", Padding, 0, GraphLimits.Kernel),
        ("outputPadding", OutputPadding, 0, GraphLimits.Kernel), ("groups", Groups, 1, GraphLimits.Channels),
    ];

    internal static ConvTransposeNode Read(JsonMembers json) => new(
        json.Name, json.Row, json.Inputs, json.Whole("inChannels"), json.Whole("outChannels"), json.Whole("kernel"), json.Whole("stride"),
        json.Whole("padding"), json.Whole("outputPadding"), json.Whole("groups"), json.Flag("bias"));

    internal override void CheckRest()
    {
        if (OutputPadding >= Stride)
            throw new GraphException($"its output padding must be below its stride {Stride}, not {OutputPadding}.");
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
            throw new GraphException($"{Groups} groups do not divide both {InChannels} and {OutChannels} channels evenly.");
        if (Parameters > GraphLimits.Parameters)
            throw new GraphException($"its convolution alone passes the limit of {GraphLimits.Parameters} parameters.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs[0].Channels != InChannels)
            throw new GraphException($"its convolution takes {InChannels} channels and is given {inputs[0].Channels}.");
        return new TensorShape(OutChannels, Length(inputs[0].Height), Length(inputs[0].Width));
    }

    internal override long MultiplyAdds(TensorShape output) =>
        (long)LengthBefore(output.Height) * LengthBefore(output.Width) * InChannels * (OutChannels / Groups) * Kernel * Kernel;

    internal override ConvTransposeNode Resized(int inputs, int outputs) => this with { InChannels = inputs, OutChannels = outputs };

    internal override void WriteRest(Utf8JsonWriter json) => json.WriteBoolean("bias", Bias);

    private int Length(int before)
    {
        var length = ((before - 1L) * Stride) - (2 * Padding) + Kernel + OutputPadding;
        return length is > 0 and <= GraphLimits.Side
            ? (int)length
            : throw new GraphException($"it makes {length} cells of {before}; from 1 to {GraphLimits.Side} a side are allowed.");
    }

    private int LengthBefore(int length) => ((length + (2 * Padding) - Kernel - OutputPadding) / Stride) + 1;
}
