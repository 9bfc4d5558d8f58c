using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Training.Runs;

/// <summary>What a run's folder tells of it, whether it is done or was stopped.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Options">What it was asked to do; paths in full.</param>
/// <param name="History">The epochs that are done.</param>
/// <param name="IsFinished">Whether there is nothing left to resume.</param>
/// <param name="Sources">The files that it was made from; null where an older version wrote it.</param>
public sealed record RunRecord(RunFolder Folder, TrainingOptions Options, IReadOnlyList<EpochRecord> History,
    bool IsFinished, RunSources? Sources)
{
    /// <summary>Reads a run; null where the folder holds no checkpoint to go on from.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="EspalierException">The checkpoint is damaged.</exception>
    public static RunRecord? Open(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.Last)) return null;
        var (options, state) = TrainingCheckpoint.ReadState(Checkpoint.Open(folder.Last), folder.Last);
        return new RunRecord(folder, options, state.History, state.IsFinished || state.Epoch >= state.Apply(options).Epochs, state.Sources);
    }

    /// <summary>
    /// In what a run with other options would differ, an entry an option as <c>name: wanted, not present</c>; empty where they are the
    /// same. How many threads and workers do it and where photos are kept is no such difference: it changes how fast a run is, not what
    /// comes of it.
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
