using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// One primitive operation of a <see cref="Graph"/>. Tensors are NCHW; a node has exactly one output, which other nodes
/// name by the node's position in <see cref="Graph.Nodes"/>. Each kind of node says of itself what the passes need to know;
/// <see cref="NodeKinds"/> lists the kinds.
/// </summary>
/// <param name="Name">Unique in its graph. For nodes with weights the original's state-dict prefix, such as
/// <c>model.4.m.0.cv1.conv</c>.</param>
/// <param name="Row">The row of the YAML table the node came from; −1 for the image.</param>
/// <param name="Inputs">Positions of the nodes whose outputs this one takes, each smaller than this node's own.</param>
public abstract record Node(string Name, int Row, ImmutableArray<int> Inputs)
{
    /// <summary>What it does to channels.</summary>
    internal abstract ChannelFlow Flow { get; }

    /// <summary>How many channels it makes, where it makes its own.</summary>
    internal virtual int OwnChannels => 0;

    /// <summary>How many channels of its output, side by side, stand for each one that it hands on.</summary>
    internal virtual int Copies => 1;

    /// <summary>How many of its input's cells one of its own stands for, along a side; gates' single cells do not count.</summary>
    internal virtual double Coarsening => 1;

    /// <summary>Its arrays, in the order of the original's state dictionary.</summary>
    internal abstract ImmutableArray<StateItem> State { get; }

    /// <summary>Its trainable parameters.</summary>
    internal long Parameters => State.Where(item => item.IsParameter).Sum(item => item.Count);

    /// <summary>Its whole numbers as stored graphs name them, each with what it may be.</summary>
    internal abstract ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers { get; }

    /// <summary>The inputs whose channels stand one behind the other in its output.</summary>
    /// <exception cref="NotSupportedException">Its output's channels are not those of inputs.</exception>
    internal ImmutableArray<int> Sources => Flow switch
    {
        ChannelFlow.Handed or ChannelFlow.Gated => [Inputs[0]],
        ChannelFlow.Repeated => [Inputs[0], Inputs[0], Inputs[0], Inputs[0]],
        ChannelFlow.Joined => Inputs,
        _ => throw new NotSupportedException($"{Name}: there is no rule for the channels of a {GetType().Name}."),
    };

    /// <summary>Its output's shape.</summary>
    /// <param name="inputs">Shapes of its inputs; one, unless channels are joined, equated or end here.</param>
    /// <exception cref="GraphException">The inputs do not fit.</exception>
    internal abstract TensorShape Infer(ReadOnlySpan<TensorShape> inputs);

    /// <summary>Its multiply-adds; those of what is no convolution and no attention are not counted.</summary>
    /// <param name="output">Its output's shape.</param>
    internal virtual long MultiplyAdds(TensorShape output) => 0;

    /// <summary>The node for other numbers of channels.</summary>
    /// <param name="inputs">Channels of its first input.</param>
    /// <param name="outputs">Channels of its output.</param>
    internal abstract Node Resized(int inputs, int outputs);

    /// <summary>Checks what is its own beside <see cref="Numbers"/>.</summary>
    /// <exception cref="GraphException">It is out of range; the message says how.</exception>
    internal virtual void CheckRest()
    {
    }

    /// <summary>Writes what is its own beside <see cref="Numbers"/>.</summary>
    internal virtual void WriteRest(Utf8JsonWriter json)
    {
    }

    /// <summary>Checks name, row, inputs and numbers; whether inputs fit is <see cref="ShapeInference"/>'s business.</summary>
    /// <param name="position">Its place in the graph.</param>
    /// <exception cref="GraphException">A number is out of range; the message says which.</exception>
    internal void Check(int position)
    {
        if (Name.Length is 0 or > GraphLimits.NameLength)
            throw new GraphException($"its name must have from 1 to {GraphLimits.NameLength} characters, not {Name.Length}.");
        Range("row", Row, -1, GraphLimits.Rows - 1);
        if (Inputs.Length > GraphLimits.Inputs)
            throw new GraphException($"it takes {Inputs.Length} inputs; at most {GraphLimits.Inputs} are allowed.");
        foreach (var input in Inputs)
        {
            if (input < 0 || input >= position) throw new GraphException($"it takes node {input}, which does not come before it.");
        }

        foreach (var (name, value, least, most) in Numbers)
        {
            var what = name switch { "inChannels" => "input channels", "outChannels" => "channels", _ => name };
            Range(what, value, least, most);
        }

        CheckRest();
    }

    private protected static void Range(string what, int value, int least, int most)
    {
        if (value < least || value > most) throw new GraphException($"its {what} must be from {least} to {most}, not {value}.");
    }

    /// <summary>What a square window makes of a map.</summary>
    private protected static TensorShape Windowed(TensorShape input, int channels, int window, int stride, int padding)
        => new(channels, Steps(input.Height, window, stride, padding, input), Steps(input.Width, window, stride, padding, input));

    /// <summary>How many steps a window takes along one side of a map.</summary>
    private protected static int Steps(int length, int window, int stride, int padding, TensorShape input)
    {
        var room = length + (2 * padding) - window;
        return room >= 0
            ? (room / stride) + 1
            : throw new GraphException($"a window of {window} does not fit into a map of {input.Height}×{input.Width}.");
    }
}
