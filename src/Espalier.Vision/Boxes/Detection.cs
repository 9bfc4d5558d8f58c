namespace Espalier.Vision;

/// <summary>One object that a detector found.</summary>
/// <param name="Box">Where, in pixels of the picture it was looked for in.</param>
/// <param name="Confidence">Objectness × class probability, 0…1.</param>
/// <param name="Class">The class index.</param>
public readonly record struct Detection(Box Box, float Confidence, int Class)
{
    /// <summary>Such as <c>class 7 (0.93) at 12.5,30 – 48,96</c>.</summary>
    public override string ToString() => Invariant($"class {Class} ({Confidence:0.00}) at {Box}");
}

/// <summary>One object that a person labelled.</summary>
/// <param name="Class">The class index.</param>
/// <param name="Box">Where, in pixels of the photo unless a caller says otherwise.</param>
public readonly record struct LabelledBox(int Class, Box Box);
