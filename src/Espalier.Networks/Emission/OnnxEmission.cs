using Espalier.Core;
using Onnx;

namespace Espalier.Networks;

/// <summary>
/// Emits a network as ONNX, the file that a careful engineer would write by hand: batch norms folded into the convolutions (BottleneckCSP's
/// shared ones too), Focus merged into its convolution, constants folded, activations in the form that the runtime fuses, widths
/// filled up to the processor's blocks where that is asked for, boxes decoded.
/// </summary>
public static class OnnxEmission
{
    /// <summary>The network of a checkpoint as ONNX.</summary>
    /// <param name="checkpoint">The network, its class names and what is known of its training.</param>
    /// <param name="options">What the file promises; by default everything is free and nothing is suppressed.</param>
    /// <returns>
    /// Input <c>images</c> (batch, channels, height, width), RGB, 0…1, float32. Output <c>output0</c>: (batch, predictions, 5 + classes) —
    /// centre x, y, width, height in pixels, objectness, class probabilities — or, with suppression, (detections, 7): picture, left, top,
    /// right, bottom, confidence, class.
    /// </returns>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="GraphException">The network does not work at the image size.</exception>
    public static OnnxFile Emit(Checkpoint checkpoint, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        options ??= new OnnxOptions();
        options.Validate(checkpoint.Stride);
        var network = PrepareFor(checkpoint, options);
        var graph = new GraphProto { Name = "espalier" };
        var output = EmitNodes(new OnnxBody(graph), network, options);
        Describe(graph, network.Graph, options, output);
        var model = new ModelProto
        {
            IrVersion = OnnxFile.FormatVersion,
            ProducerName = "Espalier",
            ProducerVersion = typeof(OnnxEmission).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxFile.OperatorSet });
        foreach (var (key, value) in OnnxMetadata.Of(checkpoint, options))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return new OnnxFile(model);
    }

    /// <summary>The network as it is emitted: batch norms folded into the convolutions, Focus merged into its own.</summary>
    internal static Network Prepare(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return FocusMerging.Merge(Folding.Fold(checkpoint.Graph, checkpoint.Weights));
    }

    /// <summary>
    /// The network whose nodes a file with some options holds: prepared, widths filled up, the first convolution widened to pixels of
    /// four bytes.
    /// </summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="options">What the file promises.</param>
    /// <exception cref="GraphException">The network cannot take pixels of four bytes.</exception>
    internal static Network PrepareFor(Checkpoint checkpoint, OnnxOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var network = ChannelPadding.Pad(Prepare(checkpoint), options.ChannelBlock);
        if (options.Interface != OnnxInterface.Bytes) return network;
        return InputWidening.Widen(network) ?? throw new GraphException(
            "The network's first operations are not convolutions of three channels, so it cannot take pixels of four bytes; "
            + "the standard interface will do.");
    }

    /// <summary>Emits all nodes; returns the shape of the result.</summary>
    private static Dimension[] EmitNodes(OnnxBody body, Network network, OnnxOptions options)
    {
        var graph = network.Graph;
        var predictions = options.Suppression is null ? OnnxFile.Output : "predictions";
        new NetworkEmission(body, network, options).Emit(predictions);
        if (options.Suppression is { } suppression)
        {
            new SuppressionEmission(body, suppression).Emit(predictions, graph.Classes, OnnxFile.Output);
            return [new("detections"), new(7)];
        }

        var count = options is { Height: { } height, Width: { } width }
            ? new Dimension(ShapeInference.Shapes(graph, height, width)[^1].Height) : new("predictions");
        return [Dimension.Of(options.Batch, "batch"), count, new(graph.Classes + 5)];
    }

    private static void Describe(GraphProto proto, Graph graph, OnnxOptions options, Dimension[] output)
    {
        var channels = ((InputNode)graph.Nodes[0]).Channels;
        var (batch, height, width) = (Dimension.Of(options.Batch, "batch"), Dimension.Of(options.Height, "height"),
            Dimension.Of(options.Width, "width"));
        proto.Input.Add(options.Interface == OnnxInterface.Bytes
            ? Value(OnnxFile.Input, TensorProto.Types.DataType.Uint8, [batch, height, width, new(channels)])
            : Value(OnnxFile.Input, TensorProto.Types.DataType.Float, [batch, new(channels), height, width]));
        proto.Output.Add(Value(OnnxFile.Output, TensorProto.Types.DataType.Float, output));
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, Dimension[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var dimension in shape)
        {
            tensor.Shape.Dim.Add(dimension.Name is { } free
                ? new TensorShapeProto.Types.Dimension { DimParam = free }
                : new TensorShapeProto.Types.Dimension { DimValue = dimension.Length });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    /// <summary>A fixed length, or the name of a free one.</summary>
    private readonly record struct Dimension(long Length, string? Name)
    {
        public Dimension(long length)
            : this(length, null)
        {
        }

        public Dimension(string name)
            : this(0, name)
        {
        }

        public static Dimension Of(int? length, string name) => length is { } known ? new Dimension(known) : new Dimension(name);
    }
}
