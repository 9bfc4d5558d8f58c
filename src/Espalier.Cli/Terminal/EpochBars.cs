using Espalier.Training.Listeners;
using Espalier.Training.Runs;

namespace Espalier.Cli.Terminal;

/// <summary>A training run in one line an epoch, for somebody who follows several of them or has never seen one.</summary>
internal sealed class EpochBars(TerminalSession terminal) : ITrainingListener
{
    private const int BarLength = 12;

    private readonly EpochPace _pace = new();
    private ProgressLine? _progress;
    private int _epoch = -1;
    private int _epochs;

    public void OnStarted(TrainingStarted started)
    {
        _epochs = started.Options.Epochs;
        foreach (var record in started.History) _pace.Add(record);
        if (started.FirstEpoch > 0) terminal.Say(Invariant($"     going on after epoch {started.FirstEpoch} of {_epochs}"));
    }

    public void OnChanged(TrainingOptions options) => _epochs = options.Epochs;

    public void OnBatch(BatchTrained trained)
    {
        if (trained.Epoch != _epoch) (_epoch, _progress) = (trained.Epoch, new ProgressLine(terminal));
        _progress!.Update(Invariant($"     epoch {trained.Epoch + 1} of {_epochs}"), trained.Done, trained.Total);
    }

    public void OnEpoch(EpochCompleted completed)
    {
        var epoch = completed.Record;
        _pace.Add(epoch);
        var remaining = ProgressLine.Left(_pace.Seconds!.Value * (_epochs - 1 - epoch.Epoch));
        var sparsity = epoch.Scales is { } scales ? Invariant($" {scales.NearZero,3:0%} of scales near 0") : "";
        var seconds = epoch.TrainingSeconds + epoch.ValidationSeconds;
        terminal.Say(Invariant($"     epoch {epoch.Epoch + 1,2}/{_epochs}, {seconds,3:0} s{remaining}: ")
            + Invariant($"mAP50 {epoch.MeanAveragePrecision50:0.000} {Bar(epoch.MeanAveragePrecision50)}{sparsity}"));
    }

    public void OnFinished(TrainingOutcome outcome)
    {
        if (outcome.SparsityShortfall is { } shortfall) terminal.Say($"     {shortfall}");
    }

    private static string Bar(double share) => new string('━', (int)Math.Round(share * BarLength)).PadRight(BarLength, '╌');
}
