using Espalier.Training.Listeners;
using Espalier.Training.Loops;

namespace Espalier.Training.Tests.Runs;

/// <summary>A run that is interrupted before its first batch ends there and leaves everything as it was.</summary>
public sealed class InterruptedStartTests
{
    private static readonly CancellationToken Interrupted = new(canceled: true);

    [Fact]
    public void Pictures_are_not_scanned_and_no_folder_is_made()
    {
        using var small = new SmallRun();
        var listener = new RecordingListener();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            Trainer.Start(small.Options, small.Project, "train", [listener], Interrupted));

        Assert.Empty(listener.Events);
        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void After_the_last_preparation_there_is_still_no_folder()
    {
        using var small = new SmallRun();
        using var source = new CancellationTokenSource();
        var listener = new CancellingListener(source, "Anchors:");

        Assert.ThrowsAny<OperationCanceledException>(() =>
            Trainer.Start(small.Options with { AutoAnchor = true }, small.Project, "train", [listener], source.Token));

        Assert.True(source.IsCancellationRequested);
        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void A_run_that_goes_on_stays_where_it_stood()
    {
        using var small = new SmallRun();
        using var source = new CancellationTokenSource();
        var stopped = small.Start(small.Options, new RecordingListener(_ => source.Cancel())).Run(source.Token).Folder;
        var before = File.ReadAllBytes(stopped.Last);

        Assert.ThrowsAny<OperationCanceledException>(() => Trainer.Resume(stopped.Last, [], cancellationToken: Interrupted));
        Assert.Equal(before, File.ReadAllBytes(stopped.Last));

        // The same through what brings a run to its end: it says that there is more to do.
        Assert.Null(Trainer.Continue(stopped, small.Options, [], Interrupted));
        Assert.Equal(before, File.ReadAllBytes(stopped.Last));
    }

    private sealed class CancellingListener(CancellationTokenSource source, string word) : ITrainingListener
    {
        public void OnNote(string note)
        {
            if (note.StartsWith(word, StringComparison.Ordinal)) source.Cancel();
        }
    }
}
