using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// int8 as ONNX says it: a pair of QuantizeLinear and DequantizeLinear where a tensor is rounded to bytes, and weights and biases that are
/// dequantized from whole numbers. A runtime fuses the pairs around an operation into one operation on bytes.
/// </summary>
/// <param name="body">Where operations go.</param>
/// <param name="network">The network that is emitted.</param>
/// <param name="plan">What is rounded, and how.</param>
internal sealed class QuantizedEmission(OnnxBody body, Network network, QuantizationPlan plan)
{
    private const string Bytes = ".uint8", Rounded = ".rounded";

    /// <summary>A node's output rounded to bytes and back, where the plan has a range for it; else null.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="output">The name of its output.</param>
    public string? Round(string node, string output) => plan.Ranges.TryGetValue(node, out var range) ? Pair(output, range) : null;

    /// <summary>A sigmoid within an activation, rounded where the activation is.</summary>
    public string? RoundSigmoid(string activation, string output) => plan.Ranges.ContainsKey(activation)
        ? Pair(output, TensorRange.Sigmoid) : null;

    /// <summary>Whether a convolution computes in whole numbers.</summary>
    public bool IsQuantized(ConvNode conv) => InputRange(conv) is not null;

    /// <summary>A convolution's weights and bias in whole numbers, or null where it stays in float.</summary>
    public (string Weights, string Bias)? Parameters(ConvNode conv)
    {
        var array = network.Weights[$"{conv.Name}.weight"];
        return Parameters(conv, [.. array.Shape.Select(length => (long)length)], array.Values);
    }

    /// <summary>The same with its weights in another order: (out, …).</summary>
    public (string Weights, string Bias)? Parameters(ConvNode conv, long[] shape, float[] values)
    {
        if (InputRange(conv) is not { } input) return null;
        var weights = RoundedWeights(conv, values, input);
        return (Dequantized(conv, shape, weights.Values, weights.Scales, 0), Bias(conv, input, weights.Scales));
    }

    /// <summary>A head's weights in whole numbers as a matrix, (in, out), or null where the head stays in float.</summary>
    public string? HeadMatrix(ConvNode head)
    {
        if (InputRange(head) is not { } input) return null;
        var weights = RoundedWeights(head, network.Weights[$"{head.Name}.weight"].Values, input);
        var matrix = RowEmission.Transposed<sbyte>(weights.Values, head.OutChannels, head.InChannels);
        return Dequantized(head, [head.InChannels, head.OutChannels], matrix, weights.Scales, 1);
    }

    /// <summary>The range of what a convolution reads, or null where it stays in float.</summary>
    private TensorRange? InputRange(ConvNode conv)
        => !plan.KeptFloat.Contains(conv.Name) && plan.Ranges.TryGetValue(network.Graph.Nodes[conv.Inputs[0]].Name, out var range)
            ? range : null;

    private string Dequantized(ConvNode conv, long[] shape, sbyte[] weights, float[] scales, int axis) => body.Add(
        "DequantizeLinear", $"{conv.Name}.weight",
        [body.SignedBytes($"{conv.Name}.weight.int8", shape, weights), body.Floats($"{conv.Name}.weight.scale", [scales.Length], scales)],
        Attribute("axis", axis));

    /// <summary>The one rounding of a convolution's weights, whatever order they lie in within a row.</summary>
    private QuantizedWeights RoundedWeights(ConvNode conv, float[] values, TensorRange input)
        => QuantizedWeights.Of(values, OwnBias(conv), input.Scale, plan.WeightBits);

    /// <summary>A convolution's bias as it was trained; zeros where it has none.</summary>
    private float[] OwnBias(ConvNode conv) => conv.Bias ? [.. network.Weights[$"{conv.Name}.bias"].Values] : new float[conv.OutChannels];

    /// <summary>Biases in the steps of the products that they are added to.</summary>
    private string Bias(ConvNode conv, TensorRange input, float[] weightScales)
    {
        var scales = Array.ConvertAll(weightScales, scale => scale * input.Scale);
        var bias = CorrectedBias(conv);
        var steps = new int[bias.Length];

        // The weights' steps leave room for the bias; the correction, fewer than 128 steps a weight, fits beside it.
        for (var i = 0; i < steps.Length; i++) steps[i] = checked((int)Math.Round(bias[i] / (double)scales[i]));
        return body.Add(
            "DequantizeLinear", $"{conv.Name}.bias",
            [body.ShortIntegers($"{conv.Name}.bias.int32", steps), body.Floats($"{conv.Name}.bias.scale", [scales.Length], scales)],
            Attribute("axis", 0));
    }

    /// <summary>
    /// What a convolution that stays in float reads, as transposed ones do. Right behind a DequantizeLinear ONNX Runtime would round its
    /// weights after all, and all channels by one step; a clip to the range, which changes nothing, keeps the two apart.
    /// </summary>
    public string? KeptFloat(Node conv, string input)
    {
        if (!plan.Ranges.TryGetValue(network.Graph.Nodes[conv.Inputs[0]].Name, out var range)) return null;
        var low = body.Float($"{conv.Name}.input.low", range.Low - range.Scale);
        var high = body.Float($"{conv.Name}.input.high", range.High + range.Scale);
        return body.Add("Clip", $"{conv.Name}.input", [input, low, high]);
    }

    /// <summary>
    /// A convolution's bias, less what rounding its weights adds on average: Σ (rounded − weight) · the mean of the channel it reads
    /// (analytic bias correction, Nagel et al. 2019, https://arxiv.org/abs/1906.04721).
    /// </summary>
    public float[] CorrectedBias(ConvNode conv)
    {
        var bias = OwnBias(conv);
        var read = network.Graph.Nodes[conv.Inputs[0]].Name;
        if (InputRange(conv) is not { } range || !plan.ChannelMeans.TryGetValue(read, out var means)) return bias;
        var values = network.Weights[$"{conv.Name}.weight"].Values;
        var rounded = RoundedWeights(conv, values, range);
        var (perOutput, perGroup, plane) = (values.Length / conv.OutChannels, conv.InChannels / conv.Groups, conv.Area);
        for (var i = 0; i < values.Length; i++)
        {
            var output = i / perOutput;
            var input = (output / (conv.OutChannels / conv.Groups) * perGroup) + (i % perOutput / plane);
            if (input < means.Length) bias[output] -= ((rounded.Values[i] * rounded.Scales[output]) - values[i]) * means[input];
        }

        return bias;
    }

    /// <summary>A head's features, cells by channels: turned as bytes,
    /// for a runtime fuses only what stands right before a matrix product.</summary>
    /// <param name="head">The head.</param>
    /// <param name="features">The name of what it reads.</param>
    /// <param name="cells">Lays bytes as they are wanted.</param>
    public string HeadFeatures(ConvNode head, string features, Func<string, string> cells)
    {
        if (InputRange(head) is not { } range || !features.EndsWith(Rounded, StringComparison.Ordinal)) return cells(features);
        var source = features[..^Rounded.Length];
        return Values($"{head.Name}.features", cells(source + Bytes), Steps(source, range));
    }

    private string Pair(string name, TensorRange range)
    {
        var steps = Steps(name, range);
        return Values(name + Rounded, body.Add("QuantizeLinear", name + Bytes, [name, steps.Scale, steps.Zero]), steps);
    }

    private (string Scale, string Zero) Steps(string name, TensorRange range) =>
        (body.Float($"{name}.scale", range.Scale), body.Byte($"{name}.zero", range.ZeroPoint));

    private string Values(string name, string bytes, (string Scale, string Zero) steps) =>
        body.Add("DequantizeLinear", name, [bytes, steps.Scale, steps.Zero]);
}
