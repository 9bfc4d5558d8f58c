using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Runs;
using Espalier.Training.Tests.Runs;
using Espalier.Vision;

namespace Espalier.Training.Tests.Distribution;

public sealed class DistributedRunTests
{
    private const int Epochs = 7;

    [Theory]
    [InlineData(2, 12)]
    [InlineData(2, 13)]
    [InlineData(3, 13)]
    public void Processes_with_synchronised_batch_norm_train_as_one_does_with_the_whole_batch(int processes, int pictures)
    {
        // 21 or 28 steps; with 13 pictures the last batch is one picture alone.
        using var small = new SmallRun(training: pictures);
        var options = small.Options with { Epochs = Epochs, BatchSize = 4, SynchronisedBatchNorm = true };
        var alone = small.Train(options);
        TrainingOutcome? together = null;
        ThreadedGroup.Run(processes, group =>
        {
            var outcome = Trainer.Start(options, small.Project, "together", [], group: group).Run(CancellationToken.None);
            if (group.Rank == 0) together = outcome;
            Assert.Equal(processes > 1, group.Begun > 0);
        });

        Assert.Equal(alone.History.Select(Losses), together!.History.Select(Losses), new Nearly(2e-3));
        var (one, many) = (SmallRun.Read(alone.Folder.Last), SmallRun.Read(together.Folder.Last));
        var start = WeightInitialiser.Initialise(one.Graph, 0);
        foreach (var item in one.Graph.State().Where(item => item.IsParameter))
        {
            var (expected, actual) = (one.Training["live/" + item.Name].Values, many.Training["live/" + item.Name].Values);
            var moved = expected.Zip(start[item.Name].Values, (a, b) => Math.Abs((double)a - b)).Max();
            var apart = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(apart <= 0.05 * moved + 1e-6, $"{item.Name} moved by {moved} and is {apart} apart");
        }
    }

    [Fact]
    public void Without_synchronisation_every_process_goes_on_with_the_same_weights_and_mean_statistics()
    {
        using var small = new SmallRun();
        TrainingOutcome? outcome = null;
        ThreadedGroup.Run(2, group =>
        {
            var own = Trainer.Start(small.Options, small.Project, "local", [], group: group).Run(CancellationToken.None);
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
        var options = small.Options with { SynchronisedBatchNorm = true };
        TrainingOutcome? first = null;
        ThreadedGroup.Run(2, group =>
        {
            using var stop = new CancellationTokenSource();
            var listener = new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); });
            var outcome = Trainer.Start(options, small.Project, "stopped", group.Rank == 0 ? [listener] : [], group: group).Run(stop.Token);
            Assert.Equal(TrainingEnd.Interrupted, outcome.End);
            if (group.Rank == 0) first = outcome;
        });
        ThreadedGroup.Run(2, group =>
        {
            var outcome = Trainer.Resume(first!.Folder.Last, [], group: group).Run(CancellationToken.None);
            Assert.Equal(TrainingEnd.Completed, outcome.End);
            Assert.Equal(options.Epochs, outcome.History.Count);
        });
    }

    [Fact]
    public void Processes_that_are_about_to_do_different_things_are_told_so()
    {
        using var small = new SmallRun();
        var failure = Assert.Throws<AggregateException>(() => ThreadedGroup.Run(2, group =>
            Trainer.Start(small.Options with { Epochs = 3 + group.Rank }, small.Project, "apart", [], group: group).Run(CancellationToken.None)));
        Assert.Contains("disagree on their options", Assert.IsType<EspalierException>(failure.InnerException).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(small.Project));

        failure = Assert.Throws<AggregateException>(() => ThreadedGroup.Run(2, group =>
            Trainer.Start(small.Options with { TrainingSplit = group.Rank == 0 ? "train" : "val" }, small.Project, "apart", [], group: group).Run(CancellationToken.None)));
        Assert.Contains("disagree on", failure.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_without_mpirun_is_alone() => Assert.IsType<SingleProcess>(MpiProcessGroup.JoinIfLaunched());

    private static (double, double, double) Losses(EpochRecord record) => (record.TrainingLoss.Box, record.TrainingLoss.Objectness, record.TrainingLoss.Class);

    private sealed class Nearly(double share) : IEqualityComparer<(double Box, double Objectness, double Class)>
    {
        public bool Equals((double Box, double Objectness, double Class) x, (double Box, double Objectness, double Class) y) =>
            Near(x.Box, y.Box) && Near(x.Objectness, y.Objectness) && Near(x.Class, y.Class);

        public int GetHashCode((double Box, double Objectness, double Class) obj) => 0;

        private bool Near(double a, double b) => Math.Abs(a - b) <= share * Math.Abs(a);
    }
}
