using Espalier.Vision;

namespace Espalier.Pipelines.Pruning;

/// <summary>How good a network is after each step of a cut, judged on the validation split.</summary>
/// <param name="Whole">Before it.</param>
/// <param name="Cut">Removed channels, blocks and levels simply gone.</param>
/// <param name="Folded">What they sent on as constants folded into what follows.</param>
/// <param name="Calibrated">Batch norms estimated anew.</param>
internal sealed record CutReports(DetectionReport Whole, DetectionReport Cut, DetectionReport Folded, DetectionReport Calibrated)
{
    public const string WholeName = "whole";
    public const string CutName = "cut";
    public const string FoldedName = "constants folded on";
    public const string CalibratedName = "batch norms estimated anew";
    public const string FunctionKeptName = "estimated anew, function kept";

    private bool _isCut = true;

    /// <summary>The same statistics with scales and shifts that keep the function; null where new statistics alone were no worse.</summary>
    public DetectionReport? FunctionKept { get; init; }

    /// <summary>What is written in the end.</summary>
    public DetectionReport Written => FunctionKept ?? Calibrated;

    /// <summary>What was done, step by step.</summary>
    public IReadOnlyList<PruningStep> Steps => _isCut
        ?
        [
            new(WholeName, Whole), new(CutName, Cut), new(FoldedName, Folded), new(CalibratedName, Calibrated),
            .. FunctionKept is null ? Array.Empty<PruningStep>() : [new(FunctionKeptName, FunctionKept)],
        ]
        : [new(WholeName, Whole)];

    /// <summary>Where no channel went.</summary>
    public static CutReports Nothing(DetectionReport whole) => new(whole, whole, whole, whole) { _isCut = false };
}
