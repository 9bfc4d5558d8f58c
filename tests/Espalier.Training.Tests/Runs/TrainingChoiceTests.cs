using System.Globalization;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Loops;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>What each of the trainer's choices changes.</summary>
public sealed class TrainingChoiceTests
{
    [Fact]
    public void Frozen_rows_keep_their_weights()
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            Epochs = 1,
            FreezeRows = 5,
            HyperParameters = new()
            {
                Optimization = new() { WarmupEpochs = 0, NominalBatchSize = 4 },
            },
        };
        var start = StartingNetwork.Open(options).Create(options, TrainingData.Scan(options, _ => { },
            TestContext.Current.CancellationToken), _ => { }, TestContext.Current.CancellationToken).Weights;
        var trained = Checkpoint.Load(small.Train(options).Folder.Last);

        foreach (var item in trained.Graph.State().Where(item => item.IsParameter))
        {
            var row = int.Parse(item.Name.Split('.')[1], CultureInfo.InvariantCulture);
            foreach (var values in new[] { trained.Weights[item.Name].Values, trained.Training["live/" + item.Name].Values })
            {
                var isSame = Bits.AreSame(start[item.Name].Values, values);
                if (row < 5) Assert.True(isSame, item.Name);
                else if (item.Kind == StateKind.ConvolutionWeight) Assert.False(isSame, item.Name);
            }
        }
    }

    [Fact]
    public void With_all_rows_frozen_there_is_nothing_to_learn()
    {
        using var small = new SmallRun();

        Assert.Equal("10 frozen rows leave nothing to learn: there are 10, and at most 9 can be frozen.",
            Assert.Throws<OptionException>(() => small.Start(small.Options with { FreezeRows = 10 })).Message);
        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void Class_weights_change_the_class_loss_alone()
    {
        using var small = new SmallRun();
        var plain = FirstLoss(small, small.Options);
        var weighted = FirstLoss(small, small.Options with { ClassWeights = true });

        Assert.Equal((plain.Box, plain.Objectness), (weighted.Box, weighted.Objectness));
        Assert.NotEqual(plain.Class, weighted.Class);
    }

    [Fact]
    public void Balanced_sampling_shows_rarer_classes_more_often()
    {
        using var small = new SmallRun(training: 24);
        var plain = SharesOfRarePhotos(small, small.Options);
        var balanced = SharesOfRarePhotos(small, small.Options with { BalancedSampling = true });

        Assert.Equal(1.0 / 3, plain, 0.001);
        Assert.InRange(balanced, 0.45, 0.85);
    }

    [Fact]
    public void Multi_scale_varies_the_size_by_half_in_strides()
    {
        using var small = new SmallRun(training: 24);
        var sizes = new HashSet<int>();
        var listener = new RecordingListener(trained =>
        {
            sizes.Add(trained.Batch.Width);
            Assert.Equal(trained.Batch.Width, trained.Batch.Height);
            Assert.True(trained.MeanLoss.IsFinite);
        });
        small.Train(small.Options with { Epochs = 1, BatchSize = 2, MultiScale = true }, listener);

        Assert.Equal([32, 64, 96], sizes.Order());
    }

    [Fact]
    public void Classes_named_as_digits_are_mirrored_only_where_that_is_asked_for_and_others_unless_it_is_refused()
    {
        using var small = new SmallRun();
        var colours = File.ReadAllText(small.Data);
        var mirrored = small.Options with { HyperParameters = new() { Augmentation = new() { Mosaic = 0, HorizontalFlip = 1 } } };
        var expected = FirstLoss(small, mirrored);
        Assert.NotEqual(expected, FirstLoss(small, mirrored with { Flip = FlipChoice.Off }));

        File.WriteAllText(small.Data, colours.Replace("[colour0, colour1]", "['1', '2']", StringComparison.Ordinal));
        Assert.Equal(expected, FirstLoss(small, mirrored with { Flip = FlipChoice.On }));
        Assert.NotEqual(expected, FirstLoss(small, mirrored));
        Assert.Equal(FirstLoss(small, mirrored), FirstLoss(small, mirrored with { Flip = FlipChoice.Off }));
    }

    [Fact]
    public void Accumulated_halves_step_as_the_whole_batch()
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 2);
        var start = WeightInitializer.Initialize(graph, 3);
        var (half, whole) = (NoiseBatch(repeats: 1), NoiseBatch(repeats: 2));
        var inHalves = AfterStep(graph, start, [half, half]);
        var inOne = AfterStep(graph, start, [whole]);

        foreach (var item in graph.State().Where(item => item.IsParameter))
        {
            var moved = Differences(inOne[item.Name], start[item.Name]).Max();
            Assert.True(Differences(inOne[item.Name], inHalves[item.Name]).Max() <= 1e-3 * moved + 1e-7, item.Name);
        }
    }

    private static IEnumerable<double> Differences(WeightArray first, WeightArray second) =>
        first.Values.Zip(second.Values, (a, b) => Math.Abs((double)a - b));

    /// <summary>The weights after one step that took so many batches; batch norms frozen, for their statistics would differ.</summary>
    private static Weights AfterStep(Graph graph, Weights start, Batch[] batches)
    {
        var options = new OptimizationOptions { NominalBatchSize = 4, WarmupEpochs = 0 };
        using var network = new ExecutableNetwork(graph, start) { Mode = ExecutionMode.TrainingWithFrozenBatchNorm };
        using var learner = new Learner
        {
            Model = new Backpropagation(network),
            Loss = new DetectionLoss(graph.Detect, new LossOptions(), 64),
            Optimizer = Optimizer.Create(options, network, 0),
            Schedule = new LearningRateSchedule(options, 1, 100, batches[0].Count),
            Average = new ExponentialMovingAverage(network),
            MaximumGradientNorm = 10,
        };
        var stepped = batches.Select((batch, index) => TrainingLoop.Step(learner, batch, 0, index, isLast: false).Stepped).ToList();
        Assert.Equal([.. Enumerable.Repeat(false, batches.Length - 1), true], stepped);
        return network.ToWeights();
    }

    /// <summary>The same two pictures once or twice: the halves then have equal means, as they have only by chance otherwise.</summary>
    private static Batch NoiseBatch(int repeats)
    {
        var pixels = new byte[2 * 64 * 64 * 3];
        new Random(5).NextBytes(pixels);
        return new Batch
        {
            Count = 2 * repeats,
            Height = 64,
            Width = 64,
            Pixels = [.. Enumerable.Repeat(pixels, repeats).SelectMany(bytes => bytes)],
            Targets = [.. Enumerable.Range(0, 2 * repeats)
                .Select(image => new BatchTarget(image, image % 2, 0.4f, 0.55f + image % 2 * 0.1f, 0.3f, 0.25f))],
            Sources = [.. Enumerable.Range(0, 2 * repeats).Select(image => new BatchSource($"{image}", 64, 64, 1, 1, 0, 0, []))],
        };
    }

    private static LossValues FirstLoss(SmallRun small, TrainingOptions options)
    {
        var losses = new List<LossValues>();
        small.Train(options with { Epochs = 1 }, new RecordingListener(trained => losses.Add(trained.MeanLoss)));
        return losses[0];
    }

    /// <summary>How many of the pictures shown bear the rarer class.</summary>
    private static double SharesOfRarePhotos(SmallRun small, TrainingOptions options)
    {
        var (shown, rare) = (0, 0);
        small.Train(options with { Epochs = 2 }, new RecordingListener(trained =>
        {
            shown += trained.Batch.Sources.Length;
            rare += trained.Batch.Sources.Count(source => source.Labels.Any(label => label.Class == 1));
        }));
        return (double)rare / shown;
    }
}
