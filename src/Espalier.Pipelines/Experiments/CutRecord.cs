using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;

namespace Espalier.Pipelines.Experiments;

/// <summary>What is kept of a cut beside its weights.</summary>
/// <param name="Criterion">What channels were ranked by.</param>
/// <param name="Asked">What was to stay.</param>
/// <param name="Reached">What stays.</param>
/// <param name="Before">The network that was cut.</param>
/// <param name="After">What is left.</param>
/// <param name="Steps">Accuracy after each step.</param>
/// <param name="Options">How it was made (<see cref="PruneOptions.ToWords"/>); null where an older version wrote the record.</param>
public sealed record CutRecord(string Criterion, PruningTarget Asked, double Reached, PruningCost Before, PruningCost After,
    IReadOnlyList<CutStep> Steps, string? Options = null)
{
    /// <summary>Accuracy before anything was cut.</summary>
    internal CutStep Whole => Steps[0];

    /// <summary>Accuracy of what is left, before it is tuned.</summary>
    internal CutStep Cut => Steps[^1];

    /// <summary>Whether it was made otherwise than is wanted now.</summary>
    /// <param name="wanted">How a cut is wanted.</param>
    /// <exception cref="EspalierException">The record is damaged.</exception>
    public bool DiffersFrom(PruneOptions wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Options is not null && PruneOptions.Table.Differences(wanted, PruneOptions.Parse(Options, wanted.Data)).Any();
    }

    /// <summary>Of an outcome.</summary>
    internal static CutRecord Of(PruningOutcome outcome, PruneOptions options) => new(
        outcome.Plan.Criterion, outcome.Plan.Asked, outcome.Plan.Reached, outcome.Plan.Before, outcome.Plan.After,
        [.. outcome.Steps.Select(step => new CutStep(step.Name, step.Report.Precision, step.Report.Recall,
            step.Report.MeanAveragePrecision50, step.Report.MeanAveragePrecision50To95))],
        options.ToWords());
}

/// <summary>Accuracy after one step of a cut.</summary>
/// <param name="Name">What was done last.</param>
/// <param name="Precision">At the confidence of the best mean F1.</param>
/// <param name="Recall">There.</param>
/// <param name="MeanAveragePrecision50">mAP50.</param>
/// <param name="MeanAveragePrecision50To95">mAP50-95.</param>
public sealed record CutStep(string Name, double Precision, double Recall, double MeanAveragePrecision50,
    double MeanAveragePrecision50To95);
