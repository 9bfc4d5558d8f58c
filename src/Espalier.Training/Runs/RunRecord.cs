using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Training.Runs;

/// <summary>What a run's folder tells of it, whether it is done or was stopped.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Options">What it was asked to do; paths in full.</param>
/// <param name="History">The epochs that are done.</param>
/// <param name="IsFinished">Whether there is nothing left to resume.</param>
/// <param name="Sources">The files that it was made from; null where an older version wrote it.</param>
public sealed record RunRecord(RunFolder Folder, TrainingOptions Options, IReadOnlyList<EpochRecord> History, bool IsFinished, RunSources? Sources)
{
    /// <summary>Reads a run; null where the folder holds no checkpoint to go on from.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="EspalierException">The checkpoint is damaged.</exception>
    public static RunRecord? Open(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.Last)) return null;
        var (options, state) = TrainingCheckpoint.ReadState(Checkpoint.Open(folder.Last), folder.Last);
        return new RunRecord(folder, options, state.History, state.IsFinished || state.Epoch >= options.Epochs, state.Sources);
    }

    /// <summary>Brings a run to its end, wherever it stands: begins it, goes on with it, or finds it finished.</summary>
    /// <param name="folder">Where it lies or shall lie. A folder that an earlier start left without a checkpoint is made anew.</param>
    /// <param name="options">What it shall do.</param>
    /// <param name="listeners">Who hears of it.</param>
    /// <param name="interrupted">Ends it early, with everything saved.</param>
    /// <returns>The finished run; null where it was interrupted.</returns>
    /// <exception cref="EspalierException">The folder holds a run with other options or from other files, or the run cannot be made.</exception>
    public static RunRecord? Continue(RunFolder folder, TrainingOptions options, IReadOnlyList<ITrainingListener> listeners, CancellationToken interrupted)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (Open(folder) is { } there)
        {
            if (there.DifferencesFrom(options) is [var first, ..])
                throw new EspalierException($"'{folder.Path}' holds a run with other options ({first}): remove it, or choose another name.");
            if (there.Sources?.Changed(options) is { } source)
                throw new EspalierException($"'{folder.Path}' was trained from another '{source}' than is there now: remove it, and it is trained anew.");
            if (there.IsFinished) return there;
        }
        else if (Directory.Exists(folder.Path))
        {
            if (Directory.EnumerateFileSystemEntries(folder.Path).Any() && !File.Exists(folder.File("options.yaml")))
                throw new EspalierException($"'{folder.Path}' holds something else than a run: remove it, or choose another name.");
            if (File.Exists(folder.File("results.csv")))
                throw new EspalierException($"'{folder.Path}' holds a run without its {Path.GetFileName(folder.Last)}, so that nobody can tell whether it is done: put that file back, or remove the folder to train anew.");
            Directory.Delete(folder.Path, recursive: true);
        }

        var trainer = File.Exists(folder.Last) ? Trainer.Resume(folder.Last, listeners, change: made => TrainingOptions.Table.WithResources(made, options)) : Trainer.Start(options, Path.GetDirectoryName(folder.Path)!, Path.GetFileName(folder.Path), listeners);
        return trainer.Run(interrupted).End == TrainingEnd.Interrupted ? null : Open(folder);
    }

    /// <summary>
    /// In what a run with other options would differ, an entry an option as <c>name: wanted, not present</c>; empty where they are the same. How many threads and
    /// workers do it and where photos are kept is no such difference: it changes how fast a run is, not what comes of it.
    /// </summary>
    /// <param name="wanted">The options that are wanted now.</param>
    public IReadOnlyList<string> DifferencesFrom(TrainingOptions wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var (asked, made) = (wanted.WithFullPaths(), Options.WithFullPaths());
        return
        [
            .. TrainingOptions.Table.Differences(asked, made),
            .. HyperParameterFile.Differences(asked.HyperParameters, made.HyperParameters),
        ];
    }
}
