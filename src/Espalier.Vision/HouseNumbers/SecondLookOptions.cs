using Espalier.Core;

namespace Espalier.Vision;

/// <summary>What a <see cref="SecondLook"/> looks at again, and how near it goes.</summary>
internal sealed record SecondLookOptions
{
    /// <summary>What the first look found and is at least so likely is looked at again.</summary>
    /// <value>0 to 1; the default is 0.05.</value>
    public float Doubtful { get; init; } = 0.05f;

    /// <summary>Where the first look found nothing at all, a picture whose longer side has
    /// at least so many pixels is looked at in parts.</summary>
    /// <value>1 to 1,000,000; the default is 240: smaller ones would only be blown up.</value>
    public int PartsFrom { get; init; } = 240;

    /// <summary>Where every digit of a group is at least so likely, the first look is believed.</summary>
    /// <value>0 to 1; the default is 0.9.</value>
    public float Sure { get; init; } = 0.9f;

    /// <summary>How high a digit shall stand in the second look, as a share of the longer side of what is looked at.</summary>
    /// <value>0.05 to 1; the default is 0.4.</value>
    public float DigitHeight { get; init; } = 0.4f;

    /// <summary>Digits that would not become so many times as large are not looked at again.</summary>
    /// <value>1 to 100; the default is 1.4.</value>
    public float LeastGain { get; init; } = 1.4f;

    /// <summary>Groups of digits that are looked at again in one picture, the most likely first.</summary>
    /// <value>0 to 64; the default is 4.</value>
    public int Most { get; init; } = 4;

    /// <summary>Checks that every value is in its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Doubtful, 0, 1, "The confidence from which on a place is looked at again");
        OptionException.ThrowIfOutside(Sure, 0, 1, "The confidence from which on the first look is believed");
        OptionException.ThrowIfOutside(PartsFrom, 1, 1_000_000, "The size from which on a picture is looked at in parts");
        OptionException.ThrowIfOutside(DigitHeight, 0.05, 1, "The height of a digit in the second look");
        OptionException.ThrowIfOutside(LeastGain, 1, 100, "The least enlargement of a second look");
        OptionException.ThrowIfOutside(Most, 0, 64, "The number of second looks at a picture");
    }
}
