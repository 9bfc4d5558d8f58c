using System.Collections.Immutable;
using System.Numerics;

namespace Espalier.Networks;

/// <summary>
/// A graph in the making: adds primitive nodes one by one, each checked against the shapes of its inputs, so that a misfit is found at
/// the row that causes it. Macros speak to this.
/// </summary>
internal sealed class GraphAssembler
{
    /// <summary>The side of the picture that shapes are tried on while assembling: the strides of the levels are read off it.</summary>
    public const int ProbeSize = 1024;

    /// <summary>The original's batch normalization, not torch's defaults.</summary>
    private const float Epsilon = 1e-3f;

    private const float Momentum = 0.03f;

    private readonly ImmutableArray<Node>.Builder _nodes = ImmutableArray.CreateBuilder<Node>();
    private readonly List<TensorShape> _shapes = [];

    public GraphAssembler(int imageChannels)
    {
        _nodes.Add(new InputNode("image", imageChannels));
        _shapes.Add(new TensorShape(imageChannels, ProbeSize, ProbeSize));
    }

    /// <summary>The row that new nodes belong to.</summary>
    public int Row { get; set; } = -1;

    /// <summary>The nodes so far.</summary>
    public ImmutableArray<Node> Nodes => _nodes.ToImmutable();

    /// <summary>The shape of a node's output for a picture of <see cref="ProbeSize"/>.</summary>
    public TensorShape Shape(int node) => _shapes[node];

    /// <summary>Conv2d without bias, batch normalization, activation: the original's Conv, with its state-dict names.</summary>
    public int Block(string name, int input, int channels, int kernel, int stride, Activation activation, int? padding = null,
        int groups = 1, int dilation = 1)
    {
        var half = (((kernel - 1) * dilation) + 1) / 2;
        var convolution = Convolution($"{name}.conv", input, channels, kernel, stride, padding ?? half, groups, bias: false, dilation);
        return Normalized(name, convolution, activation);
    }

    /// <summary>The same around a convolution that is there already.</summary>
    public int Normalized(string name, int convolution, Activation activation)
        => Activation($"{name}.act", BatchNorm($"{name}.bn", convolution), activation);

    /// <summary>A depthwise <see cref="Block"/>: each output channel from one input channel, as far as their numbers allow.</summary>
    public int Depthwise(string name, int input, int channels, int kernel, int stride, Activation activation, int dilation = 1)
        => Block(name, input, channels, kernel, stride, activation, groups: CommonGroups(input, channels), dilation: dilation);

    /// <summary>The most groups that a convolution to so many channels can have.</summary>
    public int CommonGroups(int input, int channels) => (int)BigInteger.GreatestCommonDivisor(Shape(input).Channels, channels);

    public int Convolution(string name, int input, int channels, int kernel, int stride, int padding, int groups, bool bias,
        int dilation = 1, ConvColumns? across = null)
        => Add(new ConvNode(name, Row, [input], Shape(input).Channels, channels, kernel, stride, padding, groups, bias)
        {
            Dilation = dilation,
            Across = across,
        });

    public int ConvTranspose(string name, int input, int channels, int kernel, int stride, int padding, int outputPadding,
        int groups, bool bias)
        => Add(new ConvTransposeNode(
            name, Row, [input], Shape(input).Channels, channels, kernel, stride, padding, outputPadding, groups, bias));

    public int BatchNorm(string name, int input)
        => Add(new BatchNormNode(name, Row, [input], Shape(input).Channels, Epsilon, Momentum));

    /// <summary>An activation; the identity adds no node.</summary>
    public int Activation(string name, int input, Activation activation)
        => activation.Kind == ActivationKind.Identity ? input : Add(new ActivationNode(name, Row, [input], activation));

    public int Sum(string name, params ImmutableArray<int> inputs) => Add(new AddNode(name, Row, inputs));

    public int Concat(string name, params ImmutableArray<int> inputs) => Add(new ConcatNode(name, Row, inputs));

    public int MaxPool(string name, int input, int kernel, int stride, int padding)
        => Add(new MaxPoolNode(name, Row, [input], kernel, stride, padding));

    public int Upsample(string name, int input, int scale, bool bilinear)
        => Add(new UpsampleNode(name, Row, [input], scale) { Bilinear = bilinear });

    public int Multiply(string name, int map, int gate) => Add(new MultiplyNode(name, Row, [map, gate]));

    public int GlobalPool(string name, int input, GlobalPooling kind) => Add(new GlobalPoolNode(name, Row, [input], kind));

    public int SpaceToDepth(string name, int input) => Add(new SpaceToDepthNode(name, Row, [input]));

    /// <summary>Adds a node and returns its position.</summary>
    /// <exception cref="GraphException">Its numbers are out of range or its inputs do not fit.</exception>
    public int Add(Node node)
    {
        if (_nodes.Count >= GraphLimits.Nodes) throw new GraphException($"the network passes the limit of {GraphLimits.Nodes} nodes.");
        node.Check(_nodes.Count);
        _shapes.Add(ShapeInference.Output(node, [.. node.Inputs.Select(Shape)]));
        _nodes.Add(node);
        return _nodes.Count - 1;
    }
}
