using Espalier.Core;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>What a run leaves, and what becomes of a run whose process was killed or whose folder went.</summary>
public sealed class RunTraceTests
{
    [Fact]
    public void Runs_that_begin_at_once_have_folders_of_their_own()
    {
        using var small = new SmallRun();
        var folders = new RunFolder[16];
        Parallel.For(0, folders.Length, i => folders[i] = RunFolder.CreateNext(small.Project, "train"));

        Assert.Equal(folders.Length, folders.Select(folder => folder.Path).Distinct().Count());
    }

    [Fact]
    public void A_run_that_is_being_trained_is_not_resumed_beside_it()
    {
        using var small = new SmallRun(training: 8);
        RunFolder? folder = null;
        string? refused = null;
        var listener = new RecordingListener(trained =>
        {
            if (trained is { Epoch: 1, Done: 1 })
                refused = Assert.Throws<EspalierException>(() => Trainer.Resume(folder!.Last, [],
                    cancellationToken: TestContext.Current.CancellationToken)).Message;
        });
        var trainer = small.Start(small.Options with { Epochs = 2 }, listener);
        folder = trainer.Folder;
        trainer.Run(TestContext.Current.CancellationToken);

        Assert.Contains($"is being written by another process ({Environment.ProcessId})", refused, StringComparison.Ordinal);
        Assert.False(folder.IsAbandoned);
    }

    [Fact]
    public void What_was_to_follow_the_last_epoch_is_made_good_where_a_kill_prevented_it()
    {
        using var small = new SmallRun(training: 8);
        var outcome = small.Train(small.Options with { Epochs = 2, DrawsPictures = false });
        File.WriteAllText(outcome.Folder.File(".espalier-lock"), "4711");
        File.Delete(outcome.Folder.Results);
        var before = File.ReadAllBytes(outcome.Folder.Last);
        var closing = new Closing();

        var again = SmallRun.Resume(outcome.Folder, new ResultsCsv(), closing);

        Assert.Equal(TrainingEnd.Completed, again.End);
        Assert.Equal(2, closing.Finished!.History.Count);
        Assert.False(closing.Started!.Options.DrawsPictures);
        Assert.Equal(3, File.ReadAllLines(outcome.Folder.Results).Length);
        Assert.Equal(before, File.ReadAllBytes(outcome.Folder.Last));
        Assert.Contains("is finished", Assert.Throws<EspalierException>(() => SmallRun.Resume(outcome.Folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_removed_while_the_run_goes_on_is_made_anew_with_its_options()
    {
        using var small = new SmallRun(training: 8);
        RunFolder? folder = null;
        var trainer = small.Start(small.Options with { Epochs = 2 },
            new RecordingListener(trained => { if (trained is { Epoch: 1, Done: 1 }) Directory.Delete(folder!.Path, recursive: true); }));
        folder = trainer.Folder;
        trainer.Run(TestContext.Current.CancellationToken);

        Assert.Equal(2, RunRecord.Open(folder)!.History.Count);
        Assert.True(File.Exists(folder.File("options.yaml")));
        Assert.True(File.Exists(folder.File("hyp.yaml")));
    }

    private sealed class Closing : ITrainingListener
    {
        public TrainingStarted? Started { get; private set; }

        public TrainingOutcome? Finished { get; private set; }

        public void OnStarted(TrainingStarted started) => Started = started;

        public void OnFinished(TrainingOutcome outcome) => Finished = outcome;
    }
}
