using Espalier.Core;

namespace Espalier.Training.Losses;

/// <summary>What the detection loss weighs, before it is scaled to a network and an image size.</summary>
public sealed record LossOptions
{
    /// <summary>Gain of the box loss.</summary>
    /// <value>0 to 1000; the default is 0.05.</value>
    public float Box { get; init; } = 0.05f;

    /// <summary>Gain of the objectness loss at 640 pixels.</summary>
    /// <value>0 to 1000; the default is 1.</value>
    public float Objectness { get; init; } = 1;

    /// <summary>Gain of the class loss at 80 classes.</summary>
    /// <value>0 to 1000; the default is 0.5.</value>
    public float Class { get; init; } = 0.5f;

    /// <summary>A target matches an anchor when neither side is this many times as long as the other's.</summary>
    /// <value>1.01 to 100; the default is 4.</value>
    public float AnchorThreshold { get; init; } = 4;

    /// <summary>ε: class targets are 1 − ε/2 and ε/2.</summary>
    /// <value>0 to 1; the default is 0.</value>
    public float LabelSmoothing { get; init; }

    /// <summary>γ of the focal loss on objectness and classes (Lin et al. 2017); 0 is plain cross-entropy.</summary>
    /// <value>0 to 10; the default is 0.</value>
    public float FocalGamma { get; init; }

    /// <summary>What the class loss of cells that hold the class counts beside that of the others.</summary>
    /// <value>0 to 100; the default is 1.</value>
    public float ClassPositiveWeight { get; init; } = 1;

    /// <summary>What the objectness loss counts where there is an object beside where there is none.</summary>
    /// <value>0 to 100; the default is 1.</value>
    public float ObjectnessPositiveWeight { get; init; } = 1;

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">A value is out of its range, which the message names.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Box, 0, 1000, "The box loss gain");
        OptionException.ThrowIfOutside(Objectness, 0, 1000, "The objectness loss gain");
        OptionException.ThrowIfOutside(Class, 0, 1000, "The class loss gain");
        OptionException.ThrowIfOutside(AnchorThreshold, 1.01, 100, "The anchor threshold");
        OptionException.ThrowIfOutside(LabelSmoothing, 0, 1, "Label smoothing");
        OptionException.ThrowIfOutside(FocalGamma, 0, 10, "The focal gamma");
        OptionException.ThrowIfOutside(ClassPositiveWeight, 0, 100, "The class loss's weight of positives");
        OptionException.ThrowIfOutside(ObjectnessPositiveWeight, 0, 100, "The objectness loss's weight of positives");
    }

    /// <summary>The gains of a network: all × 3/levels, classes × classes/80, objectness × (image size/640)².</summary>
    /// <param name="levels">How many levels the network detects on.</param>
    /// <param name="classes">How many classes it knows.</param>
    /// <param name="imageSize">The training pictures' side in pixels.</param>
    internal LossGains GainsFor(int levels, int classes, int imageSize)
    {
        var level = 3f / levels;
        var size = imageSize / 640f;
        return new LossGains(Box * level, Objectness * size * size * level, Class * classes / 80f * level);
    }
}
