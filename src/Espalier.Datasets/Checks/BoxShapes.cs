using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>What makes a label that can be used doubtful by its geometry alone.</summary>
internal static class BoxShapes
{
    private const float SmallestSide = 2;
    private const float NearlyAll = 0.95f;
    private const float LongestAspect = 8;
    private const float SameBox = 0.8f;

    // Of SVHN's 99,289 official boxes 18 are wider than this: a digit is upright.
    private const float WidestDigit = 1.5f;

    /// <summary>Goes through the usable labels of one photo.</summary>
    /// <param name="labels">In its pixels, cut to it, and where they stand.</param>
    /// <param name="size">The photo's.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="classesAreDigits">Whether the classes are digits, which bounds their shape.</param>
    /// <param name="report">Takes kind, place, reason and box of what is found.</param>
    public static void Judge(
        IReadOnlyList<(string Place, LabelledBox Label)> labels, PictureSize size, IReadOnlyList<string> classNames, bool classesAreDigits,
        Action<FindingKind, string, string, Box?> report)
    {
        foreach (var (place, label) in labels) JudgeShape(place, label.Box, size, classesAreDigits, report);
        FindOverlaps(labels, classNames, report);
    }

    /// <summary>A box in words.</summary>
    public static string Describe(Box box) =>
        FormattableString.Invariant($"{box.Width:0.#} × {box.Height:0.#} at {box.Left:0.#}, {box.Top:0.#}");

    private static void JudgeShape(string place, Box box, PictureSize size, bool classesAreDigits,
        Action<FindingKind, string, string, Box?> report)
    {
        if (Math.Min(box.Width, box.Height) < SmallestSide)
            report(FindingKind.TinyBox, place, $"has a side under {SmallestSide} pixels ({Describe(box)})", box);
        if (box.Area >= NearlyAll * size.Width * size.Height)
            report(FindingKind.HugeBox, place,
                FormattableString.Invariant($"covers {100 * box.Area / size.Width / size.Height:0} % of the photo"), box);
        var aspect = box.Width / box.Height;
        var widest = classesAreDigits ? WidestDigit : LongestAspect;
        if (aspect > widest)
            report(FindingKind.ExtremeAspect, place,
                FormattableString.Invariant($"is {aspect:0.0} times as wide as high ({Describe(box)})"), box);
        else if (1 / aspect > LongestAspect)
            report(FindingKind.ExtremeAspect, place,
                FormattableString.Invariant($"is {1 / aspect:0.0} times as high as wide ({Describe(box)})"), box);
    }

    private static void FindOverlaps(IReadOnlyList<(string Place, LabelledBox Label)> usable, IReadOnlyList<string> classNames,
        Action<FindingKind, string, string, Box?> report)
    {
        for (var i = 1; i < usable.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (BoxOverlap.IoU(usable[i].Label.Box, usable[j].Label.Box) < SameBox) continue;
                var (first, second) = (classNames[usable[j].Label.Class], classNames[usable[i].Label.Class]);
                report(FindingKind.OverlappingLabels, usable[i].Place,
                    $"({second}) lies on nearly the same box as {usable[j].Place} ({first})", usable[i].Label.Box);
                break;
            }
        }
    }
}
