using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Vision;

/// <summary>How digits become house numbers. The standards were fitted on training pictures of SVHN (<see cref="NumberFitting"/>), as far
/// as the order of its official boxes allows.</summary>
public sealed record NumberReadingOptions
{
    /// <summary>The least confidence of a digit.</summary>
    /// <value>Default 0.25; 0…1.</value>
    [Option("--conf", "Lowest confidence to keep", 0, 1)]
    public float Confidence { get; init; } = 0.25f;

    /// <summary>The overlap (IoU) above which two detections are two readings of one digit.</summary>
    /// <value>Default 0.35; 0…1.</value>
    [Option("--overlap", "Overlap above which two detections are readings of one digit", 0, 1)]
    public float Overlap { get; init; } = 0.35f;

    /// <summary>The least confidence of an alternative.</summary>
    /// <value>Default 0.02; 0…1.</value>
    public float Alternative { get; init; } = 0.02f;

    /// <summary>The widest gap between neighbouring digits of one number, in heights of the larger of them.</summary>
    /// <value>Default 0.9; above 0.</value>
    /// <remarks>Two digits alone may stand 0.6 of it apart, and in a line of more no gap may be wider than the narrowest by a third of it:
    /// a stroke, as in 12-14, parts two numbers.</remarks>
    [Option("--gap", "Widest gap between digits of one number, in heights of a digit", 0.01, 100)]
    public float WidestGap { get; init; } = 0.9f;

    /// <summary>How much taller one digit of a number may be than its neighbour.</summary>
    /// <value>Default 1.8; from 1 on.</value>
    [Option("--height-ratio", "How much taller a digit may be than its neighbour", 1, 100)]
    public float LargestRatio { get; init; } = 1.8f;

    /// <summary>The confidence from which on a whole number is accepted; a less confident one is a best guess (<see
    /// cref="HouseNumber.IsAccepted"/>).</summary>
    /// <value>Default null: the calibration's own; 0 without one. 0…1.</value>
    [Option("--accept", "Confidence from which on a whole number counts as read, 0 for every one; default: the model's own", 0, 1)]
    public float? Acceptance { get; init; }

    /// <summary>What a number's confidence is made by.</summary>
    /// <value>Default null: what the detector brings along, or else the product of the digits' confidences.</value>
    public NumberCalibration? Calibration { get; init; }

    /// <summary>Whether small and doubtful digits are looked at again, nearer: <see cref="Vision.SecondLook"/>.</summary>
    /// <value>Default true.</value>
    [Option("--no-second-look", "Do not look again, nearer, at digits that are small or doubtful", IsInverted = true)]
    public bool SecondLook { get; init; } = true;

    /// <summary>What detections a reader wants: those that can be digits or alternatives, every class of a place.</summary>
    public NmsOptions Suppression => new() { Confidence = Math.Min(Alternative, Confidence), IoU = 0.6f, MultiLabel = true };

    /// <summary>Throws where weaker digits are asked for than a file lets out that suppresses inside. The standard asks for none: it goes
    /// as far down as the file does.</summary>
    /// <param name="inside">The suppression that holds: the file's own, or <see cref="Suppression"/>.</param>
    /// <exception cref="OptionException">The message names both confidences.</exception>
    internal void CheckAgainst(NmsOptions inside)
    {
        if (Confidence < inside.Confidence && Confidence != new NumberReadingOptions().Confidence)
            throw new OptionException("Suppression is inside the file: the least confidence of a digit must be within "
                + FormattableString.Invariant($"{inside.Confidence}…1, but is {Confidence}."));
    }

    /// <summary>What is accepted, settled.</summary>
    internal double LeastAccepted => Acceptance ?? Calibration?.Acceptance ?? 0;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Confidence, 0f, 1f, "The least confidence of a digit");
        OptionException.ThrowIfOutside(Overlap, 0f, 1f, "The overlap of two readings");
        OptionException.ThrowIfOutside(Alternative, 0f, 1f, "The least confidence of an alternative");
        if (Acceptance is { } accepted)
            OptionException.ThrowIfOutside(accepted, 0f, 1f, "The confidence from which on a number is accepted");
        OptionException.ThrowIfOutside(WidestGap, 0.01f, 100f, "The widest gap");
        OptionException.ThrowIfOutside(LargestRatio, 1f, 100f, "The largest ratio of heights");
    }
}
