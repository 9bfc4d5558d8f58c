using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Runtime.Tests;

/// <summary>ONNX Runtime on an emitted file against TorchSharp on the network that it was emitted from, batch norms not folded.</summary>
public sealed class EmissionAgreesTests
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var family in new[] { "", "-v4", "-v3" })
            {
                foreach (var size in new[] { 'n', 's', 'm' })
                {
                    cases.Add($"yolov5{size}{family}", false);
                    cases.Add($"yolov5{size}{family}", true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_file_gives_what_the_trained_network_gives(string architecture, bool isFixed)
    {
        var checkpoint = Emitted.Checkpoint(architecture);
        using var trained = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        using var free = isFixed ? null : Emitted.Open(checkpoint);
        foreach (var (batch, height, width) in new[] { (1, 64, 64), (3, 96, 64), (3, 64, 64), (1, 96, 64) })
        {
            using var given = isFixed ? Emitted.Open(checkpoint, new OnnxOptions { Batch = batch, Height = height, Width = width }) : null;
            var pixels = Emitted.Pixels(batch, height, width);
            var actual = (given ?? free)!.Predict(pixels, batch, height, width);
            var expected = Expected(trained, pixels, batch, height, width);

            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i])),
                    $"{architecture}, {batch}×{height}×{width}, {i}: {expected[i]} against {actual[i]}");
            }
        }
    }

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n", 2)]
    [InlineData("yolov5n-v4", 3)]
    [InlineData("yolov5n-v4", 4)]
    [InlineData("yolov5n-v3", 5)]
    [InlineData("yolov5n-v3", 6)]
    public void The_file_of_a_thinned_network_gives_what_the_network_gives(string architecture, int seed)
    {
        const int Side = 64;
        var thinned = Emitted.Thinned(architecture, seed, Side);
        using var trained = new ExecutableNetwork(thinned.Graph, thinned.Weights) { Mode = ExecutionMode.Evaluation };
        var pixels = Emitted.Pixels(2, Side, Side);
        var expected = Expected(trained, pixels, 2, Side, Side);
        foreach (var block in new[] { 1, 3, 16 })
        {
            using var file = Emitted.Open(thinned, new OnnxOptions { ChannelBlock = block });
            var actual = file.Predict(pixels, 2, Side, Side);

            RequireClose(expected, actual, 1e-4, $"blocks of {block}");
        }
    }

    public static TheoryData<ActivationKind, float> Activations
    {
        get
        {
            var activations = new TheoryData<ActivationKind, float>
            {
                { ActivationKind.LeakyReLU, 0.01f }, { ActivationKind.LeakyReLU, 0.4f }, { ActivationKind.ELU, 0.5f },
            };
            foreach (var kind in Enum.GetValues<ActivationKind>().Where(kind => kind != ActivationKind.Identity))
                activations.Add(kind, ((Activation)kind).Parameter);
            return activations;
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Every_activation_is_computed_by_the_file_as_by_the_trained_network(ActivationKind kind, float parameter)
    {
        var checkpoint = Emitted.Checkpoint("yolov5n");
        checkpoint = checkpoint with { Graph = checkpoint.Graph.WithActivation(new Activation(kind, parameter)) };
        using var trained = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        using var file = Emitted.Open(checkpoint);
        var pixels = Emitted.Pixels(2, 64, 64);
        var (expected, actual) = (Expected(trained, pixels, 2, 64, 64), file.Predict(pixels, 2, 64, 64));

        RequireClose(expected, actual, 1e-4, $"{kind}");
    }

    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v3")]
    public void Dilated_convolutions_are_computed_by_the_file_as_by_the_trained_network(string architecture)
    {
        // The older form's first convolution too, which must not be merged with its slicing then.
        var checkpoint = Emitted.Checkpoint(architecture);
        var nodes = checkpoint.Graph.Nodes.Select(node => node is ConvNode { Kernel: 3, Stride: 1 } conv
            ? conv with { Dilation = 2, Padding = 2 } : node);
        checkpoint = checkpoint with { Graph = checkpoint.Graph with { Nodes = [.. nodes] } };
        using var trained = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        using var file = Emitted.Open(checkpoint);
        var pixels = Emitted.Pixels(1, 64, 64);
        var (expected, actual) = (Expected(trained, pixels, 1, 64, 64), file.Predict(pixels, 1, 64, 64));

        RequireClose(expected, actual, 1e-4, "dilated");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Every_block_is_computed_by_the_file_as_by_the_trained_network(int block)
    {
        foreach (var table in (Architecture[])[BlockTables.All, BlockTables.Counted.Table, .. BlockTables.Thinnable])
        {
            var checkpoint = Emitted.Checkpoint(GraphBuilder.Expand(table));
            using var trained = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
            using var file = Emitted.Open(checkpoint, new OnnxOptions { ChannelBlock = block });
            var pixels = Emitted.Pixels(2, 96, 64);
            var (expected, actual) = (Expected(trained, pixels, 2, 96, 64), file.Predict(pixels, 2, 96, 64));

            RequireClose(expected, actual, 1e-5, table.Name);
        }
    }

    [Fact]
    public void Zeros_before_a_pooling_stay_zeros()
    {
        // Runtimes like to let the pooling pad by itself, which is with −∞: negative numbers at the border would then stay.
        var checkpoint = Emitted.Checkpoint(GraphBuilder.Expand(Architecture.Parse("padded", """
            nc: 2
            depth_multiple: 1.0
            width_multiple: 1.0
            anchors: 3
            backbone:
             [[-1, 1, nn.Conv2d, [8, 3, 2, 1]],
              [-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]],
              [-1, 1, nn.MaxPool2d, [2, 1]]]
            head:
             [[[2], 1, Detect, [nc, anchors]]]
            """)));
        checkpoint.Weights["model.0.bias"].Values.AsSpan().Fill(-10);
        using var trained = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        using var file = Emitted.Open(checkpoint);
        var pixels = Emitted.Pixels(1, 32, 32);

        RequireClose(Expected(trained, pixels, 1, 32, 32), file.Predict(pixels, 1, 32, 32), 1e-5, "padded");
    }

    private static void RequireClose(float[] expected, float[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{what}, {i}: {expected[i]} against {actual[i]}");
    }

    private static float[] Expected(ExecutableNetwork network, byte[] pixels, int batch, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return network.Predict(BatchUpload.ToTensor(pixels, batch, height, width, CPU)).cpu().contiguous().data<float>().ToArray();
    }
}
