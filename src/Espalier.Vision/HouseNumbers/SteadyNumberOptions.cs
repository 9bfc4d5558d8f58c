using Espalier.Core;

namespace Espalier.Vision;

/// <summary>How readings of single frames become numbers that hold still.</summary>
public sealed record SteadyNumberOptions
{
    /// <summary>The overlap (IoU) above which a number is taken for one of the frame before.
    /// Low, because a digit that is missed makes a box much smaller.</summary>
    /// <value>Default 0.2; 0…1.</value>
    public float Overlap { get; init; } = 0.2f;

    /// <summary>In how many frames more than not a number is seen before it is reported.</summary>
    /// <value>Default 3 frames; 1…1000.</value>
    public int Appearing { get; init; } = 3;

    /// <summary>After how many frames in a row without it a reported number is gone.</summary>
    /// <value>Default 8 frames; 1…1000.</value>
    public int Leaving { get; init; } = 8;

    /// <summary>What is left of a frame's vote a frame later.</summary>
    /// <value>Default 0.9, with which nine frames win over all before them at equal confidence; 0…1.</value>
    public float Memory { get; init; } = 0.9f;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Overlap, 0f, 1f, "The overlap between frames");
        OptionException.ThrowIfOutside(Appearing, 1, 1000, "The number of frames until a number is reported");
        OptionException.ThrowIfOutside(Leaving, 1, 1000, "The number of frames until a number is gone");
        OptionException.ThrowIfOutside(Memory, 0f, 1f, "What is left of a vote");
    }
}
