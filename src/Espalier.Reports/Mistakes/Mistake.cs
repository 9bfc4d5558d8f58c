using Espalier.Reports.Drawing;
using Espalier.Vision;

namespace Espalier.Reports.Mistakes;

/// <summary>What is wrong.</summary>
internal enum MistakeKind
{
    /// <summary>The place is right, the class is not.</summary>
    WrongClass,

    /// <summary>The class is right, the box fits badly.</summary>
    LooseBox,

    /// <summary>A second box for an object that another one has found.</summary>
    FoundTwice,

    /// <summary>There is nothing.</summary>
    NothingThere,

    /// <summary>A label that no detection covers.</summary>
    Missed,
}

/// <summary>Something that a network got wrong on a picture.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Weight">How bad: a detection's confidence, or the share of its picture's side that a missed label takes.</param>
/// <param name="Found">The wrong detection; null for a missed label.</param>
/// <param name="Label">The label that it should have been or was too close to; null where there is none.</param>
/// <param name="IoU">How far the two overlap.</param>
internal sealed record Mistake(MistakeKind Kind, double Weight, Detection? Found, LabelledBox? Label, float IoU)
{
    /// <summary>A few words for a caption.</summary>
    public string Words(IReadOnlyList<string> names)
    {
        var (found, label) = (Name(Found?.Class), Name(Label?.Class));
        return Kind switch
        {
            MistakeKind.WrongClass => $"says {found}, is {label}",
            MistakeKind.LooseBox => Invariant($"{found}: box is off (IoU {IoU:0.00})"),
            MistakeKind.FoundTwice => $"{found} found twice",
            MistakeKind.NothingThere => $"says {found}, nothing there",
            _ => $"missed {label}",
        };

        string Name(int? index) => index is { } known ? ClassNames.Of(known, names) : string.Empty;
    }
}
