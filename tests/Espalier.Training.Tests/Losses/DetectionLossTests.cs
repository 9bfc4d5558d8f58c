using Espalier.Datasets;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Tests.Losses;

public class DetectionLossTests
{
    internal static readonly BatchTarget[] OracleTargets =
    [
        new(0, 3, .5f, .5f, .3f, .6f), new(0, 7, .25f, .4f, .2f, .35f), new(1, 1, .7f, .3f, .5f, .5f), new(1, 0, .1f, .9f, .15f, .18f),
    ];

    [Fact]
    public void Loss_and_gradient_norm_are_the_references()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        var loss = Compute(network, new LossOptions());
        Close.Equal(.12349265, loss.Box.item<float>());
        Close.Equal(.03711763, loss.Objectness.item<float>());
        Close.Equal(.13082957, loss.Class.item<float>());
        Close.Equal(.58287972, loss.Total.item<float>());
        loss.Total.backward();
        Close.Equal(.05629848, GradientClipping.Norm(network));
    }

    [Fact]
    public void Label_smoothing_and_focal_loss_are_the_references()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        Close.Equal(.13099375, Compute(network, new LossOptions { LabelSmoothing = .1f }).Class.item<float>());
        var focal = Compute(network, new LossOptions { FocalGamma = 1.5f });
        Close.Equal(.00996519, focal.Objectness.item<float>());
        Close.Equal(.03445248, focal.Class.item<float>());
    }

    [Fact]
    public void Gains_scale_with_levels_classes_and_image_size()
    {
        var gains = new LossOptions().GainsFor(levels: 3, classes: 10, imageSize: 64);
        Close.Equal(.05, gains.Box);
        Close.Equal(.01, gains.Objectness);
        Close.Equal(.0625, gains.Class);
    }

    [Fact]
    public void Pictures_without_objects_have_an_objectness_loss_only()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        var loss = new DetectionLoss(network.Graph.Detect, new LossOptions(), 64).Compute(network.ForwardHeads(TestNetworks.Pictures(2, 64)), []);
        Assert.Equal(0, loss.Box.item<float>());
        Assert.Equal(0, loss.Class.item<float>());
        Close.Equal(loss.Objectness.item<float>() * 2, loss.Total.item<float>());
        loss.Total.backward();
        Assert.True(GradientClipping.Norm(network) > 0);
    }

    [Fact]
    public void Class_weights_weigh_their_columns()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        var plain = Compute(network, new LossOptions()).Class.item<float>();
        var parts = Enumerable.Range(0, 10).Select(c => Compute(network, new LossOptions(), [.. Enumerable.Range(0, 10).Select(i => i == c ? 1f : 0)]).Class.item<float>());
        Close.Equal(plain, parts.Sum());
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_the_range()
    {
        using var network = TestNetworks.Deterministic();
        var refusal = Assert.Throws<OptionException>(() => new DetectionLoss(network.Graph.Detect, new LossOptions { LabelSmoothing = 1.5f }, 64));
        Assert.Equal("Label smoothing must be within 0…1, but is 1.5.", refusal.Message);
        Assert.Throws<OptionException>(() => new LossOptions { Box = float.NaN }.Validate());
        Assert.Throws<OptionException>(() => new LossOptions { AnchorThreshold = 1 }.Validate());
    }

    private static LossResult Compute(ExecutableNetwork network, LossOptions options, float[]? classWeights = null) =>
        new DetectionLoss(network.Graph.Detect, options, 64, classWeights).Compute(network.ForwardHeads(TestNetworks.Pictures(2, 64)), OracleTargets);
}
