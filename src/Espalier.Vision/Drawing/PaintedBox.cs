using System.Globalization;

namespace Espalier.Vision;

/// <summary>A box to draw.</summary>
/// <param name="Box">Where, in the picture's pixels.</param>
/// <param name="Class">Decides the colour.</param>
/// <param name="Label">What its plate says; no plate where empty.</param>
public readonly record struct PaintedBox(Box Box, int Class, string Label)
{
    /// <summary>A detection, labelled with class name and confidence.</summary>
    public static PaintedBox Of(Detection detection, IReadOnlyList<string> classNames) =>
        new(detection.Box, detection.Class,
            string.Create(CultureInfo.InvariantCulture, $"{Name(detection.Class, classNames)} {detection.Confidence:0.00}"));

    /// <summary>A label, labelled with its class name.</summary>
    public static PaintedBox Of(LabelledBox label, IReadOnlyList<string> classNames) =>
        new(label.Box, label.Class, Name(label.Class, classNames));

    private static string Name(int index, IReadOnlyList<string> classNames) =>
        index < classNames.Count ? classNames[index] : index.ToString(CultureInfo.InvariantCulture);
}
