using Espalier.Training.Prediction;
using Espalier.Training.Thinning;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Experiments;

/// <summary>
/// Judges models on every split, and holds each against the dense one and against the cut of the same depth by <c>random</c>, the control,
/// picture by picture.
/// </summary>
internal sealed class JudgingStage(ExperimentPlan plan, ExperimentFolder folder, CancellationToken cancellationToken)
{
    private const string Control = "random";

    // The pictures of the models that others are held against; the rest are not kept, for they are large.
    private readonly Dictionary<(string Model, string Split), ValidationOutcome> _references = [];
    private readonly IReadOnlyList<ExperimentModel> _models = ExperimentModel.All(plan, folder);

    /// <summary>How good a model is, split by split; judged now if that has not been done yet.</summary>
    public IReadOnlyList<ReportedAccuracy> Judge(ExperimentModel model)
    {
        var (dense, control) = (model.Role == ModelRole.Dense ? null : _models[0], ControlOf(model));
        var path = folder.Judged(model.Name);
        var there = StageFile.Read<ReportedAccuracy[]>(path,
            [model.Weights, dense?.Weights ?? model.Weights, control?.Weights ?? model.Weights]);
        if (there is not null && there.Select(accuracy => accuracy.Split).SequenceEqual(plan.Splits)
            && there.All(accuracy => (accuracy.ThanRandom is null) == (control is null)))
            return there;

        ReportedAccuracy[] judged = [.. plan.Splits.Select(split => Judge(model, split, dense, control))];
        StageFile.Write(path, judged);
        return judged;
    }

    private ExperimentModel? ControlOf(ExperimentModel model) => model.Cut is not { } cut || cut.Criterion == Control
        ? null
        : _models.FirstOrDefault(other => other.Role == model.Role && other.Cut is { Criterion: Control } control
            && control.Target == cut.Target);

    private ReportedAccuracy Judge(ExperimentModel model, string split, ExperimentModel? dense, ExperimentModel? control)
    {
        var outcome = Outcome(model, split);
        var report = outcome.Report;
        return new ReportedAccuracy(
            split, report.Pictures, report.Precision, report.Recall, report.MeanAveragePrecision50,
            report.MeanAveragePrecision50To95, report.MeanIoU,
            Difference(outcome, dense, split), Difference(outcome, control, split));
    }

    private ReportedDifference? Difference(ValidationOutcome outcome, ExperimentModel? other, string split)
    {
        if (other is null) return null;
        var compared = PairedBootstrap.MeanAveragePrecision50(Outcome(other, split).Pictures, outcome.Pictures,
            outcome.Report.Confusion.ClassCount);
        return new ReportedDifference(compared.Difference, compared.Lower, compared.Upper);
    }

    private ValidationOutcome Outcome(ExperimentModel model, string split)
    {
        if (_references.TryGetValue((model.Name, split), out var known)) return known;
        using var network = TorchNetwork.Open(model.Weights, plan.Dense.Device, plan.Dense.Threads);
        var outcome = new ValidationRequest { Data = plan.Data, Split = split }.Run(network, model.Weights,
            cancellationToken: cancellationToken).Outcome;
        if (model.Role == ModelRole.Dense || model.Cut?.Criterion == Control) _references[(model.Name, split)] = outcome;
        return outcome;
    }
}
