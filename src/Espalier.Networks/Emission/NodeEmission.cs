using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>Each primitive node in ONNX's words; the decoding at the end is <see cref="DecodingEmission"/>'s.</summary>
/// <param name="body">Where operations go.</param>
/// <param name="weights">The weights of the graph that is emitted.</param>
/// <param name="precision">How convolution weights are stored.</param>
/// <param name="quantized">What is int8; null where nothing is.</param>
internal sealed class NodeEmission(OnnxBody body, Weights weights, WeightPrecision precision, QuantizedEmission? quantized = null)
{
    /// <summary>The largest number that float16 holds.</summary>
    private const float LargestHalf = 65504;

    /// <summary>Emits one node.</summary>
    /// <param name="node">The node, not the image and not the decoding.</param>
    /// <param name="inputs">Names of its inputs.</param>
    /// <returns>The name of its output.</returns>
    public string Emit(Node node, string[] inputs) => node switch
    {
        ConvNode conv => Convolution(conv, inputs[0]),
        BatchNormNode norm => Normalization(norm, inputs[0]),
        ActivationNode activation => Activated(activation, inputs[0]),
        AddNode when inputs.Length == 2 => body.Add("Add", node.Name, inputs),
        AddNode => body.Add("Sum", node.Name, inputs),
        ConcatNode => body.Add("Concat", node.Name, inputs, Attribute("axis", 1)),
        MaxPoolNode pool => Pooling(pool, inputs[0]),
        UpsampleNode upsample => Enlargement(upsample, inputs[0]),
        SpaceToDepthNode => Slicing(node, inputs[0]),
        MultiplyNode => body.Add("Mul", node.Name, inputs),
        GlobalPoolNode pool => GlobalPooling(pool, inputs[0]),
        ChannelPoolNode => ChannelPooling(node, inputs[0]),
        PadNode pad => Padding(pad, inputs[0]),
        AttentionNode attention => Attention(attention, inputs[0]),
        ConvTransposeNode conv => TransposedConvolution(conv, inputs[0]),
        _ => throw new NotSupportedException($"{node.Name}: there is no way to write a {node.GetType().Name} in ONNX."),
    };

    private string Convolution(ConvNode conv, string input)
    {
        string[] inputs;
        if (quantized?.Parameters(conv) is var (kernel, bias)) inputs = [input, kernel, bias];
        else
        {
            var floats = quantized?.KeptFloat(conv, input) ?? input;
            inputs = conv.Bias ? [floats, Kernel($"{conv.Name}.weight"), Stored($"{conv.Name}.bias")]
                : [floats, Kernel($"{conv.Name}.weight")];
        }

        return body.Add(
            "Conv", conv.Name, inputs,
            Square("dilations", conv.Dilation), Attribute("group", conv.Groups), Attribute("kernel_shape", conv.Kernel, conv.KernelColumns),
            Attribute("pads", conv.Padding, conv.PaddingColumns, conv.Padding, conv.PaddingColumns),
            Attribute("strides", conv.Stride, conv.StrideColumns));
    }

    private string TransposedConvolution(ConvTransposeNode conv, string input)
    {
        var (floats, kernel) = (quantized?.KeptFloat(conv, input) ?? input, Kernel($"{conv.Name}.weight"));
        return body.Add(
            "ConvTranspose", conv.Name, conv.Bias ? [floats, kernel, Stored($"{conv.Name}.bias")] : [floats, kernel],
            Attribute("group", conv.Groups), Square("kernel_shape", conv.Kernel), Square("output_padding", conv.OutputPadding),
            Attribute("pads", conv.Padding, conv.Padding, conv.Padding, conv.Padding), Square("strides", conv.Stride));
    }

    private string GlobalPooling(GlobalPoolNode pool, string input)
    {
        string Mean(string name) => body.Add("GlobalAveragePool", name, [input]);
        return pool.Kind switch
        {
            Networks.GlobalPooling.Mean => Mean(pool.Name),
            Networks.GlobalPooling.Pair => body.Add(
                "Concat", pool.Name, [Mean($"{pool.Name}.mean"), body.Add("GlobalMaxPool", $"{pool.Name}.largest", [input])],
                Attribute("axis", 3)),
            _ => body.Add("ReduceSum", pool.Name, [input, body.Integers("axis.columns", 3)], Attribute("keepdims", 1)),
        };
    }

    private string ChannelPooling(Node node, string input)
    {
        var axis = body.Integers("axis.channels", 1);
        var mean = body.Add("ReduceMean", $"{node.Name}.mean", [input, axis], Attribute("keepdims", 1));
        var largest = body.Add("ReduceMax", $"{node.Name}.largest", [input, axis], Attribute("keepdims", 1));
        return body.Add("Concat", node.Name, [mean, largest], Attribute("axis", 1));
    }

    /// <summary>Heads are (batch, heads, width, cells), weights (batch, heads, keys, queries): so the keys alone are turned.</summary>
    private string Attention(AttentionNode attention, string input)
    {
        var (name, heads) = (attention.Name, attention.Heads);
        var headed = body.Integers($"{name}.heads.shape", 0, 3 * heads, attention.HeadWidth, -1);
        var rows = body.Add("Reshape", $"{name}.heads", [input, headed]);
        string[] parts = [$"{name}.queries", $"{name}.keys", $"{name}.values"];
        var counts = body.Integers($"{name}.parts", heads, heads, heads);
        body.AddOperation("Split", $"{name}.split", [rows, counts], parts, Attribute("axis", 1));
        var scale = body.Float($"{name}.queries.scale", 1 / MathF.Sqrt(attention.HeadWidth));
        var queries = body.Add("Mul", $"{name}.scaled", [parts[0], scale]);
        var keys = body.Add("Transpose", $"{name}.turned", [parts[1]], Attribute("perm", 0, 1, 3, 2));
        var products = body.Add("MatMul", $"{name}.products", [keys, queries]);
        var shares = body.Add("Softmax", $"{name}.weights", [products], Attribute("axis", 2));
        var sides = body.Add("Shape", $"{name}.sides", [input], Attribute("start", 2));
        var channels = body.Integers($"{name}.channels", 0, attention.Channels);
        var shape = body.Add("Concat", $"{name}.shape", [channels, sides], Attribute("axis", 0));
        return body.Add("Reshape", name, [body.Add("MatMul", $"{name}.mixed", [parts[2], shares]), shape]);
    }

    private string Kernel(string name)
    {
        var array = weights[name];
        if (precision == WeightPrecision.Full || array.Values.Any(value => MathF.Abs(value) > LargestHalf)) return Stored(name);
        var half = body.Halves($"{name}.half", Shape(array), array.Values);
        return body.Add("Cast", name, [half], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
    }

    private string Normalization(BatchNormNode norm, string input) => body.Add(
        "BatchNormalization", norm.Name,
        [input, Stored($"{norm.Name}.weight"), Stored($"{norm.Name}.bias"), Stored($"{norm.Name}.running_mean"),
            Stored($"{norm.Name}.running_var")],
        Attribute("epsilon", norm.Epsilon));

    private string Activated(ActivationNode node, string input) => ActivationTable.Of(node.Kind).Emit(new ActivationEmission(
        body, node.Name, input, node.Activation.Parameter, sigmoid => quantized?.RoundSigmoid(node.Name, sigmoid) ?? sigmoid));

    private string Pooling(MaxPoolNode pool, string input) => body.Add(
        "MaxPool", pool.Name, [input], Square("kernel_shape", pool.Kernel),
        Attribute("pads", pool.Padding, pool.Padding, pool.Padding, pool.Padding), Square("strides", pool.Stride));

    /// <summary>
    /// Zeros around a map. ONNX Runtime merges a Pad into the MaxPool behind it, which then pads with −∞, unless axes are named (measured
    /// with 1.31: what is negative at the border was kept where zero is larger).
    /// </summary>
    private string Padding(PadNode pad, string input) => body.Add(
        "Pad", pad.Name,
        [input, body.Integers($"{pad.Name}.pads", pad.Top, pad.Left, pad.Bottom, pad.Right), "", body.Integers("axes.sides", 2, 3)]);

    private string Enlargement(UpsampleNode upsample, string input)
    {
        var scales = body.Floats($"scales.{upsample.Scale}", [4], [1, 1, upsample.Scale, upsample.Scale]);
        if (upsample.Bilinear)
        {
            return body.Add(
                "Resize", upsample.Name, [input, "", scales],
                Attribute("coordinate_transformation_mode", "half_pixel"), Attribute("mode", "linear"));
        }

        return body.Add(
            "Resize", upsample.Name, [input, "", scales],
            Attribute("coordinate_transformation_mode", "asymmetric"), Attribute("mode", "nearest"), Attribute("nearest_mode", "floor"));
    }

    /// <summary>Focus's four slices, where they could not be merged into the convolution that follows
    /// (<see cref="FocusMerging"/>).</summary>
    private string Slicing(Node node, string input)
    {
        var (axes, steps, ends) = (body.Integers("slices.axes", 2, 3), body.Integers("slices.steps", 2, 2),
            body.Integers("slices.ends", int.MaxValue, int.MaxValue));
        (int Row, int Column)[] starts = [(0, 0), (1, 0), (0, 1), (1, 1)];
        var slices = starts.Select(start =>
        {
            var place = $"{start.Row}{start.Column}";
            return body.Add("Slice", $"{node.Name}.{place}",
                [input, body.Integers($"slices.{place}", start.Row, start.Column), ends, axes, steps]);
        });
        return body.Add("Concat", node.Name, slices.ToArray(), Attribute("axis", 1));
    }

    private string Stored(string name) => body.Floats(name, Shape(weights[name]), weights[name].Values);

    private static long[] Shape(WeightArray array) => [.. array.Shape.Select(length => (long)length)];

    private static Onnx.AttributeProto Square(string name, long side) => Attribute(name, side, side);
}
