using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Loops;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Experiments;

/// <summary>
/// Runs stages that leave a file or a run behind each: what is there already is used, so that work that was stopped at any moment goes on
/// when it is run again.
/// </summary>
/// <param name="listener">Told of each.</param>
/// <param name="count">How many there are, or may be.</param>
/// <param name="cancellationToken">Ends one; a training that goes on is saved first.</param>
internal sealed class StageRunner(IPipelineListener listener, int count, CancellationToken cancellationToken)
{
    private int _stage;

    /// <summary>Says that a stage begins.</summary>
    public void Begin(string what) => listener.OnStage(++_stage, count, what);

    /// <summary>A training; false where it was interrupted.</summary>
    public bool Train(string what, RunFolder run, TrainingOptions options)
    {
        Begin($"{what}: {PlainText.Counted(options.Epochs, "epoch")}");
        if (Trainer.Continue(run, options, listener.OnTraining(), cancellationToken) is not { } record) return false;
        var best = EpochRecord.Best(record.History);
        listener.OnNote(Invariant(
            $"     epoch {best.Epoch + 1}: mAP50 {best.MeanAveragePrecision50:0.000}, mAP50-95 {best.MeanAveragePrecision:0.000}"));
        return true;
    }

    /// <summary>A cut, made unless it is there; null where it was ended in a training between its steps.</summary>
    /// <param name="what">What messages call it.</param>
    /// <param name="folder">Where it lies or shall lie.</param>
    /// <param name="source">The weights that are cut.</param>
    /// <param name="options">How.</param>
    /// <param name="between">The training between its steps, where it has several.</param>
    /// <exception cref="EspalierException">The folder holds another cut, or this one cannot be made.</exception>
    public CutRecord? Cut(string what, CutFolder folder, string source, PruneOptions options, TrainingOptions between)
    {
        Begin(what);
        if (StageFile.Read<CutRecord>(folder.Record, source) is { } record && record.Asked == options.Target)
        {
            if (record.DiffersFrom(options))
            {
                throw new EspalierException(
                    $"'{folder.Path}' holds a cut with other options ({record.Options}, not {options.ToWords()}): "
                    + "remove it, and it is made anew.");
            }
        }
        else
        {
            var pruner = new Pruner(options, new QuietListener(listener));
            if (pruner.RunInSteps(Checkpoint.Open(source), source, folder.Path, between, cancellationToken) is not { } outcome) return null;
            AtomicFile.WriteAllText(folder.Plan, outcome.Plan.ToJson());
            outcome.Checkpoint.Save(folder.Weights);
            StageFile.Write(folder.Record, record = CutRecord.Of(outcome, options));
        }

        double Kept(PruningMeasure measure) => record.After.ShareOf(record.Before, measure);
        var (operations, parameters) = (Kept(PruningMeasure.Operations), Kept(PruningMeasure.Parameters));
        var (before, after) = (record.Whole.MeanAveragePrecision50, record.Cut.MeanAveragePrecision50);
        listener.OnNote(
            Invariant($"     kept {operations:0.00} of the operations, {parameters:0.00} of the parameters; ")
            + Invariant($"mAP50 {before:0.000} -> {after:0.000} before fine-tuning"));
        return record;
    }
}
