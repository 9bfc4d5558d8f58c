using Onnx;

namespace Espalier.Networks.Tests;

/// <summary>Biases in int8 of channels whose weights have faded, as sparse training makes them: their bias is all that is left of
/// them.</summary>
public sealed class QuantizedBiasTests
{
    private const string Layer = "model.1.conv";
    private const int Channel = 3;

    [Theory]
    [InlineData(1e-3f, -0.3f)]
    [InlineData(1e-5f, -0.3f)]
    [InlineData(1e-7f, -0.3f)]
    [InlineData(1e-12f, 4f)]
    [InlineData(0f, -0.3f)]
    [InlineData(0f, 1e-5f)]
    [InlineData(0f, 0f)]
    [InlineData(1e-30f, 0f)]
    [InlineData(1e-30f, 1e-30f)]
    public void The_bias_of_a_faded_channel_is_kept_to_a_millionth(float strength, float bias)
    {
        var stored = Biases(Faded(strength, bias), [], out var scales);

        Assert.Equal(bias, stored[Channel], 1e-6 * Math.Abs(bias) + 1e-9);
        Assert.All(scales, scale => Assert.True(float.IsNormal(scale)));
    }

    [Fact]
    public void A_corrected_bias_of_a_faded_channel_is_kept_as_well_and_corrected_by_the_weights_that_are_stored()
    {
        var network = Faded(1e-7f, -0.3f);
        var input = ((ConvNode)network.Graph.Nodes.Single(node => node.Name == Layer)).InChannels;

        var plain = Biases(network, [], out _);
        var corrected = Biases(network, [.. Enumerable.Repeat(0.5f, input)], out _);

        // What rounding weights of 1e-7 adds is nothing beside the bias.
        Assert.Equal(plain[Channel], corrected[Channel], 1e-4);
        Assert.Contains(Enumerable.Range(0, plain.Length), channel => Math.Abs(plain[channel] - corrected[channel]) > 1e-6);
    }

    [Fact]
    public void A_weight_takes_the_step_of_its_bias_where_that_is_larger()
    {
        float[] weights = [1e-7f, -0.5e-7f, 0.63f, -0.1f];

        var rounded = QuantizedWeights.Of(weights, [-0.3f, 0.3f], 0.02f, 7);

        Assert.Equal(0.3 / ((1 << 30) * 0.02), rounded.Scales[0], 1e-6 * rounded.Scales[0]);
        Assert.Equal(0.01f, rounded.Scales[1], 1e-6f);
        for (var i = 0; i < weights.Length; i++)
        {
            var scale = rounded.Scales[i / 2];
            Assert.InRange(Math.Abs(rounded.Values[i] * scale - weights[i]), 0, 0.5001f * scale);
        }
    }

    /// <summary>The biases of a layer as an int8 file holds them: whole numbers times their steps.</summary>
    private static float[] Biases(Network network, float[] means, out float[] scales)
    {
        var graph = network.Graph;
        var statistics = new TensorStatistics(new ValueHistogram(0, 5, [1, 1]), [.. means]);
        var plan = QuantizedTensors.Plan(graph, QuantizedTensors.Of(graph).Skip(1).ToDictionary(position => position, _ => statistics),
            CalibrationMethod.MinMax);
        var file = ModelProto.Parser.ParseFrom(OnnxEmission.Emit(Checkpoint(graph, network.Weights),
            new OnnxOptions { Quantization = plan }).ToBytes());
        TensorProto Stored(string name) => file.Graph.Initializer.Single(tensor => tensor.Name == $"{Layer}.{name}");
        var steps = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(Stored("bias.int32").RawData.Span);
        scales = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Stored("bias.scale").RawData.Span).ToArray();
        var biases = new float[steps.Length];
        for (var i = 0; i < biases.Length; i++) biases[i] = (float)(steps[i] * (double)scales[i]);
        return biases;
    }

    /// <summary>A network, ready to be emitted, one channel of which has weights of this strength and this bias.</summary>
    private static Network Faded(float strength, float bias)
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10);
        var whole = OnnxEmission.Prepare(Checkpoint(graph, WeightInitializer.Initialize(graph, 1)));
        var kernel = whole.Weights[$"{Layer}.weight"].Values;
        var row = kernel.AsSpan(kernel.Length / 32 * Channel, kernel.Length / 32);
        var largest = row.ToArray().Max(Math.Abs);
        for (var i = 0; i < row.Length; i++) row[i] *= strength / largest;
        whole.Weights[$"{Layer}.bias"].Values[Channel] = bias;
        return whole;
    }

    private static Checkpoint Checkpoint(Graph graph, Weights weights)
        => new() { Graph = graph, Weights = weights, ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")], ImageSize = 64 };
}
