using Espalier.Core;
using Espalier.Datasets;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
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

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(1.5f)]
    [InlineData(10f)]
    public void Focal_gradients_of_saturated_cells_are_finite_and_those_of_others_are_the_formulas(float gamma)
    {
        using var scope = NewDisposeScope();
        float[] values = [0, 0.3f, -2, 5, 9, -9, 17, -17, 40, -40, 104, -104, 1000, -1000];
        foreach (var target in (float[])[0, 0.01f, 0.7f, 1])
        {
            var logits = tensor(values).requires_grad_();
            var loss = new BinaryCrossEntropy(gamma).WeightedSum(logits, full([values.Length], target), ones(values.Length));
            loss.backward();
            var gradients = logits.grad!.data<float>().ToArray();

            Assert.True(float.IsFinite(loss.item<float>()));
            for (var i = 0; i < values.Length; i++)
            {
                Assert.True(float.IsFinite(gradients[i]), $"the gradient at {values[i]} for {target} is {gradients[i]}");
                if (Math.Abs(values[i]) > 9) continue;
                var slope = (Focal(values[i] + 1e-4, target, gamma) - Focal(values[i] - 1e-4, target, gamma)) / 2e-4;
                Assert.Equal(slope, gradients[i], 1e-4 * Math.Max(1, Math.Abs(slope)));
            }
        }
    }

    /// <summary>BCE · (1 − p_t)^γ · (.25t + .75(1 − t)) in double.</summary>
    private static double Focal(double logit, double target, double gamma)
    {
        var probability = 1 / (1 + Math.Exp(-logit));
        var entropy = -(target * Math.Log(probability)) - ((1 - target) * Math.Log(1 - probability));
        var right = (target * probability) + ((1 - target) * (1 - probability));
        return entropy * Math.Pow(1 - right, gamma) * ((0.25 * target) + (0.75 * (1 - target)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Positives_weigh_as_much_as_is_said(double weight)
    {
        using var scope = NewDisposeScope();
        float[] logits = [-3, -0.5f, 0, 1, 4], targets = [1, 0, 0.3f, 0.9f, 0];
        double[] expected = [.. logits.Zip(targets, (logit, target) =>
        {
            var probability = 1 / (1 + Math.Exp(-logit));
            return -(weight * target * Math.Log(probability)) - ((1 - target) * Math.Log(1 - probability));
        })];

        var loss = new BinaryCrossEntropy(0, (float)weight);

        Close.Equal(expected.Average(), loss.Mean(tensor(logits), tensor(targets)).item<float>());
        Close.Equal(2 * expected.Sum(), loss.WeightedSum(tensor(logits), tensor(targets), full_like(tensor(logits), 2)).item<float>());
    }

    [Fact]
    public void Weights_of_positives_reach_the_part_of_the_loss_that_they_are_for()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        var plain = Compute(network, new LossOptions());
        var classes = Compute(network, new LossOptions { ClassPositiveWeight = 2 });
        var objects = Compute(network, new LossOptions { ObjectnessPositiveWeight = 2 });

        Assert.True(classes.Class.item<float>() > plain.Class.item<float>()
            && objects.Objectness.item<float>() > plain.Objectness.item<float>());
        Assert.Equal(plain.Objectness.item<float>(), classes.Objectness.item<float>());
        Assert.Equal(plain.Class.item<float>(), objects.Class.item<float>());
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
        var loss = new DetectionLoss(network.Graph.Detect, new LossOptions(), 64)
            .Compute(network.ForwardHeads(TestNetworks.Pictures(2, 64)), []);
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
        var parts = Enumerable.Range(0, 10).Select(c => Compute(network, new LossOptions(),
            [.. Enumerable.Range(0, 10).Select(i => i == c ? 1f : 0)]).Class.item<float>());
        Close.Equal(plain, parts.Sum());
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_the_range()
    {
        using var network = TestNetworks.Deterministic();
        var refusal = Assert.Throws<OptionException>(() => new DetectionLoss(network.Graph.Detect,
            new LossOptions { LabelSmoothing = 1.5f }, 64));
        Assert.Equal("Label smoothing must be within 0…1, but is 1.5.", refusal.Message);
        Assert.Throws<OptionException>(() => new LossOptions { Box = float.NaN }.Validate());
        Assert.Throws<OptionException>(() => new LossOptions { AnchorThreshold = 1 }.Validate());
    }

    private static LossResult Compute(ExecutableNetwork network, LossOptions options, float[]? classWeights = null) =>
        new DetectionLoss(network.Graph.Detect, options, 64, classWeights)
            .Compute(network.ForwardHeads(TestNetworks.Pictures(2, 64)), OracleTargets);
}
