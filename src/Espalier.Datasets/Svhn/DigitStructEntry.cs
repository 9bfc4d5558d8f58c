using Espalier.Vision;

namespace Espalier.Datasets.Svhn;

/// <summary>One photo of SVHN's <c>digitStruct.mat</c>.</summary>
/// <param name="FileName">The photo's file name, without a folder.</param>
/// <param name="Boxes">Its digits, from left to right as the file has them.</param>
internal sealed record DigitStructEntry(string FileName, IReadOnlyList<DigitStructBox> Boxes);

/// <summary>One digit of <c>digitStruct.mat</c>, as the file has it.</summary>
/// <param name="Left">The left edge in pixels; may lie outside the photo.</param>
/// <param name="Top">The upper edge in pixels.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Label">1…9 for the digits 1…9, 10 for the digit 0.</param>
internal readonly record struct DigitStructBox(double Left, double Top, double Width, double Height, double Label)
{
    /// <summary>The digit 0…9, or null where the label is none. A label of 0, which some copies of the file have, is the digit 0.</summary>
    public int? Digit => Label switch
    {
        10 => 0,
        >= 0 and <= 9 when Label == Math.Floor(Label) => (int)Label,
        _ => null,
    };

    /// <summary>The box of a digit, the class being the digit.</summary>
    internal static DigitStructBox Of(LabelledBox label) =>
        new(label.Box.Left, label.Box.Top, (double)label.Box.Right - label.Box.Left, (double)label.Box.Bottom - label.Box.Top,
            label.Class == 0 ? 10 : label.Class);
}
