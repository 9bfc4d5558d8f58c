using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Training.Listeners;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Cli.Terminal;

/// <summary>Shows a training run as YOLOv5's users know it: a line of losses an epoch, and a line of metrics below it.</summary>
internal sealed class TrainingConsole(TerminalSession terminal) : ITrainingListener
{
    private const int LongerBy = 3;

    private readonly EpochPace _pace = new();
    private ProgressLine? _progress;
    private BatchTrained? _lastBatch;
    private string? _begunWith;
    private int _epochs;
    private int _instances;

    public void OnStarted(TrainingStarted started)
    {
        _epochs = started.Options.Epochs;
        _begunWith = started.Options.Weights;
        foreach (var record in started.History) _pace.Add(record);
        var error = terminal.Error;
        error.WriteLine(Invariant($"{started.Parameters:N0} parameters, {started.Training.Entries.Count:N0} training pictures, ")
            + Invariant($"{started.Validation.Entries.Count:N0} validation pictures"));
        error.WriteLine(Invariant($"{PlainText.Counted(started.Options.Epochs, "epoch")} at {started.Options.ImageSize} px in batches of ")
            + Invariant($"{started.Options.BatchSize}; everything goes to {started.Folder.Path}"));
        if (started.FirstEpoch > 0) error.WriteLine(Invariant($"going on with epoch {started.FirstEpoch}"));
        error.WriteLine();
        error.WriteLine($"{"Epoch",10}{"box_loss",11}{"obj_loss",11}{"cls_loss",11}{"Instances",11}{"Size",7}");
    }

    public void OnNote(string note) => terminal.Say(note);

    public void OnChanged(TrainingOptions options)
    {
        _epochs = options.Epochs;
        var patience = options.Patience == 0 ? "without patience" : Invariant($"patience {options.Patience}");
        terminal.Say($"From the next epoch on: {PlainText.Counted(options.Epochs, "epoch")}, {patience}, as control.json says.");
    }

    public void OnBatch(BatchTrained trained)
    {
        if (_lastBatch?.Epoch != trained.Epoch) _progress = new ProgressLine(terminal);
        _lastBatch = trained;
        _instances = trained.Batch.Targets.Length;
        if (trained.Done == trained.Total) _progress!.Finish(EpochText(trained), trained.Done, trained.Total);
        else _progress!.Update(EpochText(trained), trained.Done, trained.Total);
    }

    public void OnEpoch(EpochCompleted completed)
    {
        var epoch = completed.Record;
        var report = completed.Validation.Report;
        var seconds = epoch.TrainingSeconds + epoch.ValidationSeconds;
        _pace.Add(epoch);
        terminal.Error.WriteLine($"{"",10}{"Class",11}{"Images",11}{"Instances",11}{"P",11}{"R",11}{"mAP50",11}{"mAP50-95",11}");
        var remaining = ProgressLine.Left(_pace.Seconds!.Value * (_epochs - 1 - epoch.Epoch));
        var best = completed.IsBest ? ", best so far" : "";
        terminal.Error.WriteLine(
            Invariant($"{"",10}{"all",11}{report.Pictures,11}{report.Labels,11}{epoch.Precision,11:0.000}{epoch.Recall,11:0.000}")
            + Invariant($"{epoch.MeanAveragePrecision50,11:0.000}{epoch.MeanAveragePrecision,11:0.000}")
            + Invariant($"   {epoch.PicturesPerSecond:0} pictures/s, {seconds:0} s{remaining}{best}"));
        if (SparsityText(epoch) is { } sparsity) terminal.Error.WriteLine($"{"",10}{sparsity}");
    }

    public void OnFinished(TrainingOutcome outcome)
    {
        var error = terminal.Error;
        error.WriteLine();
        var best = outcome.BestEpoch < 0 ? null : outcome.History[outcome.BestEpoch];
        error.WriteLine(outcome.End switch
        {
            TrainingEnd.Completed => $"{PlainText.Counted(outcome.History.Count, "epoch")} done.",
            TrainingEnd.EarlyStopped => Invariant(
                $"Stopped after epoch {outcome.History.Count - 1}: no gain since epoch {outcome.BestEpoch}."),
            _ => $"Interrupted; nothing is lost. Go on with: espalier train --resume {CommandWord.Quote(outcome.Folder.Last)}",
        });
        if (outcome.SparsityShortfall is { } shortfall) error.WriteLine(shortfall);
        if (best is null) return;
        error.WriteLine(Invariant($"Best epoch {best.Epoch}: mAP50 {best.MeanAveragePrecision50:0.000}, mAP50-95 ")
            + Invariant($"{best.MeanAveragePrecision:0.000}, precision {best.Precision:0.000}, recall {best.Recall:0.000}"));
        error.WriteLine($"Weights: {outcome.Folder.Best}");
        if (best.Epoch == 0 && outcome.History.Count > 2 && _begunWith is not null)
        {
            error.WriteLine($"No epoch improved on epoch 0, which is nearly {_begunWith}: "
                + "keep that one unless espalier compare shows a gain.");
        }

        if (outcome.End != TrainingEnd.Interrupted) error.WriteLine(Next(outcome, best));
    }

    /// <summary>What to do with a run that has ended: to use it, or to mend it where it came to nothing.</summary>
    private static string Next(TrainingOutcome outcome, EpochRecord best)
    {
        if (best.MeanAveragePrecision50 >= EpochRecord.Worthwhile)
            return $"Next: espalier predict {CommandWord.Quote(outcome.Folder.Best)} --source FOLDER";
        var longer = outcome.End == TrainingEnd.EarlyStopped ? "" : Invariant($"train longer (espalier train --resume ")
            + Invariant($"{CommandWord.Quote(outcome.Folder.Path)} --epochs {LongerBy * outcome.History.Count}), ");
        return $"It finds next to nothing yet: {longer}look whether the labels are right (espalier data view), or add pictures.";
    }

    /// <summary>How far a sparse run is; null where nothing is penalized.</summary>
    private static string? SparsityText(EpochRecord epoch) => epoch switch
    {
        { Scales: { } scales } => Invariant(
            $"   λ {epoch.SparsityRate:g3}: |γ| has the median {scales.Median:0.000}; {100 * scales.NearZero:0.0} % of the channels ")
            + Invariant($"are below {ScaleQuantiles.NearlyZero} and could be cut now at next to no loss"),
        { Kernels: { } kernels } =>
            Invariant($"   λ {epoch.SparsityRate:g3}: {kernels.Zeros:N0} of {kernels.Weights:N0} weights of kernels are zero, ")
            + Invariant($"{100 * kernels.NearZero:0.0} % below {KernelZeros.NearlyZero}; ")
            + Invariant($"{kernels.ZeroChannels:N0} of {kernels.Channels:N0} channels have a kernel of zeros alone"),
        _ => null,
    };

    private string EpochText(BatchTrained trained) =>
        Invariant($"{$"{trained.Epoch}/{_epochs - 1}",10}{trained.MeanLoss.Box,11:0.00000}{trained.MeanLoss.Objectness,11:0.00000}")
        + Invariant($"{trained.MeanLoss.Class,11:0.00000}{_instances,11}{trained.Batch.Width,7}");
}
