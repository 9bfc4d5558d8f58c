using System.Runtime.InteropServices;
using Espalier.Core;
using Espalier.Training.Listeners;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>
/// Trains a detector: epochs of batches, each epoch validated on the moving average of the weights and kept in a checkpoint. Speaks only
/// through its listeners.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingSession _session;
    private readonly IReadOnlyList<ITrainingListener> _listeners;

    private Trainer(TrainingSession session, IReadOnlyList<ITrainingListener> listeners) => (_session, _listeners) = (session, listeners);

    /// <summary>Where the run writes.</summary>
    public RunFolder Folder => _session.Folder;

    /// <summary>
    /// Prepares a new run in the next free folder <c>project/name</c>. Data and weights are read first: where they are wrong, no folder is
    /// made.
    /// </summary>
    /// <exception cref="EspalierException">Data, architecture, weights or options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no folder was made.</exception>
    /// <param name="options">What to learn from what.</param>
    /// <param name="project">The folder of runs.</param>
    /// <param name="name">The run's folder in it, counted up where it is taken.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="cancellationToken">
    /// Ends the preparations, of which reading the pictures' labels and fitting anchors take longest.
    /// </param>
    public static Trainer Start(TrainingOptions options, string project, string name, IReadOnlyList<ITrainingListener> listeners,
        CancellationToken cancellationToken = default) =>
        Start(options, project, name, listeners, new TrainingContext(), cancellationToken);

    /// <summary>The same with others, or with a clock.</summary>
    internal static Trainer Start(
        TrainingOptions options, string project, string name, IReadOnlyList<ITrainingListener> listeners,
        TrainingContext context, CancellationToken cancellationToken = default) =>
        new(TrainingSession.Create(options, project, name, Preparing(context, listeners, cancellationToken)), listeners);

    /// <summary>Prepares to go on with the run that wrote a <c>last</c> checkpoint.</summary>
    /// <exception cref="EspalierException">The checkpoint cannot be read, or its run is finished.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the run stands where it stood.</exception>
    /// <param name="checkpoint">The file.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="change">
    /// What is other than it was: where the data lie, epochs and patience, and options that change nothing but speed; nothing if null.
    /// More epochs let a finished run go on.
    /// </param>
    /// <param name="cancellationToken">Ends the preparations.</param>
    public static Trainer Resume(
        string checkpoint, IReadOnlyList<ITrainingListener> listeners,
        Func<TrainingOptions, TrainingOptions>? change = null, CancellationToken cancellationToken = default) =>
        Resume(checkpoint, listeners, new TrainingContext(), change, cancellationToken);

    /// <summary>The same with others, or with a clock.</summary>
    internal static Trainer Resume(
        string checkpoint, IReadOnlyList<ITrainingListener> listeners,
        TrainingContext context, Func<TrainingOptions, TrainingOptions>? change = null, CancellationToken cancellationToken = default) =>
        new(TrainingSession.Resume(checkpoint, change, Preparing(context, listeners, cancellationToken)), listeners);

    /// <summary>Brings a run to its end, wherever it stands: begins it, goes on with it, or finds it finished.</summary>
    /// <param name="folder">Where it lies or shall lie. A folder that an earlier start left without a checkpoint is made anew.</param>
    /// <param name="options">What it shall do.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="interrupted">Ends it early, with everything saved.</param>
    /// <returns>The finished run; null where it was interrupted.</returns>
    /// <exception cref="EspalierException">
    /// The folder holds a run with other options or from other files, or the run cannot be made.
    /// </exception>
    public static RunRecord? Continue(
        RunFolder folder, TrainingOptions options, IReadOnlyList<ITrainingListener> listeners, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (RunRecord.Open(folder) is { } there)
        {
            if (there.DifferencesFrom(options) is [var first, ..])
                throw new EspalierException($"'{folder.Path}' is a run of other options; wanted now: {first}. Remove "
                    + "it, or choose another name.");
            if (there.Sources?.Changed(options) is { } source)
                throw new EspalierException(
                    $"'{folder.Path}' was trained from another '{source}' than is there now: remove it, and it is trained anew.");
            if (there.IsFinished && !folder.IsAbandoned) return there;
        }
        else if (Directory.Exists(folder.Path))
        {
            if (Directory.EnumerateFileSystemEntries(folder.Path).Any() && !File.Exists(folder.Options))
                throw new EspalierException($"'{folder.Path}' holds something else than a run: remove it, or choose another name.");
            if (File.Exists(folder.File("results.csv")))
                throw new EspalierException(
                    $"'{folder.Path}' holds a run without its {Path.GetFileName(folder.Last)}, so that nobody can tell whether it is done: "
                    + $"put that file back, or remove the folder to train anew.");
            using (folder.Lock()) Directory.Delete(folder.Path, recursive: true);
        }

        try
        {
            var trainer = File.Exists(folder.Last)
                ? Resume(folder.Last, listeners, made => TrainingOptions.Table.WithResources(made, options), interrupted)
                : Start(options, Path.GetDirectoryName(folder.Path)!, Path.GetFileName(folder.Path), listeners, interrupted);
            return trainer.Run(interrupted).End == TrainingEnd.Interrupted ? null : RunRecord.Open(folder);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            // Before the first batch: there was nothing to save.
            return null;
        }
    }

    /// <summary>Trains until the epochs are done, patience runs out or the user interrupts.</summary>
    /// <param name="interrupted">
    /// When cancelled the optimizer's step is finished and <c>last</c> is written. Where several batches make up a step it waits for
    /// the last of them; where that is the epoch's last batch, or the epoch is being validated, for the epoch's end.
    /// </param>
    /// <exception cref="EspalierException">The loss is no longer a number, or a file cannot be written.</exception>
    public TrainingOutcome Run(CancellationToken interrupted)
    {
        using var session = _session;
        try
        {
            return new TrainingLoop(session, _listeners).Run(interrupted);
        }
        catch (Exception exception) when (exception is EspalierException or IOException or OutOfMemoryException or ExternalException
            && session.IsFirst && !File.Exists(session.Folder.Last))
        {
            // A run without a checkpoint is of no use to anybody. An ExternalException is what libtorch says of memory that is used up.
            session.Folder.Discard();
            throw;
        }
    }

    private static TrainingContext Preparing(
        TrainingContext context, IReadOnlyList<ITrainingListener> listeners, CancellationToken cancellationToken) =>
        context with
        {
            Note = note => Tell(listeners, note),
            GrantedTime = ProcessorTime.Granted,
            CancellationToken = cancellationToken,
        };

    private static void Tell(IReadOnlyList<ITrainingListener> listeners, string note)
    {
        foreach (var listener in listeners) listener.OnNote(note);
    }
}
