using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Tests.Runs;

/// <summary>What somebody wants of a run that goes on is taken in between epochs, recorded, and changes nothing but what it
/// names.</summary>
public sealed class RunControlTests
{
    [Fact]
    public void A_run_that_was_extended_stopped_and_gone_on_with_ends_as_one_that_was_extended_alone()
    {
        using var small = new SmallRun();
        var extend = new RunControl { Epochs = 5, Patience = 50 };
        var unbroken = small.Train(small.Options, new Wisher(0, extend));
        var stopped = small.Train(small.Options, new Wisher(0, extend), new Wisher(2, extend with { Stop = true }));

        Assert.Equal((TrainingEnd.Interrupted, 3), (stopped.End, stopped.History.Count));
        Assert.Equal(extend, RunControl.Read(stopped.Folder.Path));
        Assert.False(RunRecord.Open(stopped.Folder)!.IsFinished);
        Assert.Equal(2, SmallRun.Resume(stopped.Folder).History.Count - stopped.History.Count);

        Assert.Equal(5, unbroken.History.Count);
        Bits.RequireSame(unbroken.Folder, stopped.Folder);
        Assert.Equal([new RunChange(1, 5, 50)], TrainingCheckpoint.ReadState(Checkpoint.Open(stopped.Folder.Last), "").State.Changes);
        Assert.Empty(RunRecord.Open(stopped.Folder)!.DifferencesFrom(small.Options));
    }

    [Fact]
    public void A_finished_run_goes_on_where_more_epochs_are_wanted()
    {
        using var small = new SmallRun();
        var done = small.Train(small.Options with { Epochs = 1 });
        Assert.Contains("is finished", Assert.Throws<EspalierException>(() => SmallRun.Resume(done.Folder)).Message,
            StringComparison.Ordinal);

        new RunControl { Epochs = 3, Stop = true }.Write(done.Folder.Path);
        var longer = SmallRun.Resume(done.Folder);

        Assert.Equal((TrainingEnd.Completed, 3), (longer.End, longer.History.Count));
        Assert.Equal(new RunControl { Epochs = 3 }, RunControl.Read(done.Folder.Path));
        Assert.NotEqual(longer.History[1].LearningRates[1], done.History[0].LearningRates[1]);
    }

    [Fact]
    public void A_run_extended_where_it_is_gone_on_with_ends_as_one_extended_by_its_file_and_keeps_to_it()
    {
        using var small = new SmallRun();
        var byFile = small.Train(small.Options with { Epochs = 1 });
        new RunControl { Epochs = 3 }.Write(byFile.Folder.Path);
        SmallRun.Resume(byFile.Folder);

        // Another number that was once wished for there does not come back.
        var byWord = small.Train(small.Options with { Epochs = 1 });
        new RunControl { Epochs = 2 }.Write(byWord.Folder.Path);
        var cancellation = TestContext.Current.CancellationToken;
        var longer = Trainer.Resume(byWord.Folder.Last, [], made => made with { Epochs = 3 }, cancellation).Run(cancellation);

        Assert.Equal((TrainingEnd.Completed, 3), (longer.End, longer.History.Count));
        Assert.Equal(new RunControl { Epochs = 3 }, RunControl.Read(byWord.Folder.Path));
        Bits.RequireSame(byFile.Folder, byWord.Folder);
        Assert.Contains("is finished: 3 epochs are done", Assert.Throws<EspalierException>(() => Trainer.Resume(byWord.Folder.Last, [],
            made => made with { Epochs = 2 }, cancellation)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_patience_ended_goes_on_with_more_of_it()
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            Epochs = 40,
            Patience = 2,
            HyperParameters = new() { Optimization = new() { LearningRate = 0, WarmupEpochs = 0 } },
        };
        var stopped = small.Train(options);
        Assert.Equal(TrainingEnd.EarlyStopped, stopped.End);
        Assert.Contains("nothing got better for 2 epochs (--patience). It goes on with espalier train --resume ",
            Assert.Throws<EspalierException>(() => SmallRun.Resume(stopped.Folder)).Message, StringComparison.Ordinal);

        var cancellation = TestContext.Current.CancellationToken;
        var outcome = Trainer.Resume(stopped.Folder.Last, [], made => made with { Patience = 50 }, cancellation).Run(cancellation);

        Assert.Equal((TrainingEnd.Completed, 40), (outcome.End, outcome.History.Count));
    }

    [Fact]
    public void Fewer_epochs_end_a_run_early_and_its_listeners_hear_of_it()
    {
        using var small = new SmallRun();
        var listener = new Wisher(0, new RunControl { Epochs = 2 });
        var outcome = small.Train(small.Options with { Epochs = 6 }, listener);

        Assert.Equal((TrainingEnd.Completed, 2), (outcome.End, outcome.History.Count));
        Assert.Equal(2, listener.Changed!.Epochs);
        Assert.True(RunRecord.Open(outcome.Folder)!.IsFinished);
    }

    [Fact]
    public void Fewer_epochs_than_are_done_end_a_run_after_those_and_it_can_be_read_and_extended()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 6 }, new Wisher(1, new RunControl { Epochs = 1 }));

        Assert.Equal((TrainingEnd.Completed, 2), (outcome.End, outcome.History.Count));
        Assert.True(RunRecord.Open(outcome.Folder)!.IsFinished);
        Assert.Equal([new RunChange(2, 2, 100)], TrainingCheckpoint.ReadState(Checkpoint.Open(outcome.Folder.Last), "").State.Changes);
        var cancellation = TestContext.Current.CancellationToken;
        var longer = Trainer.Resume(outcome.Folder.Last, [], made => made with { Epochs = 3 }, cancellation).Run(cancellation);
        Assert.Equal((TrainingEnd.Completed, 3), (longer.End, longer.History.Count));
    }

    [Fact]
    public void Another_patience_holds_from_the_next_epoch_on()
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            Epochs = 40,
            Patience = 0,
            HyperParameters = new()
            {
                Optimization = new()
                {
                    LearningRate = 1e-7,
                    NominalBatchSize = 4,
                    WarmupEpochs = 0,
                },
            },
        };

        var outcome = small.Train(options, new Wisher(1, new RunControl { Patience = 1 }));

        Assert.Equal(TrainingEnd.EarlyStopped, outcome.End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_wanted_while_an_epoch_is_judged_is_not_lost_to_a_stop_before(bool again)
    {
        using var small = new SmallRun();
        var later = new RunControl { Epochs = 7, Stop = again };
        var stopped = small.Train(small.Options, new Wisher(0, new RunControl { Stop = true }), new JudgeWisher(later));

        Assert.Equal((TrainingEnd.Interrupted, 1), (stopped.End, stopped.History.Count));
        Assert.Equal(later with { Stop = false }, RunControl.Read(stopped.Folder.Path));
    }

    [Fact]
    public void A_stop_that_is_wanted_while_an_epoch_is_judged_holds_after_the_next_one()
    {
        using var small = new SmallRun();
        var stopped = small.Train(small.Options, new JudgeWisher(new RunControl { Stop = true }));

        Assert.Equal((TrainingEnd.Interrupted, 2), (stopped.End, stopped.History.Count));
    }

    [Theory]
    [InlineData("{\"epochs\": 0}", "from 1 to 100000")]
    [InlineData("{\"epochs\": \"many\"}", "epochs")]
    [InlineData("{\"stopp\": true}", "stopp")]
    [InlineData("nonsense", "is no wish that a run understands")]
    [InlineData("null", "is no wish that a run understands")]
    public void A_wish_that_cannot_be_read_is_told_and_changes_nothing(string text, string told)
    {
        using var small = new SmallRun();
        var listener = new RecordingListener();
        var outcome = small.Train(small.Options with { Epochs = 2 }, listener, new Wisher(0, text));

        Assert.Equal((TrainingEnd.Completed, 2), (outcome.End, outcome.History.Count));
        Assert.Contains(listener.Notes, note => note.Contains(told, StringComparison.Ordinal)
            && note.Contains(RunControl.FileName, StringComparison.Ordinal));
        Assert.Contains(told, Assert.Throws<EspalierException>(() => RunControl.Read(outcome.Folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wish_that_cannot_be_taken_back_is_told_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(RunControl.FileName);
        Directory.CreateDirectory(path); // No file that could be removed.

        Assert.StartsWith($"'{path}' cannot be removed: ", Assert.Throws<EspalierException>(() => RunControl.Nothing.Write(folder.Path))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_tells_how_far_a_run_is_and_how_it_ended()
    {
        using var small = new SmallRun();
        RunProgress? during = null;
        var outcome = small.Train(
            small.Options, new ProgressFile(Assert.Fail),
            new RecordingListener(trained => during ??= trained.Epoch == 1 ? RunProgress.Read(small.Project + "/train") : null));

        Assert.Equal((RunPhase.Training, 1, 3, Environment.ProcessId), (during!.Phase, during.Epoch, during.Epochs, during.Process));
        Assert.True(during.IsAlive(DateTime.UtcNow));
        Assert.True(during.SecondsLeft > 0);
        var end = RunProgress.Read(outcome.Folder.Path)!;
        Assert.Equal((RunPhase.Completed, 3, null), (end.Phase, end.Epoch, end.SecondsLeft));
        Assert.False(end.IsAlive(DateTime.UtcNow));
        Assert.False((during with { Began = during.Began.AddMinutes(-1) }).IsAlive(DateTime.UtcNow));
        Assert.False((during with { Machine = "elsewhere" }).IsAlive(during.Written.AddMinutes(2)));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_ends_the_watching_and_not_the_run()
    {
        using var small = new SmallRun();
        var notes = new List<string>();
        var outcome = small.Train(small.Options, new Blocker(), new ProgressFile(notes.Add));

        Assert.Equal(TrainingEnd.Completed, outcome.End);
        Assert.StartsWith("Nobody can watch this run: ", Assert.Single(notes), StringComparison.Ordinal);
    }

    /// <summary>Leaves a wish while an epoch is under way.</summary>
    private sealed class Wisher(int epoch, string text) : ITrainingListener
    {
        private RunFolder? _folder;

        public Wisher(int epoch, RunControl wish)
            : this(epoch, wish.ToText())
        {
        }

        public TrainingOptions? Changed { get; private set; }

        public void OnStarted(TrainingStarted started) => _folder = started.Folder;

        public void OnChanged(TrainingOptions options) => Changed = options;

        public void OnBatch(BatchTrained trained)
        {
            if (trained.Epoch == epoch && trained.Done == 1) File.WriteAllText(_folder!.File(RunControl.FileName), text);
        }
    }

    /// <summary>Leaves a wish while the first epoch is judged.</summary>
    private sealed class JudgeWisher(RunControl wish) : ITrainingListener
    {
        private RunFolder? _folder;
        private bool _hasWished;

        public void OnStarted(TrainingStarted started) => _folder = started.Folder;

        public void OnValidationBatch(BatchValidated validated)
        {
            if (!_hasWished) wish.Write(_folder!.Path);
            _hasWished = true;
        }
    }

    /// <summary>Puts a folder where the progress should be written.</summary>
    private sealed class Blocker : ITrainingListener
    {
        public void OnStarted(TrainingStarted started) =>
            Directory.CreateDirectory(Path.Combine(started.Folder.File(RunProgress.FileName), "in the way"));
    }
}
