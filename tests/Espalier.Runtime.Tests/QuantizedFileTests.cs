using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Quantization;
using Espalier.Vision;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Espalier.Runtime.Tests;

/// <summary>Files in int8, and files that take bytes: what they give, against float32 and against each other.</summary>
public sealed class QuantizedFileTests
{
    private const int Side = 96;

    private static readonly NmsOptions Some = new() { Confidence = 0.35f, IoU = 0.45f, MaximumDetections = 50 };

    [Theory]
    [InlineData("yolov5n", null)]
    [InlineData("yolov5n", ActivationKind.ReLU)]
    [InlineData("yolov5n", ActivationKind.LeakyReLU)]
    [InlineData("yolov5n-v4", null)]
    [InlineData("yolov5n-v3", ActivationKind.Hardswish)]
    public void Whole_numbers_give_nearly_what_floats_give(string architecture, ActivationKind? activation)
    {
        var checkpoint = Network(architecture, activation);
        using var floats = Emitted.Open(checkpoint);
        using var bytes = Emitted.Open(checkpoint, new OnnxOptions { Quantization = Plan(checkpoint) });
        var pixels = Emitted.Pixels(2, Side, Side);

        var (expected, actual) = (floats.Predict(pixels, 2, Side, Side), bytes.Predict(pixels, 2, Side, Side));

        Assert.Equal(expected.Length, actual.Length);
        var score = Enumerable.Range(0, expected.Length).Where(i => i % 15 >= 4).Average(i => Math.Abs(expected[i] - actual[i]));
        Assert.InRange(score, 1e-6, 0.02);
        Assert.Empty(RuntimeWarnings.All);
    }

    [Fact]
    public void Every_block_gives_nearly_the_same_in_whole_numbers_and_what_gates_are_made_of_stays_in_floats()
    {
        foreach (var table in (Architecture[])[BlockTables.All, .. BlockTables.Thinnable])
        {
            var checkpoint = Emitted.Checkpoint(GraphBuilder.Expand(table), Side);
            var plan = Plan(checkpoint);
            using var floats = Emitted.Open(checkpoint);
            using var bytes = Emitted.Open(checkpoint, new OnnxOptions { Quantization = plan });
            var pixels = Emitted.Pixels(2, Side, Side);
            var (expected, actual) = (floats.Predict(pixels, 2, Side, Side), bytes.Predict(pixels, 2, Side, Side));

            Assert.InRange(Enumerable.Range(0, expected.Length).Where(i => i % 7 >= 4).Average(i => Math.Abs(expected[i] - actual[i])),
                1e-6, 0.03);
            // Layers of transformers have an fc1, too.
            var ofGates = plan.Ranges.Keys.Where(name => !name.Contains(".tr.", StringComparison.Ordinal));
            Assert.DoesNotContain(ofGates, name => name.Contains(".fc", StringComparison.Ordinal)
                || name.EndsWith("sigmoid", StringComparison.Ordinal) || name.EndsWith("pool.mean", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(1e-7f)]
    [InlineData(0)]
    public void Faded_channels_send_their_bias_on_in_whole_numbers_as_well(float scale)
    {
        // Every other channel of every batch norm, the sign of its constant in turn.
        var checkpoint = Network("yolov5n", null);
        foreach (var norm in checkpoint.Graph.Nodes.OfType<BatchNormNode>())
        {
            var (scales, shifts) = (checkpoint.Weights[$"{norm.Name}.weight"].Values, checkpoint.Weights[$"{norm.Name}.bias"].Values);
            for (var channel = 0; channel < scales.Length; channel += 2) (scales[channel], shifts[channel]) = (scale, channel % 4 == 0
                ? -2.3f : 2.3f);
        }

        using var floats = Emitted.Open(checkpoint);
        using var bytes = Emitted.Open(checkpoint, new OnnxOptions { Quantization = Plan(checkpoint) });
        var pixels = Emitted.Pixels(2, Side, Side);

        var (expected, actual) = (floats.Predict(pixels, 2, Side, Side), bytes.Predict(pixels, 2, Side, Side));

        Assert.InRange(Enumerable.Range(0, expected.Length).Where(i => i % 15 >= 4).Average(i => Math.Abs(expected[i] - actual[i])),
            1e-6, 0.02);
    }

    [Fact]
    public void Every_convolution_of_a_relu_network_is_computed_in_whole_numbers()
    {
        var checkpoint = Network("yolov5n", ActivationKind.ReLU);
        var file = OnnxEmission.Emit(checkpoint,
            new OnnxOptions { Batch = 1, Height = Side, Width = Side, Interface = OnnxInterface.Bytes, Quantization = Plan(checkpoint) });

        var operators = OperatorsAsRun(file.ToBytes());

        Assert.Equal(57, operators["QLinearConv"]);
        Assert.Equal(3, operators["MatMulIntegerToFloat"]);
        Assert.DoesNotContain("Conv", operators.Keys);
        Assert.DoesNotContain("QuantizeLinear", operators.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_takes_bytes_finds_what_the_standard_one_finds(bool quantized)
    {
        var checkpoint = Network("yolov5n", ActivationKind.ReLU);
        var plan = quantized ? Plan(checkpoint) : null;
        using var standard = Detector.Open(OnnxEmission.Emit(checkpoint, new OnnxOptions { Quantization = plan }).ToBytes(),
            new DetectorOptions { Suppression = Some });
        using var bytes = Detector.Open(
            OnnxEmission.Emit(checkpoint, new OnnxOptions { Quantization = plan, Interface = OnnxInterface.Bytes }).ToBytes(),
            new DetectorOptions { Suppression = Some }
        );
        foreach (var picture in Pictures(3))
        {
            var (expected, actual) = (standard.Detect(picture), bytes.Detect(picture));
            Assert.NotEmpty(expected);
            Assert.Equal(expected.Length, actual.Length);
            foreach (var found in expected)
                Assert.Contains(actual, other => other.Class == found.Class && Math.Abs(other.Confidence - found.Confidence) < 1e-4
                    && BoxOverlap.IoU(other.Box, found.Box) > 0.999);
        }
    }

    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v4")]
    public void Raw_rows_decode_to_the_standard_predictions(string architecture)
    {
        var checkpoint = Network(architecture, null);
        using var standard = Emitted.Open(checkpoint);
        using var bytes = Emitted.Open(checkpoint, new OnnxOptions { Interface = OnnxInterface.Bytes });
        var pixels = Emitted.Pixels(2, Side, Side + 32);

        var (expected, actual) = (standard.Predict(pixels, 2, Side, Side + 32), bytes.Predict(pixels, 2, Side, Side + 32));

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void A_fixed_batch_of_bytes_takes_any_number_of_pictures()
    {
        var checkpoint = Network("yolov5n", ActivationKind.ReLU);
        var options = new OnnxOptions { Interface = OnnxInterface.Bytes, Quantization = Plan(checkpoint) };
        using var free = Emitted.Open(checkpoint, options);
        using var three = Emitted.Open(checkpoint, options with { Batch = 3, Height = Side, Width = Side });
        var pixels = Emitted.Pixels(4, Side, Side);

        Assert.Equal(free.Predict(pixels, 4, Side, Side), three.Predict(pixels, 4, Side, Side));
        Assert.Equal((3, Side, Side), (three.Facts.Batch, three.Facts.Height, three.Facts.Width));
        Assert.Equal([8, 16, 32], three.Facts.RawHeads!.Strides);
    }

    [Fact]
    public void Convolutions_that_are_kept_stay_in_float()
    {
        var checkpoint = Network("yolov5n", ActivationKind.ReLU);
        var plan = Plan(checkpoint) with { KeptFloat = ["model.1.conv", "model.24.m.0"] };

        foreach (var kind in Enum.GetValues<OnnxInterface>())
        {
            var file = OnnxEmission.Emit(checkpoint,
                new OnnxOptions { Batch = 1, Height = Side, Width = Side, Interface = kind, Quantization = plan });
            var operators = OperatorsAsRun(file.ToBytes());
            Assert.Equal(56, operators["QLinearConv"]);
            Assert.Equal(2, operators["MatMulIntegerToFloat"]);
        }
    }

    [Fact]
    public void Corrected_biases_bring_the_mean_of_the_scores_nearer_to_float()
    {
        var checkpoint = Network("yolov5n", ActivationKind.ReLU);
        var plan = Plan(checkpoint);
        var pixels = Emitted.Pixels(4, Side, Side);
        float[] Predict(QuantizationPlan? used)
        {
            using var network = Emitted.Open(checkpoint, new OnnxOptions { Quantization = used });
            return network.Predict(pixels, 4, Side, Side);
        }

        var expected = Predict(null);
        double Shift(float[] actual) =>
            Math.Abs(Enumerable.Range(0, actual.Length).Where(i => i % 15 >= 4).Average(i => actual[i] - expected[i]));

        Assert.True(Shift(Predict(plan)) < Shift(Predict(plan with { ChannelMeans = plan.ChannelMeans.Clear() })));
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        var checkpoint = Network("yolov5n", null);
        var exception = Assert.Throws<OptionException>(() => OnnxEmission.Emit(checkpoint,
            new OnnxOptions { Interface = OnnxInterface.Bytes, Suppression = Some }));
        Assert.Equal("Suppression inside the network goes with the standard interface; with bytes the runtime suppresses.",
            exception.Message);
    }

    private static Checkpoint Network(string architecture, ActivationKind? activation)
    {
        var checkpoint = Emitted.Checkpoint(architecture, imageSize: Side);
        return activation is { } kind ? checkpoint with { Graph = checkpoint.Graph.WithActivation(kind) } : checkpoint;
    }

    private static QuantizationPlan Plan(Checkpoint checkpoint)
    {
        var network = OnnxEmission.Prepare(checkpoint);
        var batch = new Batch
        {
            Count = 4,
            Height = Side,
            Width = Side,
            Pixels = Emitted.Pixels(4, Side, Side),
            Targets = [],
            Sources = [],
        };
        return QuantizedTensors.Plan(network.Graph,
            ActivationCalibration.Measure(network, [batch], CPU, TestContext.Current.CancellationToken), CalibrationMethod.MinMax);
    }

    private static Picture[] Pictures(int count) => [.. Enumerable.Range(0, count).Select(index =>
    {
        var picture = new Picture(60 + (17 * index), 40 + (11 * (index % 3)));
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(127.5 + (127.4 * Math.Sin((0.01 + (0.013 * index)) * (i + 1))));
        return picture;
    })];

    /// <summary>How often each operator occurs once ONNX Runtime has optimized a file.</summary>
    private static Dictionary<string, int> OperatorsAsRun(byte[] file)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = 1,
            EnableProfiling = true,
            ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")),
        };
        using var session = new InferenceSession(file, options);
        var isBytes = session.InputMetadata["images"].ElementType == typeof(byte);
        using var input = isBytes ? OrtValue.CreateTensorValueFromMemory(new byte[Side * Side * 4], [1, Side, Side, 4])
            : OrtValue.CreateTensorValueFromMemory(new float[3 * Side * Side], [1, 3, Side, Side]);
        using var run = new RunOptions();
        session.Run(run, ["images"], [input], ["output0"]).Dispose();
        var trace = session.EndProfiling();
        try
        {
            using var events = System.Text.Json.JsonDocument.Parse(File.ReadAllText(trace));
            return events.RootElement.EnumerateArray().Where(entry => entry.GetProperty("name").GetString()!.EndsWith("_kernel_time",
                StringComparison.Ordinal)).CountBy(entry => entry.GetProperty("args").GetProperty("op_name").GetString()!).ToDictionary();
        }
        finally
        {
            File.Delete(trace);
        }
    }
}
