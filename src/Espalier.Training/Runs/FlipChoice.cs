namespace Espalier.Training.Runs;

/// <summary>Whether training pictures are mirrored as the hyper-parameters say.</summary>
public enum FlipChoice
{
    /// <summary>Unless the classes are named as digits are: a mirrored 2 is not a 2.</summary>
    Auto,

    /// <summary>In any case.</summary>
    On,

    /// <summary>Never: for digits, letters and arrows that go by other names.</summary>
    Off,
}
