using System.Text.Json.Serialization;
using Espalier.Datasets;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;

namespace Espalier.Training.Runs;

/// <summary>
/// What is tuned: how weights move, what the loss weighs, how pictures are varied. The defaults are YOLOv5's for low augmentation, from
/// scratch.
/// </summary>
public sealed record HyperParameters
{
    /// <summary>Rates, momentum, decay and warm-up.</summary>
    [JsonPropertyName("Optimisation")] // As checkpoints have always held it.
    public OptimizationOptions Optimization { get; init; } = new();

    /// <summary>Gains and thresholds of the loss.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How strongly training pictures are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Checks every range.</summary>
    /// <exception cref="Espalier.Core.EspalierException">A value is outside its range, which the message names.</exception>
    public void Validate()
    {
        Optimization.Validate();
        Loss.Validate();
        Augmentation.Validate();
    }
}
