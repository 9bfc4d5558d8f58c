using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// A 2-D convolution. State: <c>Name.weight</c> (out, in / groups, kernel rows, kernel columns) and, with <paramref name="Bias"/>,
/// <c>Name.bias</c> (out).
/// </summary>
internal sealed record ConvNode(
    string Name, int Row, ImmutableArray<int> Inputs, int InChannels, int OutChannels, int Kernel, int Stride, int Padding, int Groups,
    bool Bias)
    : Node(Name, Row, Inputs)
{
    /// <summary>Cells from one of the kernel's taps to the next; 1 unless the table says otherwise.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Cells from the kernel's first tap to its last.</summary>
    internal int Extent => ((Kernel - 1) * Dilation) + 1;

    /// <summary>What differs along the columns; null where kernel, stride and padding are the same both ways.</summary>
    public ConvColumns? Across { get; init; }

    /// <summary>The kernel's columns.</summary>
    public int KernelColumns => Across?.Kernel ?? Kernel;

    /// <summary>Columns from one window to the next.</summary>
    public int StrideColumns => Across?.Stride ?? Stride;

    /// <summary>Columns of zeros at either side.</summary>
    public int PaddingColumns => Across?.Padding ?? Padding;

    /// <summary>The kernel's taps.</summary>
    internal int Area => Kernel * KernelColumns;

    /// <summary>Whether every channel of its output is made from one of its input alone.</summary>
    internal bool IsDepthwise => Groups > 1 && Groups == InChannels;

    internal override double Coarsening => Stride;

    internal override ChannelFlow Flow => Groups == 1 ? ChannelFlow.Fresh : IsDepthwise ? ChannelFlow.Handed : ChannelFlow.Whole;

    internal override int OwnChannels => OutChannels;

    internal override int Copies => IsDepthwise ? OutChannels / Groups : 1;

    internal override ImmutableArray<StateItem> State => Bias
        ? [Weight, new($"{Name}.bias", [OutChannels], StateKind.ConvolutionBias)]
        : [Weight];

    private StateItem Weight => new($"{Name}.weight", [OutChannels, InChannels / Groups, Kernel, KernelColumns],
        StateKind.ConvolutionWeight);

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers =>
    [
        ("inChannels", InChannels, 1, GraphLimits.Channels), ("outChannels", OutChannels, 1, GraphLimits.Channels),
        ("kernel", Kernel, 1, GraphLimits.Kernel), ("stride", Stride, 1, GraphLimits.Kernel),
        ("padding", Padding, 0, GraphLimits.Kernel), ("groups", Groups, 1, GraphLimits.Channels),
    ];

    internal static ConvNode Read(JsonMembers json) => new(
        json.Name, json.Row, json.Inputs, json.Whole("inChannels"), json.Whole("outChannels"), json.Whole("kernel"), json.Whole("stride"),
        json.Whole("padding"), json.Whole("groups"), json.Flag("bias"))
    {
        Dilation = json.Has("dilation") ? json.Whole("dilation") : 1,
        Across = json.Has("across") ? ConvColumns.Read(json) : null,
    };

    internal override void CheckRest()
    {
        Range("dilation", Dilation, 1, GraphLimits.Kernel);
        Range("columns of the kernel", KernelColumns, 1, GraphLimits.Kernel);
        Range("stride over the columns", StrideColumns, 1, GraphLimits.Kernel);
        Range("padding of the columns", PaddingColumns, 0, GraphLimits.Kernel);
        if (Parameters > GraphLimits.Parameters)
            throw new GraphException($"its convolution alone passes the limit of {GraphLimits.Parameters} parameters.");
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs)
    {
        if (inputs[0].Channels != InChannels)
            throw new GraphException($"its convolution takes {InChannels} channels and is given {inputs[0].Channels}.");
        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
            throw new GraphException($"{Groups} groups do not divide both {InChannels} and {OutChannels} channels evenly.");
        return new TensorShape(
            OutChannels,
            Steps(inputs[0].Height, Extent, Stride, Padding, inputs[0]),
            Steps(inputs[0].Width, ((KernelColumns - 1) * Dilation) + 1, StrideColumns, PaddingColumns, inputs[0]));
    }

    internal override long MultiplyAdds(TensorShape output) => output.Count * (InChannels / Groups) * Area;

    internal override ConvNode Resized(int inputs, int outputs) => this with
    {
        InChannels = inputs,
        OutChannels = outputs,
        Groups = IsDepthwise ? inputs : Groups,
    };

    internal override void WriteRest(Utf8JsonWriter json)
    {
        json.WriteBoolean("bias", Bias);
        if (Dilation != 1) json.WriteNumber("dilation", Dilation);
        if (Across is { } across) json.Write("across", [across.Kernel, across.Stride, across.Padding]);
    }
}
