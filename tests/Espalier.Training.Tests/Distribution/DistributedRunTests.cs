using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Tests.Runs;

namespace Espalier.Training.Tests.Distribution;

public sealed class DistributedRunTests
{
    private const int Epochs = 7;

    [Theory]
    [InlineData(2, 12)]
    [InlineData(2, 13)]
    [InlineData(3, 13)]
    public void Processes_with_synchronized_batch_norm_train_as_one_does_with_the_whole_batch(int processes, int pictures)
    {
        // 21 or 28 steps; with 13 pictures the last batch is one picture alone.
        using var small = new SmallRun(training: pictures);
        var options = small.Options with { Epochs = Epochs, BatchSize = 4, SynchronizedBatchNorm = true };
        var alone = small.Train(options);
        TrainingOutcome? together = null;
        ThreadedGroup.Run(processes, group =>
        {
            var outcome = Trainer.Start(options, small.Project, "together", [], new TrainingContext { Group = group })
                .Run(CancellationToken.None);
            if (group.Rank == 0) together = outcome;
            Assert.Equal(processes > 1, group.Begun > 0);
        });

        Assert.Equal(alone.History.Select(Losses), together!.History.Select(Losses), new Nearly(2e-3));
        var (one, many) = (SmallRun.Read(alone.Folder.Last), SmallRun.Read(together.Folder.Last));
        var start = WeightInitializer.Initialize(one.Graph, 0);
        foreach (var item in one.Graph.State().Where(item => item.IsParameter))
        {
            var (expected, actual) = (one.Training["live/" + item.Name].Values, many.Training["live/" + item.Name].Values);
            var moved = expected.Zip(start[item.Name].Values, (a, b) => Math.Abs((double)a - b)).Max();
            var apart = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(apart <= 0.05 * moved + 1e-6, $"{item.Name} moved by {moved} and is {apart} apart");
        }
    }

    [Fact]
    public void Without_synchronization_every_process_goes_on_with_the_same_weights_and_mean_statistics()
    {
        using var small = new SmallRun();
        TrainingOutcome? outcome = null;
        ThreadedGroup.Run(2, group =>
        {
            var own = Trainer.Start(small.Options, small.Project, "local", [], new TrainingContext { Group = group })
                .Run(CancellationToken.None);
            if (group.Rank == 0) outcome = own;
            Assert.Equal(small.Options.Epochs, own.History.Count);
        });

        Assert.True(File.Exists(outcome!.Folder.Last));
        Assert.Single(Directory.GetDirectories(small.Project));
    }

    [Fact]
    public void A_run_of_several_processes_is_resumed_by_several()
    {
        using var small = new SmallRun();
        var options = small.Options with { SynchronizedBatchNorm = true };
        TrainingOutcome? first = null;
        ThreadedGroup.Run(2, group =>
        {
            using var stop = new CancellationTokenSource();
            var listener = new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); });
            var outcome = Trainer.Start(options, small.Project, "stopped", group.Rank == 0
                ? [listener] : [], new TrainingContext { Group = group }).Run(stop.Token);
            Assert.Equal(TrainingEnd.Interrupted, outcome.End);
            if (group.Rank == 0) first = outcome;
        });
        ThreadedGroup.Run(2, group =>
        {
            var outcome = Trainer.Resume(first!.Folder.Last, [], new TrainingContext { Group = group }).Run(CancellationToken.None);
            Assert.Equal(TrainingEnd.Completed, outcome.End);
            Assert.Equal(options.Epochs, outcome.History.Count);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Several_processes_interrupted_inside_an_epoch_end_as_undisturbed_ones(bool synchronized)
    {
        // Without synchronized batch norm every process has statistics of its own until the epoch's end.
        using var small = new SmallRun();
        var options = small.Options with { SynchronizedBatchNorm = synchronized };
        var undisturbed = Together(2, (group, _) => Trainer.Start(options, small.Project, "undisturbed", [],
            new TrainingContext { Group = group }));
        var stopped = Together(2, (group, listener) => Trainer.Start(options, small.Project, "stopped", [listener],
            new TrainingContext { Group = group }), (1, 2));
        Assert.Equal(TrainingEnd.Interrupted, stopped.End);
        var (_, state) = TrainingCheckpoint.ReadState(SmallRun.Read(stopped.Folder.Last), stopped.Folder.Last);
        Assert.Equal((1, 2), (state.Epoch, state.BatchesDone));
        Assert.Equal(synchronized ? 0 : 2, ProcessStatistics.CountIn(SmallRun.Read(stopped.Folder.Last).Training));

        var resumed = Together(2, (group, _) => Trainer.Resume(stopped.Folder.Last, [], new TrainingContext { Group = group }));

        Assert.Equal(Bits.Timeless(undisturbed.History), Bits.Timeless(resumed.History));
        Bits.RequireSame(undisturbed.Folder, resumed.Folder);
    }

    [Fact]
    public void An_epoch_of_several_processes_goes_on_in_one_from_the_mean_of_their_statistics()
    {
        using var small = new SmallRun();
        var stopped = Together(2, (group, listener) => Trainer.Start(small.Options, small.Project, "stopped", [listener],
            new TrainingContext { Group = group }), (1, 2));
        var last = SmallRun.Read(stopped.Folder.Last);
        var name = $"{last.Graph.Nodes.OfType<BatchNormNode>().First().Name}.running_mean";
        var (first, second) = (last.Training["process0/live/" + name].Values, last.Training["process1/live/" + name].Values);
        Assert.NotEqual(first, second);
        var means = first.Zip(second, (a, b) => (a + b) / 2);
        Assert.All(means.Zip(last.Training["live/" + name].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

        var listener = new RecordingListener();
        var outcome = Trainer.Resume(stopped.Folder.Last, [listener], cancellationToken: TestContext.Current.CancellationToken)
            .Run(CancellationToken.None);

        Assert.Equal(TrainingEnd.Completed, outcome.End);
        Assert.Contains("The epoch was begun by 2 processes with running statistics of their own: it goes on with their mean",
            listener.Notes);
        Assert.Equal(0, ProcessStatistics.CountIn(SmallRun.Read(outcome.Folder.Last).Training));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Statistics_are_taken_anew_over_as_many_pictures_in_several_processes_as_in_one(int processes)
    {
        using var small = new SmallRun(training: 13);
        var sparsity = new SparsityOptions { Rate = 1, Step = SparsityStep.Proximal };
        var options = small.Options with { Epochs = 1, SynchronizedBatchNorm = true, Sparsity = sparsity };
        var outcome = Together(processes,
            (group, _) => Trainer.Start(options, small.Project, "sparse", [], new TrainingContext { Group = group }));
        var kept = SmallRun.Read(outcome.Folder.Best);

        var (loader, _) = TrainingData.Scan(options, _ => { }, TestContext.Current.CancellationToken)
            .Loaders(options, kept.Stride, BatchPart.Whole, _ => { });
        var anew = BatchNormCalibration.Run(kept, loader.Epoch(0, cancellationToken: TestContext.Current.CancellationToken),
            TorchSharp.torch.CPU);

        foreach (var name in kept.Weights.Names.Where(name => name.Contains("running_", StringComparison.Ordinal)))
        {
            var pairs = kept.Weights[name].Values.Zip(anew.Weights[name].Values);
            Assert.All(pairs, pair => Assert.Equal(pair.Second, pair.First, 1e-5f * Math.Max(1, Math.Abs(pair.Second))));
        }
    }

    [Fact]
    public void Processes_that_are_about_to_do_different_things_are_told_so()
    {
        using var small = new SmallRun();
        var failure = Assert.Throws<AggregateException>(() => ThreadedGroup.Run(2, group =>
                    Trainer
                        .Start(
                            small.Options with
                            {
                                Epochs = 3 + group.Rank,
                            },
                            small.Project,
                            "apart",
                            [],
                            new TrainingContext { Group = group }
                        )
                        .Run(CancellationToken.None)
            )
        );
        Assert.Contains("disagree on their options", Assert.IsType<EspalierException>(failure.InnerException).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(small.Project));

        failure = Assert.Throws<AggregateException>(() => ThreadedGroup.Run(2, group =>
                    Trainer
                        .Start(
                            small.Options with
                            {
                                TrainingSplit = group.Rank == 0 ? "train" : "val",
                            },
                            small.Project,
                            "apart",
                            [],
                            new TrainingContext { Group = group }
                        )
                        .Run(CancellationToken.None)
            )
        );
        Assert.Contains("disagree on", failure.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_without_mpirun_is_alone() => Assert.IsType<SingleProcess>(MpiProcessGroup.JoinIfLaunched());

    /// <summary>Runs a trainer in every process; what came of the first one's.</summary>
    /// <param name="processes">How many.</param>
    /// <param name="prepare">Makes the trainer of a process, with a listener that may interrupt it.</param>
    /// <param name="stopAfter">The epoch and the batches done of it after which the first process is interrupted; never if null.</param>
    private static TrainingOutcome Together(
        int processes, Func<ThreadedGroup, ITrainingListener, Trainer> prepare, (int Epoch, int Done)? stopAfter = null)
    {
        TrainingOutcome? first = null;
        ThreadedGroup.Run(processes, group =>
        {
            using var stop = new CancellationTokenSource();

            // Who asks is heard at the next batch: all processes hear of it together.
            var listener = new RecordingListener(trained =>
            {
                if (group.Rank == 0 && (trained.Epoch, trained.Done + 1) == stopAfter) stop.Cancel();
            });
            var outcome = prepare(group, listener).Run(stop.Token);
            if (group.Rank == 0) first = outcome;
        });
        return first!;
    }

    private static (double, double, double) Losses(EpochRecord record) =>
        (record.TrainingLoss.Box, record.TrainingLoss.Objectness, record.TrainingLoss.Class);

    private sealed class Nearly(double share) : IEqualityComparer<(double Box, double Objectness, double Class)>
    {
        public bool Equals((double Box, double Objectness, double Class) x, (double Box, double Objectness, double Class) y) =>
            Near(x.Box, y.Box) && Near(x.Objectness, y.Objectness) && Near(x.Class, y.Class);

        public int GetHashCode((double Box, double Objectness, double Class) obj) => 0;

        private bool Near(double a, double b) => Math.Abs(a - b) <= share * Math.Abs(a);
    }
}
