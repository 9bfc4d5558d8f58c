using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>
/// One primitive operation of a <see cref="Graph"/>. Tensors are NCHW; a node has exactly one output, which other nodes
/// name by the node's position in <see cref="Graph.Nodes"/>.
/// </summary>
/// <param name="Name">Unique in its graph. For nodes with weights the original's state-dict prefix, such as <c>model.4.m.0.cv1.conv</c>.</param>
/// <param name="Row">The row of the YAML table the node came from; −1 for the image.</param>
/// <param name="Inputs">Positions of the nodes whose outputs this one takes, each smaller than this node's own.</param>
public abstract record Node(string Name, int Row, ImmutableArray<int> Inputs);

/// <summary>The picture: (batch, <paramref name="Channels"/>, height, width), RGB, 0…1.</summary>
public sealed record InputNode(string Name, int Channels)
    : Node(Name, -1, []);

/// <summary>A 2-D convolution. State: <c>Name.weight</c> (out, in / groups, kernel, kernel) and, with <paramref name="Bias"/>, <c>Name.bias</c> (out).</summary>
public sealed record ConvNode(
    string Name, int Row, ImmutableArray<int> Inputs, int InChannels, int OutChannels, int Kernel, int Stride, int Padding, int Groups, bool Bias)
    : Node(Name, Row, Inputs);

/// <summary>Batch normalisation. State: <c>weight</c> (γ), <c>bias</c> (β), <c>running_mean</c>, <c>running_var</c> (each of <paramref name="Channels"/>), <c>num_batches_tracked</c>.</summary>
public sealed record BatchNormNode(string Name, int Row, ImmutableArray<int> Inputs, int Channels, float Epsilon, float Momentum)
    : Node(Name, Row, Inputs);

/// <summary>An element-wise activation.</summary>
public sealed record ActivationNode(string Name, int Row, ImmutableArray<int> Inputs, ActivationKind Kind)
    : Node(Name, Row, Inputs);

/// <summary>The sum of its inputs, which have one shape.</summary>
public sealed record AddNode(string Name, int Row, ImmutableArray<int> Inputs)
    : Node(Name, Row, Inputs);

/// <summary>The inputs side by side along the channels, in order.</summary>
public sealed record ConcatNode(string Name, int Row, ImmutableArray<int> Inputs)
    : Node(Name, Row, Inputs);

/// <summary>Max-pooling over a square window; padding is −∞.</summary>
public sealed record MaxPoolNode(string Name, int Row, ImmutableArray<int> Inputs, int Kernel, int Stride, int Padding)
    : Node(Name, Row, Inputs);

/// <summary>Nearest-neighbour enlargement by a whole factor.</summary>
public sealed record UpsampleNode(string Name, int Row, ImmutableArray<int> Inputs, int Scale)
    : Node(Name, Row, Inputs);

/// <summary>
/// Focus's slicing: (c, h, w) → (4c, h/2, w/2); the slices start at (row, column) = (0,0), (1,0), (0,1), (1,1), each with all its
/// channels — neither ONNX SpaceToDepth's nor PixelUnshuffle's order.
/// </summary>
public sealed record SpaceToDepthNode(string Name, int Row, ImmutableArray<int> Inputs)
    : Node(Name, Row, Inputs);

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
    string Name, int Row, ImmutableArray<int> Inputs, int Classes, ImmutableArray<ImmutableArray<float>> Anchors, ImmutableArray<int> Strides)
    : Node(Name, Row, Inputs);

/// <summary>The activations that the three families use, and the cheaper ones a user may choose.</summary>
public enum ActivationKind
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>x · σ(x).</summary>
    SiLU,

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    Hardswish,

    /// <summary>x where positive, else 0.1 x.</summary>
    LeakyReLU,

    /// <summary>max(x, 0).</summary>
    ReLU,
}
