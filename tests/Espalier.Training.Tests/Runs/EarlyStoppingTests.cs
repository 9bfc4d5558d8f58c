using Espalier.Core;
using Espalier.Training.Listeners;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Tests.Runs;

public sealed class EarlyStoppingTests
{
    [Fact]
    public void Only_a_strictly_better_epoch_is_a_gain()
    {
        var stopping = new EarlyStopping(patience: 2);

        Assert.True(stopping.Observe(0, 0));
        Assert.True(stopping.Observe(1, 0.5));
        Assert.False(stopping.Observe(2, 0.5));
        Assert.False(stopping.ShouldStop(2));
        Assert.False(stopping.Observe(3, double.NaN));
        Assert.True(stopping.ShouldStop(3));
        Assert.Equal((1, 0.5), (stopping.BestEpoch, stopping.BestFitness));
    }

    [Fact]
    public void Without_patience_it_never_stops()
    {
        var stopping = new EarlyStopping(patience: 0);
        stopping.Observe(0, 1);

        Assert.False(stopping.ShouldStop(1_000_000));
    }

    [Fact]
    public void In_sparse_training_the_newest_epoch_is_the_best_and_patience_does_not_run_out()
    {
        var stopping = new EarlyStopping(patience: 1, isSparse: true);
        Assert.True(stopping.Observe(0, 0.9));
        Assert.True(stopping.Observe(1, 0.1));
        Assert.False(stopping.ShouldStop(1));
        Assert.Equal((1, 0.1), (stopping.BestEpoch, stopping.BestFitness));
    }

    [Fact]
    public void Best_of_a_sparse_run_is_its_last_epoch()
    {
        using var small = new SmallRun();
        var sparse = small.Train(small.Options with { Epochs = 2, Sparsity = new SparsityOptions { Rate = 0.1 } });
        Assert.Equal(1, sparse.BestEpoch);
        Bits.RequireSame(SmallRun.Read(sparse.Folder.Last).Weights, SmallRun.Read(sparse.Folder.Best).Weights);
    }

    [Fact]
    public void Run_without_a_gain_stops_and_is_not_resumed()
    {
        using var small = new SmallRun();
        var still = new HyperParameters { Optimization = new() { LearningRate = 0, WarmupEpochs = 0 } };
        var outcome = small.Train(small.Options with { Epochs = 40, Patience = 2, HyperParameters = still });

        Assert.Equal(TrainingEnd.EarlyStopped, outcome.End);
        Assert.Equal(outcome.BestEpoch + 1 + 2, outcome.History.Count);
        Assert.InRange(outcome.History.Count, 3, 39);
        Assert.Contains("is finished", Assert.Throws<EspalierException>(() => SmallRun.Resume(outcome.Folder)).Message);
    }
}
