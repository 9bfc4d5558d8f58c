using Espalier.Training.Listeners;
using Espalier.Training.Runs;

namespace Espalier.Cli.Terminal;

/// <summary>A training run in one line an epoch, for somebody who follows several of them or has never seen one.</summary>
internal sealed class EpochBars(TerminalSession terminal) : ITrainingListener
{
    private ProgressLine? _progress;
    private int _epoch = -1;
    private int _epochs;

    public void OnStarted(TrainingStarted started) => _epochs = started.Options.Epochs;

    public void OnChanged(TrainingOptions options) => _epochs = options.Epochs;

    public void OnBatch(BatchTrained trained)
    {
        if (trained.Epoch != _epoch) (_epoch, _progress) = (trained.Epoch, new ProgressLine(terminal));
        _progress!.Update(Invariant($"     epoch {trained.Epoch + 1} of {_epochs}"), trained.Done, trained.Total);
    }

    public void OnEpoch(EpochCompleted completed)
    {
        var epoch = completed.Record;
        var sparsity = epoch.Scales is { } scales ? Invariant($"  {scales.NearZero:0%} of the scales near zero") : "";
        terminal.Say(Invariant($"     epoch {epoch.Epoch + 1,2} of {_epochs}, {epoch.TrainingSeconds + epoch.ValidationSeconds,3:0} s: ")
            + Invariant($"mAP50 {epoch.MeanAveragePrecision50:0.000} {Bar(epoch.MeanAveragePrecision50)}{sparsity}"));
    }

    public void OnFinished(TrainingOutcome outcome)
    {
        if (outcome.SparsityShortfall is { } shortfall) terminal.Say($"     {shortfall}");
    }

    private static string Bar(double share) => new string('━', (int)Math.Round(share * 30)).PadRight(30, '╌');
}
