using Espalier.Training.Losses;
using Espalier.Training.Optimisation;
using Espalier.Vision;

namespace Espalier.Training;

/// <summary>Everything numeric that decides how a network learns; the defaults are YOLOv5's for training from scratch with little augmentation.</summary>
public sealed record TrainingHyperParameters
{
    /// <summary>Gains and thresholds of the loss.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>Rates, momentum, decay and warm-up.</summary>
    public OptimisationOptions Optimisation { get; init; } = new();

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">A value is out of its range, which the message names.</exception>
    public void Validate()
    {
        Loss.Validate();
        Optimisation.Validate();
    }
}
