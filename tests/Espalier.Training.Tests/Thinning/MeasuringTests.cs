using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Training.Thinning;
using static TorchSharp.torch;

namespace Espalier.Training.Tests.Thinning;

/// <summary>What is measured before and after a cut, against the same thing computed directly.</summary>
public sealed class MeasuringTests
{
    private const int Side = 64;
    private static readonly Checkpoint Checkpoint = Deterministic();

    [Fact]
    public void Statistics_are_the_mean_and_the_root_mean_square_after_the_activation()
    {
        var statistics = ChannelStatistics.Measure(Checkpoint, [Batch(2, 0), Batch(2, 1)], CPU);
        var position = Enumerable.Range(0, Checkpoint.Graph.Nodes.Length).First(node => Checkpoint.Graph.Nodes[node] is ActivationNode);
        using var network = new ExecutableNetwork(Checkpoint.Graph, Checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var outputs = new[] { 0, 1 }.Select(seed => network.Forward(BatchUpload.ToTensor(Batch(2, seed), CPU), [position])
            .Outputs[position]).ToArray();
        var both = cat(outputs, 0);
        var mean = both.mean([0, 2, 3]);
        var deviation = both.square().mean([0, 2, 3]) - mean.square();

        for (var channel = 0; channel < mean.shape[0]; channel++)
        {
            Assert.Equal(mean[channel].item<float>(), statistics.Means[position][channel], 1e-5);
            Assert.Equal(Math.Sqrt(Math.Pow(mean[channel].item<float>(), 2) + deviation[channel].item<float>()),
                statistics.RootMeanSquares[position][channel], 1e-4);
        }

        Assert.Same(statistics.RootMeanSquares, new BatchNormStatisticsImportance().Measure(Subject([]) with { Statistics = statistics })
            .Layers);
    }

    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v4")]
    public void The_mean_of_what_poolings_give_is_measured_there_so_that_cut_channels_leave_the_mean_behind_them_as_it_was(string name)
    {
        // All that the pools read goes; what the 1 × 1 convolution behind them gives must keep its mean over the pictures, whatever the
        // channels did between.
        var graph = TestNetworks.Graph(name);
        var checkpoint = Deterministic(graph);
        var pools = Enumerable.Range(0, graph.Nodes.Length).Where(position => graph.Nodes[position] is MaxPoolNode).ToArray();
        var joined = Array.FindIndex([.. graph.Nodes], node => node is ConcatNode && node.Inputs.Contains(pools[^1]));
        var conv = Array.FindIndex([.. graph.Nodes], node => node is ConvNode && node.Inputs.Contains(joined));
        var norm = Assert.IsType<BatchNormNode>(graph.Nodes[conv + 1]);
        var analysis = ChannelAnalysis.Of(graph);
        var removed = analysis.VariablesOf(pools[0]).Skip(4).ToHashSet();
        var network = new Network(graph, checkpoint.Weights);
        Batch[] batches = [Batch(2, 0), Batch(2, 1)];

        var statistics = ChannelStatistics.Measure(checkpoint, batches, CPU);
        var folded = Surgery.Cut(network, new Removal(analysis, removed),
            ChannelConstants.Of(network, new Removal(analysis, removed), statistics.Means));

        Assert.All(pools, pool => Assert.Contains(pool, statistics.Means.Keys));
        Assert.DoesNotContain(pools, pool => statistics.RootMeanSquares.ContainsKey(pool));
        var before = Means(network, conv, batches);
        var after = Means(folded, conv, batches);
        for (var channel = 0; channel < before.Length; channel++)
        {
            var shift = folded.Weights[$"{norm.Name}.running_mean"].Values[channel] - checkpoint.Weights[$"{norm.Name}.running_mean"]
                .Values[channel];
            Assert.Equal(before[channel], after[channel] - shift, 1e-4);
        }
    }

    private static double[] Means(Network network, int position, Batch[] batches)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var executable = new ExecutableNetwork(network.Graph, network.Weights) { Mode = ExecutionMode.Evaluation };
        var outputs = batches.Select(batch => executable.Forward(BatchUpload.ToTensor(batch, CPU), [position]).Outputs[position]).ToArray();
        return [.. cat(outputs, 0).mean([0, 2, 3]).data<float>().ToArray().Select(value => (double)value)];
    }

    [Fact]
    public void Gradient_and_Taylor_are_averages_of_absolute_values_batch_by_batch()
    {
        Batch[] batches = [Batch(2, 0), Batch(2, 1)];
        var gradient = new GradientImportance().Measure(Subject(batches));
        var taylor = new TaylorImportance().Measure(Subject(batches));
        var single = batches.Select(batch => new GradientImportance().Measure(Subject([batch]))).ToArray();

        Assert.Equal(Checkpoint.Graph.Nodes.Count(node => node is ConvNode), gradient.Layers.Count);
        var head = Checkpoint.Graph.Detect.Inputs[0];
        var kernel = Checkpoint.Weights[$"{Checkpoint.Graph.Nodes[head].Name}.weight"].Values;
        var largest = kernel.Max(Math.Abs);
        for (var channel = 0; channel < gradient.Layers[head].Length; channel++)
        {
            Assert.Equal((single[0].Layers[head][channel] + single[1].Layers[head][channel]) / 2, gradient.Layers[head][channel], 1e-7);
            Assert.InRange(taylor.Layers[head][channel], 0, (gradient.Layers[head][channel] * largest) + 1e-9);
        }

        Assert.Contains(taylor.Layers[head], score => score > 0);
    }

    [Fact]
    public void Every_criterion_scores_under_its_own_name_and_others_are_refused()
    {
        Batch[] batches = [Batch(1, 0)];
        var subject = Subject(batches) with { Statistics = ChannelStatistics.Measure(Checkpoint, batches, CPU) };

        Assert.All(Importances.All, criterion =>
        {
            var scores = Importances.Of(criterion.Name).Measure(subject);
            Assert.Equal(criterion.Name, scores.Criterion);
            Assert.NotEmpty(scores.Layers);
        });
        Assert.Equal(
            "The criterion must be one of bn-scale, bn-statistics, gradient, taylor, l1, random, not 'scissors'.",
            Assert.Throws<OptionException>(() => Importances.Of("scissors")).Message);
    }

    [Fact]
    public void Batch_norms_are_estimated_as_the_average_over_the_batches_each_as_much_as_it_has_pictures()
    {
        Batch[] batches = [Batch(3, 0), Batch(3, 1), Batch(1, 2)];
        var calibrated = BatchNormCalibration.Run(Checkpoint, batches, CPU);
        var single = batches.Select(batch => BatchNormCalibration.Run(Checkpoint, [batch], CPU)).ToArray();
        var norm = Checkpoint.Graph.Nodes.OfType<BatchNormNode>().First();

        foreach (var name in new[] { $"{norm.Name}.running_mean", $"{norm.Name}.running_var" })
        {
            var expected = Enumerable.Range(0, norm.Channels).Select(channel => single.Zip(batches, (one, batch) => one.Weights[name]
                .Values[channel] * batch.Count).Sum() / 7).ToArray();
            for (var channel = 0; channel < norm.Channels; channel++)
                Assert.Equal(expected[channel], calibrated.Weights[name].Values[channel], 1e-5);
            Assert.NotEqual(Checkpoint.Weights[name].Values, calibrated.Weights[name].Values);
        }

        Assert.All(Checkpoint.Weights.Names.Where(name => !name.Contains("running_", StringComparison.Ordinal)),
            name => Assert.Equal(Checkpoint.Weights[name].Values, calibrated.Weights[name].Values));
    }

    [Fact]
    public void New_statistics_can_be_taken_without_changing_the_function()
    {
        using var scope = NewDisposeScope();
        var calibrated = BatchNormCalibration.Run(Checkpoint, [Batch(2, 0)], CPU);
        var kept = BatchNormCalibration.KeepFunction(Checkpoint, calibrated);
        float[] Output(Checkpoint checkpoint)
        {
            using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
            using var guard = no_grad();
            return network.Predict(BatchUpload.ToTensor(Batch(1, 5), CPU)).contiguous().data<float>().ToArray();
        }

        var (expected, actual, other) = (Output(Checkpoint), Output(kept), Output(calibrated));

        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-3 * Math.Max(1, Math.Abs(expected[i])));
        Assert.Contains(Enumerable.Range(0, expected.Length), i => Math.Abs(expected[i] - other[i]) > 0.1);
        Assert.All(Checkpoint.Weights.Names.Where(name => name.Contains("running_", StringComparison.Ordinal)),
            name => Assert.Equal(calibrated.Weights[name].Values, kept.Weights[name].Values));
    }

    private static ImportanceSubject Subject(Batch[] batches) =>
        new(Checkpoint, new ChannelStatistics(new Dictionary<int, float[]>(), new Dictionary<int, float[]>()), batches, CPU, 0);

    private static Checkpoint Deterministic() => Deterministic(TestNetworks.Graph());

    private static Checkpoint Deterministic(Graph graph)
    {
        return new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            ImageSize = Side,
        };
    }

    private static Batch Batch(int count, int seed)
    {
        var pixels = new byte[count * Side * Side * 3];
        new Random(seed).NextBytes(pixels);
        return new Batch
        {
            Count = count,
            Height = Side,
            Width = Side,
            Pixels = pixels,
            Targets = [.. Enumerable.Range(0, count).Select(image => new BatchTarget(image, (image + seed) % 10, .5f, .5f, .3f, .6f))],
            Sources = [],
        };
    }
}
