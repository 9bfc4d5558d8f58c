using Espalier.Networks;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Experiments;

/// <summary>What is kept of a cut beside its weights.</summary>
/// <param name="Criterion">What channels were ranked by.</param>
/// <param name="Asked">What was to stay.</param>
/// <param name="Reached">What stays.</param>
/// <param name="Before">The network that was cut.</param>
/// <param name="After">What is left.</param>
/// <param name="Steps">Accuracy after each step.</param>
/// <param name="Options">The options of the command that makes it; null where an older version wrote the record.</param>
internal sealed record CutRecord(string Criterion, PruningTarget Asked, double Reached, PruningCost Before, PruningCost After, IReadOnlyList<CutStep> Steps, string? Options = null)
{
    /// <summary>Of an outcome.</summary>
    public static CutRecord Of(ThinningOutcome outcome, string options) => new(
        outcome.Plan.Criterion, outcome.Plan.Asked, outcome.Plan.Reached, outcome.Plan.Before, outcome.Plan.After,
        [.. outcome.Steps.Select(step => new CutStep(step.Name, step.Report.Precision, step.Report.Recall, step.Report.MeanAveragePrecision50, step.Report.MeanAveragePrecision50To95))], options);
}

/// <summary>Accuracy after one step of a cut.</summary>
internal sealed record CutStep(string Name, double Precision, double Recall, double MeanAveragePrecision50, double MeanAveragePrecision50To95);
