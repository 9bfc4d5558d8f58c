using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Pipelines.Pruning;

/// <summary>A thinned network and how it came about.</summary>
/// <param name="Checkpoint">The network, ready to be fine-tuned.</param>
/// <param name="Plan">What went.</param>
/// <param name="Whole">How good the network was before the last cut.</param>
/// <param name="Written">How good the network is that came of it.</param>
/// <param name="Steps">The whole network, then the state after each step, judged on the validation split.</param>
public sealed record PruningOutcome(
    Checkpoint Checkpoint, PruningPlan Plan, DetectionReport Whole, DetectionReport Written, IReadOnlyList<PruningStep> Steps);

/// <summary>How good a network is at one step of thinning.</summary>
/// <param name="Name">What was done last.</param>
/// <param name="Report">Precision, recall, average precisions.</param>
public sealed record PruningStep(string Name, DetectionReport Report);
