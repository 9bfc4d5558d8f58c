using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Tests;

public class LearningTests
{
    private const int Side = 64;

    [Fact]
    public void Network_overfits_eight_pictures()
    {
        var losses = Train(steps: 40, out _);
        Assert.True(losses[^1] < losses[0] / 3, string.Join(' ', losses));
    }

    [Fact]
    public void Two_runs_from_the_same_seed_are_equal_bit_for_bit()
    {
        Train(steps: 3, out var one);
        Train(steps: 3, out var other);
        foreach (var name in one.Names) Assert.Equal(one[name].Values, other[name].Values);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        using var optimizer = Optimizer.Create(new OptimizationOptions(), network, 5e-4);
        using var average = new ExponentialMovingAverage(network);
        var (pictures, targets) = Squares();
        var loss = new DetectionLoss(network.Graph.Detect, new LossOptions(), Side);
        long[] live = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            Step(network, optimizer, loss, pictures, targets);
            average.Update(network);
            using (NewDisposeScope()) average.Network.Predict(pictures);
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        })];
        pictures.Dispose();
        Assert.Equal(live[1], live[3]);
    }

    private static List<float> Train(int steps, out Weights weights)
    {
        using var outer = NewDisposeScope();
        var graph = TestNetworks.Graph();
        using var network = new ExecutableNetwork(graph, WeightInitializer.Initialize(graph, seed: 1));
        using var optimizer = Optimizer.Create(new OptimizationOptions { Kind = OptimizerKind.AdamW }, network, 5e-4);
        var (pictures, targets) = Squares();
        var loss = new DetectionLoss(network.Graph.Detect, new LossOptions(), Side);
        var losses = Enumerable.Range(0, steps).Select(_ => Step(network, optimizer, loss, pictures, targets)).ToList();
        weights = network.ToWeights();
        return losses;
    }

    private static float Step(ExecutableNetwork network, Optimizer optimizer, DetectionLoss loss, Tensor pictures, BatchTarget[] targets)
    {
        using var scope = NewDisposeScope();
        var result = loss.Compute(network.ForwardHeads(pictures), targets);
        result.Total.backward();
        Assert.True(double.IsFinite(GradientClipping.Clip(network, 10)));
        optimizer.Step(new ScheduledRates(.002, .002, .9, 1));
        return result.Total.item<float>();
    }

    /// <summary>Eight grey pictures, each with one bright square whose class is its place.</summary>
    private static (Tensor Pictures, BatchTarget[] Targets) Squares()
    {
        var random = new Random(7);
        var pictures = full([8, 3, Side, Side], .45f, float32);
        var targets = new BatchTarget[8];
        for (var image = 0; image < 8; image++)
        {
            var (size, left, top) = (random.Next(16, 30), random.Next(0, 30), random.Next(0, 30));
            pictures[image].narrow(1, top, size).narrow(2, left, size).fill_(.6f + .05f * image);
            targets[image] = new BatchTarget(image, image, (left + size / 2f) / Side, (top + size / 2f) / Side,
                (float)size / Side, (float)size / Side);
        }

        return (pictures, targets);
    }
}
