using Espalier.Core;
using Espalier.Core.LiveRuns;
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
    /// <exception cref="EspalierException">The run is finished, or its data are other than they were.</exception>
    public static RunBeginning Resume(
        string path, RunFolder folder, bool isCutOff, Func<TrainingOptions, TrainingOptions>? change, TrainingContext context)
    {
        var checkpoint = Checkpoint.Open(path);
        var (asked, state) = TrainingCheckpoint.ReadState(checkpoint, path);
        var options = (change?.Invoke(asked) ?? asked).WithFullPaths();
        if (TrainingOptions.Table.Differences(options with { Data = asked.Data }, asked).FirstOrDefault() is { } difference)
            throw new OptionException($"A run that goes on keeps its options ({difference}).");

        // Wishes of the time between hold from the next epoch on; where one is half done, they wait for its end.
        var wish = RunControl.Read(folder.Path);
        if (state.BatchesDone == 0 && RunChange.Of(wish, state.Apply(options), state.Epoch) is { } wanted)
            state = state with { Changes = [.. state.Changes, wanted] };

        // What follows the last epoch, such as the closing pictures, is made good where a killed process could not make it.
        if ((state.Epoch >= state.Apply(options).Epochs || state.IsFinished) && !(context.Group.Size == 1 && isCutOff))
        {
            throw new EspalierException(FormattableString.Invariant(
                $"The run of '{path}' is finished: {state.History.Count} epochs are done; start a new one with --weights {path}."));
        }

        var data = TrainingData.Scan(options, context.Note, context.CancellationToken);
        var (classes, known) = (data.Training.ClassNames.Count, checkpoint.Graph.Classes);
        if (classes != known) throw new EspalierException($"'{options.Data}' now has {classes} classes, the run of '{path}' has {known}.");
        return new RunBeginning(options, data.InOrderOf(checkpoint.ClassNames, path, options.Data, context.Note), checkpoint, state);
    }
}
