using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>What a run begins with, or goes on with.</summary>
/// <param name="Options">What it was asked to do; paths in full.</param>
/// <param name="Data">The pictures, classes counted as the network counts them.</param>
/// <param name="Start">The network; where a run goes on, the checkpoint that holds its place.</param>
/// <param name="State">The place in a run that goes on; null for a new one.</param>
internal sealed record RunBeginning(TrainingOptions Options, TrainingData Data, Checkpoint Start, TrainingState? State)
{
    /// <summary>Of a new run.</summary>
    public static RunBeginning New(TrainingOptions options, TrainingContext context)
    {
        var origin = StartingNetwork.Open(options);
        var data = origin.InOwnOrder(TrainingData.Scan(options, context.Note, context.CancellationToken), options, context.Note);
        var start = origin.Create(options, data, context.Note, context.CancellationToken);
        return new RunBeginning(options.WithFullPaths(), data, start, null);
    }

    /// <summary>Of the run that wrote a <c>last</c> checkpoint, as it stood.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="isCutOff">Whether its process was killed, so that what follows the last epoch may be missing.</param>
    /// <param name="change">What is other than it was; nothing if null.</param>
    /// <param name="context">What is around it.</param>
    /// <exception cref="EspalierException">
    /// The run is finished, its data or its teacher are other than they were, or the checkpoint lies outside of a run.
    /// </exception>
    public static RunBeginning Resume(
        string path, RunFolder folder, bool isCutOff, Func<TrainingOptions, TrainingOptions>? change, TrainingContext context)
    {
        var checkpoint = Checkpoint.Open(path);
        var (asked, state) = TrainingCheckpoint.ReadState(checkpoint, path);
        RequireInRun(path, folder);
        var holding = state.Apply(asked);
        var wanted = (change?.Invoke(holding) ?? holding).WithFullPaths();
        var options = wanted with { Epochs = asked.Epochs, Patience = asked.Patience };
        if (TrainingOptions.Table.Differences(options with { Data = asked.Data }, asked).FirstOrDefault() is { } difference)
            throw new OptionException($"A run that goes on keeps its options ({difference}).");

        // Wishes of the time between hold from the next epoch on; where one is half done, they wait for its end. What is wanted now
        // counts more than what was written before, and is written there for every epoch to come.
        var before = RunControl.Read(folder.Path);
        var wish = before with
        {
            Epochs = wanted.Epochs == holding.Epochs ? before.Epochs : wanted.Epochs,
            Patience = wanted.Patience == holding.Patience ? before.Patience : wanted.Patience,
        };
        if (state.BatchesDone == 0 && RunChange.Of(wish, holding, state.Epoch) is { } changed)
            state = state.With(changed, options.Sparsity is not null);

        // What follows the last epoch, such as the closing pictures, is made good where a killed process could not make it.
        var isFinished = state.Epoch >= state.Apply(options).Epochs || state.IsFinished;
        if (isFinished && !(context.Group.Size == 1 && isCutOff))
            throw new EspalierException(Finished(path, folder, state, state.Apply(options)));
        if (!isFinished) RequireSameTeacher(path, state, options);

        var data = TrainingData.Scan(options, context.Note, context.CancellationToken);
        var (classes, known) = (data.Training.ClassNames.Count, checkpoint.Graph.Classes);
        if (classes != known) throw new EspalierException($"'{options.Data}' now has {classes} classes, the run of '{path}' has {known}.");
        data = data.InOrderOf(checkpoint.ClassNames, path, options.Data, context.Note);
        if (state.Pictures?.ChangeTo(data.Counts) is { } grown)
        {
            throw new EspalierException($"The data of the run of '{path}' have changed since it began: {grown}. Its epochs would not "
                + $"compare, and its best might be lost; a new run goes on from that: --weights {CommandWord.Quote(folder.Best)}.");
        }

        if (wish != before && context.Group.Rank == 0) wish.Write(folder.Path);
        return new RunBeginning(options, data, checkpoint, state);
    }

    /// <summary>Refuses a copy that lies elsewhere: what follows would be written around it, and the run would stand still.</summary>
    private static void RequireInRun(string path, RunFolder folder)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) == folder.Weights) return;
        throw new EspalierException($"'{path}' is not in the folder '{Path.GetFileName(folder.Weights)}' of a run, where it could go on: "
            + $"put it there, or begin a new run with --weights {CommandWord.Quote(path)}.");
    }

    /// <summary>Refuses another teacher in the place of the run's own; what it started from no longer matters.</summary>
    private static void RequireSameTeacher(string path, TrainingState state, TrainingOptions options)
    {
        if (state.Sources?.Changed(options with { Weights = null }) is not { } teacher) return;
        throw new EspalierException($"The run of '{path}' has learned from another '{teacher}' than is there now: put that back, or begin "
            + $"a new run with --weights {CommandWord.Quote(path)}.");
    }

    /// <summary>Why a run does not go on, and how it would.</summary>
    private static string Finished(string path, RunFolder folder, TrainingState state, TrainingOptions options)
    {
        var (done, more) = (state.History.Count, CommandWord.Quote(folder.Path));
        var (why, how) = state.Epoch < options.Epochs
            ? ($"nothing got better for {PlainText.Counted(options.Patience, "epoch")} (--patience)",
                FormattableString.Invariant($"--patience {options.Patience + 100}"))
            : ($"{PlainText.Counted(done, "epoch")} {(done == 1 ? "is" : "are")} done",
                FormattableString.Invariant($"--epochs {2 * done}"));
        return $"The run of '{path}' is finished: {why}. It goes on with espalier train --resume {more} {how}, for instance; a new one "
            + $"begins with --weights {CommandWord.Quote(path)}.";
    }
}
