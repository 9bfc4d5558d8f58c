using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>A run that was interrupted and resumed ends bit for bit as one that was not.</summary>
public sealed class InterruptedRunTests
{
    [Theory]
    [InlineData(OptimizerKind.SGD)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void Interrupted_run_ends_as_an_undisturbed_one(OptimizerKind optimizer)
    {
        using var small = new SmallRun();
        var options = small.Options with { HyperParameters = With(optimizer, nominalBatch: 4, warmup: 1) };

        RequireSameAfterInterruption(small, options, epoch: 1, batch: 2, stopsAfter: 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Interruption_waits_for_the_step_of_accumulated_batches(int warmup)
    {
        // Twelve batches an epoch, four a step: after the fifth, three more belong to its step.
        using var small = new SmallRun(training: 24);
        var options = small.Options with { BatchSize = 2, Epochs = 2, HyperParameters = With(OptimizerKind.SGD, nominalBatch: 8, warmup) };

        RequireSameAfterInterruption(small, options, epoch: 1, batch: 5, stopsAfter: warmup == 0 ? 8 : null);
    }

    [Fact]
    public void A_run_goes_on_with_data_that_moved_and_with_none_of_other_classes()
    {
        using var small = new SmallRun(training: 8);
        var whole = small.Train(small.Options);
        using var stop = new CancellationTokenSource();
        var stopped = small.Start(small.Options, new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); }))
            .Run(stop.Token);
        var moved = Path.Combine(small.PathOf("moved"), "data.yaml");
        Directory.Move(Path.GetDirectoryName(small.Data)!, small.PathOf("moved"));
        var names = File.ReadAllText(moved);

        File.WriteAllText(moved, names.Replace("colour1", "lamp", StringComparison.Ordinal));
        var refused = Assert.Throws<EspalierException>(() => Resume(moved)).Message;
        Assert.Contains("class 1 is colour1 in the one and lamp in the other", refused, StringComparison.Ordinal);
        Assert.Contains(small.PathOf("none.yaml"), Assert.Throws<EspalierException>(() => Resume(small.PathOf("none.yaml"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("batch: 2, not 4", Assert.Throws<OptionException>(() => Trainer.Resume(stopped.Folder.Last, [],
            made => made with { BatchSize = 2 }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

        File.WriteAllText(moved, names);
        var gone = Resume(moved).Run(TestContext.Current.CancellationToken);
        Bits.RequireSame(Checkpoint.Load(whole.Folder.Best).Weights, Checkpoint.Load(gone.Folder.Best).Weights);

        Trainer Resume(string data) => Trainer.Resume(stopped.Folder.Last, [], change: made => made with { Data = data });
    }

    [Fact]
    public void Interruption_in_the_last_step_of_an_epoch_finishes_the_epoch()
    {
        using var small = new SmallRun();
        var options = small.Options with { HyperParameters = With(OptimizerKind.SGD, nominalBatch: 64, warmup: 0) };

        RequireSameAfterInterruption(small, options, epoch: 1, batch: 1, stopsAfter: 0);
    }

    [Fact]
    public void Twice_interrupted_run_ends_as_an_undisturbed_one()
    {
        using var small = new SmallRun();
        var undisturbed = small.Train(small.Options);
        var first = Interrupt(0, 1, listener => Trainer.Start(small.Options, small.Project, "train", [listener]));
        var second = Interrupt(2, 1, listener => Trainer.Resume(first.Folder.Last, [listener]));
        SmallRun.Resume(second.Folder);

        Bits.RequireSame(undisturbed.Folder, first.Folder);
    }

    [Theory]
    [InlineData("true", FlipChoice.On)]
    [InlineData("false", FlipChoice.Auto)]
    public void A_run_from_before_flips_could_be_chosen_keeps_what_it_was_asked(string mirrored, FlipChoice flip)
    {
        using var small = new SmallRun();
        var path = small.Train(small.Options with { Epochs = 1 }).Folder.Last;
        var last = SmallRun.Read(path);
        var options = last.Properties["options"].Replace("\"Flip\":\"Auto\"", $"\"FlipDigits\":{mirrored}", StringComparison.Ordinal);

        Assert.Contains("FlipDigits", options, StringComparison.Ordinal);
        Assert.DoesNotContain("FlipDigits", last.Properties["options"], StringComparison.Ordinal);
        Assert.Equal(flip,
            TrainingCheckpoint.ReadState(last with { Properties = last.Properties.SetItem("options", options) }, path).Options.Flip);
    }

    [Fact]
    public void A_checkpoint_holds_its_epochs_once_and_one_that_holds_them_twice_as_earlier_ones_do_is_read_alike()
    {
        using var small = new SmallRun();
        var path = small.Train(small.Options with { Epochs = 2 }).Folder.Last;
        var last = SmallRun.Read(path);
        var (history, once) = (last.Properties["history"], last.Properties["state"]);
        Assert.DoesNotContain("TrainingLoss", once, StringComparison.Ordinal);
        var twice = $"{{\"History\":{history},{once[1..]}";
        var earlier = last with { Properties = last.Properties.SetItem("state", twice) };

        var (now, then) = (TrainingCheckpoint.ReadState(last, path).State, TrainingCheckpoint.ReadState(earlier, path).State);

        Assert.Equal([0, 1], now.History.Select(epoch => epoch.Epoch));
        Assert.Equal(Bits.Timeless(now.History), Bits.Timeless(then.History));
    }

    [Fact]
    public void Finished_run_is_not_resumed()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 1 });

        Assert.Contains("is finished: 1 epoch is done", Assert.Throws<EspalierException>(() => Trainer.Resume(outcome.Folder.Last,
            [], cancellationToken: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Workers_and_cache_may_be_other_when_a_run_goes_on()
    {
        using var small = new SmallRun();
        var options = small.Options with { Epochs = 2, Workers = 1 };
        var undisturbed = small.Train(options);
        var interrupted = Interrupt(0, 1, listener => Trainer.Start(options, small.Project, "train", [listener]));

        var resumed = Trainer.Resume(interrupted.Folder.Last, [], made => made with { Workers = 2, CacheInMemory = false },
            TestContext.Current.CancellationToken).Run(CancellationToken.None);

        Assert.Equal(Bits.Timeless(undisturbed.History), Bits.Timeless(resumed.History));
        var (kept, _) = TrainingCheckpoint.ReadState(SmallRun.Read(resumed.Folder.Last), resumed.Folder.Last);
        Assert.Equal((2, false), (kept.Workers, kept.CacheInMemory));
    }

    [Fact]
    public void A_run_whose_photos_are_more_than_they_were_does_not_go_on_and_keeps_its_best()
    {
        using var small = new SmallRun();
        var folder = small.Train(small.Options with { Epochs = 1 }).Folder;
        var best = File.ReadAllBytes(folder.Best);
        var grown = GeneratedPhotos.Write(small.PathOf("grown"), 16, 5, 2);

        var refused = Assert.Throws<EspalierException>(() => Trainer.Resume(folder.Last, [],
            change: made => made with { Data = grown, Epochs = 2 }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("16 pictures to learn from instead of 12, 5 to judge by instead of 4", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"--weights {folder.Best}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(best, File.ReadAllBytes(folder.Best));
    }

    [Fact]
    public void A_run_knows_the_files_it_was_made_from()
    {
        using var small = new SmallRun();
        var first = small.Train(small.Options with { Epochs = 1 });
        var weights = Path.Combine(small.Project, "start.safetensors");
        File.Copy(first.Folder.Best, weights);
        var options = small.Options with { Epochs = 1, Model = null, Weights = weights, AutoAnchor = false };
        var folder = new RunFolder(Path.Combine(Path.GetFullPath(small.Project), "made"));
        var made = Trainer.Continue(folder, options, [], CancellationToken.None)!;

        // The same bytes, however young, are the same file; a file that is gone cannot be held against it.
        File.Copy(first.Folder.Best, weights, overwrite: true);
        Assert.Equal(made.History[0].TrainingSeconds, Trainer.Continue(folder, options, [], CancellationToken.None)!.History[0]
            .TrainingSeconds);
        File.Delete(weights);
        Assert.Null(RunRecord.Open(folder)!.Sources!.Changed(options));

        File.WriteAllText(weights, "another");
        Assert.Contains($"was trained from another '{weights}' than is there now", Assert.Throws<EspalierException>(
            () => Trainer.Continue(folder, options, [], CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Best_is_not_resumed()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 1 });

        Assert.Contains("only last.safetensors can be resumed", Assert.Throws<EspalierException>(() => Trainer.Resume(outcome.Folder.Best,
            [], cancellationToken: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void A_copy_outside_of_its_run_is_not_resumed_and_nothing_is_written_around_it()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 1 });
        var copy = Path.Combine(Directory.CreateDirectory(small.PathOf("copies/kept")).FullName, "last.safetensors");
        File.Copy(outcome.Folder.Last, copy);

        Assert.Contains("is not in the folder 'weights' of a run", Assert.Throws<EspalierException>(() => Trainer.Resume(copy, [],
            made => made with { Epochs = 2 }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(small.PathOf("copies"), "*", SearchOption.AllDirectories), path => path != copy);
    }

    // stopsAfter: batches of the epoch that should be done; 0 where the epoch is finished first, null where any number will do.
    private static void RequireSameAfterInterruption(SmallRun small, TrainingOptions options, int epoch, int batch, int? stopsAfter)
    {
        var undisturbed = small.Train(options);
        var interrupted = Interrupt(epoch, batch, listener => Trainer.Start(options, small.Project, "train", [listener]));
        Assert.Equal(TrainingEnd.Interrupted, interrupted.End);
        var (_, state) = TrainingCheckpoint.ReadState(SmallRun.Read(interrupted.Folder.Last), interrupted.Folder.Last);
        if (stopsAfter is { } done) Assert.Equal((done == 0 ? epoch + 1 : epoch, done), (state.Epoch, state.BatchesDone));

        var resumed = SmallRun.Resume(interrupted.Folder, new ResultsCsv());
        Assert.Equal(interrupted.Folder, resumed.Folder);
        Assert.Equal(TrainingEnd.Completed, resumed.End);
        Assert.Equal(Bits.Timeless(undisturbed.History), Bits.Timeless(resumed.History));
        Assert.Equal(undisturbed.BestEpoch, resumed.BestEpoch);
        Bits.RequireSame(undisturbed.Folder, resumed.Folder);
        Assert.Equal(resumed.History.Count + 1, File.ReadAllLines(resumed.Folder.Results).Length);
    }

    /// <summary>Cancels while a batch is being reported.</summary>
    private static TrainingOutcome Interrupt(int epoch, int batch, Func<ITrainingListener, Trainer> prepare)
    {
        using var source = new CancellationTokenSource();
        var listener = new RecordingListener(trained =>
        {
            if ((trained.Epoch, trained.Done) == (epoch, batch)) source.Cancel();
        });
        return prepare(listener).Run(source.Token);
    }

    private static HyperParameters With(OptimizerKind optimizer, int nominalBatch, double warmup) => new()
    {
        Optimization = new OptimizationOptions { Kind = optimizer, NominalBatchSize = nominalBatch, WarmupEpochs = warmup },
    };
}
