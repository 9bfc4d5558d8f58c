using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

public class ExecutableNetworkTests
{
    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v3")]
    public void Overwriting_and_releasing_outputs_changes_neither_outputs_nor_gradients(string name)
    {
        using var scope = NewDisposeScope();
        using var lean = TestNetworks.Deterministic(name, ExecutionMode.Training);
        using var keeping = lean.Copy();
        var pictures = TestNetworks.Pictures(2, 64);
        int[] everything = [.. Enumerable.Range(0, lean.Graph.Nodes.Length - 1)];

        var leanHeads = lean.ForwardHeads(pictures);
        var keptHeads = keeping.Forward(pictures, everything).Heads;
        SumOfSquares(leanHeads).backward();
        SumOfSquares(keptHeads).backward();

        foreach (var (one, other) in leanHeads.Zip(keptHeads)) Assert.True(one.equal(other).all().item<bool>());
        foreach (var (one, other) in lean.ParameterGroups.Zip(keeping.ParameterGroups))
        {
            var difference = (one.Gradients.Values - other.Gradients.Values).abs().max().item<float>();
            Assert.True(difference <= 1e-5 * one.Gradients.Values.abs().max().item<float>(), $"{one.Kind}: {difference}");
        }
    }

    [Fact]
    public void Watched_outputs_are_those_before_any_overwriting()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        var position = Enumerable.Range(0, network.Graph.Nodes.Length).First(p => network.Graph.Nodes[p] is BatchNormNode);
        var outputs = network.Forward(TestNetworks.Pictures(1, 64), [position, position + 1]).Outputs;
        var expected = nn.functional.silu(outputs[position]);
        Assert.True(expected.allclose(outputs[position + 1]));
    }

    [Fact]
    public void Memory_layout_of_the_pictures_does_not_matter_and_they_stay_unchanged()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        var rowMajor = TestNetworks.Pictures(2, 64);
        var before = rowMajor.clone();
        var channelsLast = rowMajor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Assert.True(network.Predict(rowMajor).equal(network.Predict(channelsLast)).all().item<bool>());
        Assert.True(rowMajor.equal(before).all().item<bool>());
    }

    [Fact]
    public void Training_mode_tracks_statistics_as_torch_does_and_the_other_modes_do_not()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var before = network.ToWeights();
        var convolution = network.Forward(TestNetworks.Pictures(2, 64), [1]).Outputs[1];
        var after = network.ToWeights();
        var mean = convolution.mean([0, 2, 3]).data<float>().ToArray();
        for (var channel = 0; channel < mean.Length; channel++)
        {
            var expected = .97f * before["model.0.bn.running_mean"].Values[channel] + .03f * mean[channel];
            Close.Equal(expected, after["model.0.bn.running_mean"].Values[channel], 1e-4, 1e-6);
        }

        Assert.Equal(1, after["model.0.bn.num_batches_tracked"].Values[0]);
        network.Mode = ExecutionMode.TrainingWithFrozenBatchNorm;
        network.ForwardHeads(TestNetworks.Pictures(2, 64));
        Assert.Equal(after["model.9.cv2.bn.running_var"].Values, network.ToWeights()["model.9.cv2.bn.running_var"].Values);
    }

    [Fact]
    public void Weights_come_back_as_they_went_in()
    {
        var graph = TestNetworks.Graph("yolov5n-v4");
        var weights = DeterministicWeights.For(graph);
        using var network = new ExecutableNetwork(graph, weights);
        var back = network.ToWeights();
        Assert.Equal(weights.Names, back.Names);
        foreach (var name in weights.Names)
        {
            Assert.Equal(weights[name].Shape, back[name].Shape);
            Assert.Equal(weights[name].Values, back[name].Values);
        }
    }

    [Fact]
    public void Foreign_weights_are_refused_by_name_and_change_nothing()
    {
        using var network = TestNetworks.Deterministic();
        var before = network.ToWeights()["model.0.conv.weight"].Values;

        var larger = DeterministicWeights.For(TestNetworks.Graph("yolov5s"));
        Assert.Contains("model.0.conv.weight", Assert.Throws<EspalierException>(() => network.Load(larger)).Message,
            StringComparison.Ordinal);

        var changed = network.ToWeights();
        changed["model.0.conv.weight"] = changed["model.0.conv.weight"] with { Values = new float[before.Length] };
        changed["model.24.m.2.bias"] = new WeightArray([3], [0, 0, 0]);
        var refusal = Assert.Throws<EspalierException>(() => network.Load(changed));
        Assert.Contains("model.24.m.2.bias as (3), but the network needs (45)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, network.ToWeights()["model.0.conv.weight"].Values);

        var stranger = network.ToWeights();
        stranger["model.25.weight"] = new WeightArray([1], [1]);
        Assert.Contains("model.25.weight", Assert.Throws<EspalierException>(() => network.Load(stranger)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_fall_into_the_references_three_groups()
    {
        using var network = TestNetworks.Deterministic();
        Assert.Equal([60, 60, 57], network.ParameterGroups.Select(group => group.Count));
        Assert.Equal(
            [ParameterKind.Bias, ParameterKind.ConvolutionWeight, ParameterKind.BatchNormScale],
            network.ParameterGroups.Select(group => group.Kind)
        );
        Assert.Equal(1_777_447, network.ParameterGroups.Sum(group => group.Values.Slots.Sum(slot => slot.Count)));
    }

    [Fact]
    public void Gradients_gather_in_the_flat_tensors()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        SumOfSquares(network.ForwardHeads(TestNetworks.Pictures(1, 64))).backward();
        var once = network.ParameterGroups.Select(group => group.Gradients.Values.clone()).ToArray();
        SumOfSquares(network.ForwardHeads(TestNetworks.Pictures(1, 64))).backward();
        foreach (var (single, group) in once.Zip(network.ParameterGroups))
        {
            Assert.True(single.abs().sum().item<float>() > 0);
            Assert.True((single * 2).allclose(group.Gradients.Values, 1e-4, 1e-6));
        }

        network.ZeroGradients();
        Assert.All(network.ParameterGroups, group => Assert.Equal(0, group.Gradients.Values.abs().sum().item<float>()));
    }

    [Fact]
    public void Frozen_parameters_are_in_no_group_and_need_no_gradient()
    {
        using var scope = NewDisposeScope();
        var graph = TestNetworks.Graph();
        using var network = new ExecutableNetwork(
            graph, DeterministicWeights.For(graph), isFrozen: name => name.StartsWith("model.0.", StringComparison.Ordinal));
        Assert.Equal([59, 59, 56], network.ParameterGroups.Select(group => group.Count));
        Assert.False(network.Tensors["model.0.conv.weight"].requires_grad);
        Assert.True(network.Tensors["model.1.conv.weight"].requires_grad);
        SumOfSquares(network.ForwardHeads(TestNetworks.Pictures(1, 64))).backward();
        Assert.Equal(DeterministicWeights.For(graph)["model.0.conv.weight"].Values, network.ToWeights()["model.0.conv.weight"].Values);
    }

    [Fact]
    public void Copy_shares_nothing()
    {
        using var network = TestNetworks.Deterministic();
        using var copy = network.Copy();
        using (no_grad()) network.ParameterGroups[1].Values.Values.zero_();
        Assert.Equal(0, network.ToWeights()["model.0.conv.weight"].Values[0]);
        Assert.NotEqual(0, copy.ToWeights()["model.0.conv.weight"].Values[0]);
    }

    [Fact]
    public void Pictures_of_a_wrong_size_are_refused()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        Assert.Contains("multiples of 32", Assert.Throws<ArgumentException>(() => network.ForwardHeads(zeros(1, 3, 64, 48))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_a_batch_arrive_as_shares_of_255()
    {
        using var scope = NewDisposeScope();
        var batch = new Datasets.Batch
        {
            Count = 1,
            Height = 1,
            Width = 2,
            Pixels = [0, 51, 255, 102, 153, 204, 99, 99],
            Targets = [],
            Sources = [],
        };
        var pictures = BatchUpload.ToTensor(batch, CPU);
        Assert.Equal([1, 3, 1, 2], pictures.shape);
        Assert.Equal([0, .4f, .2f, .6f, 1, .8f], pictures.contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 16, 16)]
    [InlineData(5, 7, 11)]
    [InlineData(2, 128, 160)]
    public void Every_byte_of_every_place_is_divided_exactly(int count, int height, int width)
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. Enumerable.Range(0, count * height * width * 3 + 5).Select(index => (byte)(index * 7 % 256))];

        var images = BatchUpload.ToTensor(pixels, count, height, width, CPU);

        Assert.Equal(pixels.SkipLast(5).Select(value => value / 255f), images.permute(0, 2, 3, 1).contiguous().data<float>().ToArray());
        var half = BatchUpload.ToTensor(pixels, count, height, width, CPU, Precision.BF16);
        Assert.Equal((ScalarType.BFloat16, 1), (half.dtype, half.stride(1)));
        Assert.True(half.equal(images.to(bfloat16)).all().item<bool>());
    }

    private static Tensor SumOfSquares(Tensor[] heads) => heads.Select(head => head.square().mean()).Aggregate((sum, next) => sum + next);
}
