using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// A 2-D convolution. State: <c>Name.weight</c> (out, in / groups, kernel, kernel) and, with <paramref name="Bias"/>, <c>Name.bias</c> (out).
/// </summary>
public sealed record ConvNode(
    string Name, int Row, ImmutableArray<int> Inputs, int InChannels, int OutChannels, int Kernel, int Stride, int Padding, int Groups,
    bool Bias)
    : Node(Name, Row, Inputs)
{
    /// <summary>Cells from one of the kernel's taps to the next; 1 unless the table says otherwise.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Cells from the kernel's first tap to its last.</summary>
    internal int Extent => ((Kernel - 1) * Dilation) + 1;

    internal override ChannelFlow Flow => ChannelFlow.Fresh;

    internal override ImmutableArray<StateItem> State => Bias
        ? [Weight, new($"{Name}.bias", [OutChannels], StateKind.ConvolutionBias)]
        : [Weight];

    private StateItem Weight => new($"{Name}.weight", [OutChannels, InChannels / Groups, Kernel, Kernel], StateKind.ConvolutionWeight);

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
    [
        ("inChannels", InChannels, 1, GraphLimits.Channels), ("outChannels", OutChannels, 1, GraphLimits.Channels),
        ("kernel", Kernel, 1, GraphLimits.Kernel), ("stride", Stride, 1, GraphLimits.Kernel), ("padding", Padding, 0, GraphLimits.Kernel), ("groups", Groups, 1, GraphLimits.Channels),
    ];

    internal static ConvNode Read(JsonMembers json) => new(
        json.Name, json.Row, json.Inputs, json.Whole("inChannels"), json.Whole("outChannels"), json.Whole("kernel"), json.Whole("stride"),
        json.Whole("padding"), json.Whole("groups"), json.Flag("bias"))
    {
        Dilation = json.Has("dilation") ? json.Whole("dilation") : 1,
    };

    internal override void CheckRest()
    {
        Range("dilation", Dilation, 1, GraphLimits.Kernel);
        if (Counting.Parameters(this) > GraphLimits.Parameters)
            throw new GraphException($"its convolution alone passes the limit of {GraphLimits.Parameters} parameters.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs[0].Channels != InChannels)
            throw new GraphException($"its convolution takes {InChannels} channels and is given {inputs[0].Channels}.");
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
            throw new GraphException($"{Groups} groups divide neither {InChannels} nor {OutChannels} channels evenly.");
        return Windowed(inputs[0], OutChannels, Extent, Stride, Padding);
    }

    internal override ConvNode Resized(int inputs, int outputs) => this with { InChannels = inputs, OutChannels = outputs };

    internal override void WriteRest(Utf8JsonWriter json)
    {
        json.WriteBoolean("bias", Bias);
        if (Dilation != 1) json.WriteNumber("dilation", Dilation);
    }
}
