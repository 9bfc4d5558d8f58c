using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Tests.Runs;

namespace Espalier.Training.Tests.Thinning;

/// <summary>Thinned networks go through the trainer like any other.</summary>
public sealed class ThinnedRunTests
{
    [Theory]
    [InlineData("yolov5n", 11)]
    [InlineData("yolov5n-v4", 12)]
    [InlineData("yolov5n-v3", 13)]
    public void A_thinned_network_trains_is_saved_and_resumes_bit_for_bit(string architecture, int seed)
    {
        using var small = new SmallRun(training: 8);
        var graph = GraphBuilder.Expand(Architecture.Load(architecture), 2);
        var cut = RandomPlans.Cut(new Network(graph, WeightInitializer.Initialize(graph, 1)), seed, 64);
        new Checkpoint { Graph = cut.Graph, Weights = cut.Weights, ClassNames = ["a", "b"], ImageSize = 64 }.Save(
            small.PathOf("thin.safetensors"));
        var options = small.Options with { Model = null, Weights = small.PathOf("thin.safetensors"), Epochs = 2 };

        var undisturbed = small.Train(options);
        using var source = new CancellationTokenSource();
        var listener = new RecordingListener(trained =>
        {
            if ((trained.Epoch, trained.Done) == (1, 1)) source.Cancel();
        });
        var interrupted = small.Start(options, listener).Run(source.Token);
        Assert.Equal(TrainingEnd.Interrupted, interrupted.End);
        SmallRun.Resume(interrupted.Folder);

        Bits.RequireSame(undisturbed.Folder, interrupted.Folder);
        var best = Checkpoint.Load(undisturbed.Folder.Best);
        Assert.Equal(cut.Graph.Summarize(64).Parameters, best.Graph.Summarize(64).Parameters);
        var first = $"{cut.Graph.Nodes.OfType<ConvNode>().First().Name}.weight";
        Assert.False(Bits.AreSame(cut.Weights[first].Values, best.Weights[first].Values));
    }

    [Fact]
    public void A_run_is_begun_gone_on_with_found_finished_and_refused_where_it_is_another()
    {
        using var small = new SmallRun(training: 8);
        var folder = new RunFolder(Path.Combine(small.Project, "one"));
        var options = small.Options with { Epochs = 2 };
        using (var source = new CancellationTokenSource())
        {
            var listener = new RecordingListener(trained =>
            {
                if (trained.Epoch == 1) source.Cancel();
            });
            Assert.Null(Trainer.Continue(folder, options, [listener], source.Token));
        }

        Assert.False(RunRecord.Open(folder)!.IsFinished);
        var record = Trainer.Continue(folder, options, [], TestContext.Current.CancellationToken)!;
        Assert.Equal((true, 2), (record.IsFinished, record.History.Count));
        var written = File.GetLastWriteTimeUtc(folder.Last);
        Assert.Equal(2, Trainer.Continue(folder, options, [], TestContext.Current.CancellationToken)!.History.Count);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder.Last));

        // How fast it is done is nobody's business; what is done is.
        Assert.Equal(2, Trainer.Continue(folder, options with { Threads = options.Threads + 1, Workers = 2, CacheInMemory = false },
            [], TestContext.Current.CancellationToken)!.History.Count);
        var refused = Assert.Throws<EspalierException>(() => Trainer.Continue(folder, options with { Epochs = 3 }, [],
            TestContext.Current.CancellationToken));
        Assert.Contains("is a run of other options; wanted now: epochs: 3, not 2. Remove it", refused.Message, StringComparison.Ordinal);
        var foreign = new RunFolder(small.PathOf("foreign"));
        Directory.CreateDirectory(foreign.Path);
        File.WriteAllText(foreign.File("thesis.txt"), "years of work");
        Assert.Contains("holds something else than a run", Assert.Throws<EspalierException>(() => Trainer.Continue(foreign,
            options, [], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(foreign.File("thesis.txt")));
    }

    [Theory]
    [InlineData(2.0, 3.0, 1.0, 2.0)]
    [InlineData(2.5, 4.0, 1.0, 2.0, 3.0)]
    public void Of_an_even_number_of_turns_the_median_lies_between_two(double median, params double[] turns) =>
        Assert.Equal(median, Quantile.Median(turns));

    [Fact]
    public void Seconds_an_epoch_are_measured_network_beside_network_and_leave_nothing()
    {
        using var small = new SmallRun(training: 8);
        var graph = GraphBuilder.Expand(Architecture.Load(small.Model), 2);
        var network = new Checkpoint
        {
            Graph = graph,
            Weights = WeightInitializer.Initialize(graph, 1),
            ClassNames = ["a", "b"],
            ImageSize = 64,
        };
        var seconds = TrainingSpeed.SecondsAnEpoch([network, network], small.Options, rounds: 1, batchesATurn: 1,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, seconds.Count);
        Assert.All(seconds, value => Assert.InRange(value, 1e-5, 60));
        Assert.False(Directory.Exists(small.Project));
    }
}
