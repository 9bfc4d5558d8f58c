using Espalier.Training.Losses;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>What a validation found.</summary>
/// <param name="Report">Precision, recall and average precisions by both rules.</param>
/// <param name="Pictures">Each picture's evaluation in the loader's order, for paired comparisons of two models.</param>
/// <param name="Loss">Mean losses over the batches; null where no loss was asked for.</param>
/// <param name="Timing">Where the time went.</param>
public sealed record ValidationOutcome(DetectionReport Report, IReadOnlyList<PictureEvaluation> Pictures, LossValues? Loss,
    ValidationTiming Timing);

/// <summary>Milliseconds a picture.</summary>
/// <param name="Network">The forward pass, decoding of boxes included.</param>
/// <param name="Suppression">Non-maximum suppression and matching.</param>
/// <param name="Total">Everything, waiting for pictures included.</param>
public readonly record struct ValidationTiming(double Network, double Suppression, double Total);
