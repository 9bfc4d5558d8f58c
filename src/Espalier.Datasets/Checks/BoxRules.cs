using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>What makes a label wrong or doubtful by its geometry alone.</summary>
internal static class BoxRules
{
    // Rounding in label files moves edges by less than this.
    private const float EdgeTolerance = 0.5f;
    private const float SmallestSide = 2;
    private const float NearlyAll = 0.95f;
    private const float LongestAspect = 8;
    private const float SameBox = 0.8f;

    // Of SVHN's 99,289 official boxes 18 are wider than this: a digit is upright.
    private const float WidestDigit = 1.5f;

    /// <summary>Goes through the labels of one photo.</summary>
    /// <param name="claims">The labels as written.</param>
    /// <param name="size">The photo's.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="classesAreDigits">Whether the classes are digits, which bounds their shape.</param>
    /// <param name="report">Takes kind, place, reason and box of what is found.</param>
    /// <returns>The usable labels, cut to the photo, each once.</returns>
    public static List<(string Place, LabelledBox Label)> Apply(
        IReadOnlyList<LabelClaim> claims, PictureSize size, IReadOnlyList<string> classNames, bool classesAreDigits, Action<FindingKind, string, string, Box?> report)
    {
        var usable = new List<(string Place, LabelledBox Label)>(claims.Count);
        var seen = new Dictionary<(int Class, Box Box), string>();
        foreach (var claim in claims)
        {
            if (claim.Fault is { } fault)
            {
                report(fault.Kind, claim.Place, fault.Reason, claim.Box.Area > 0 ? claim.Box.ClipTo(size.Width, size.Height) : null);
                continue;
            }

            var label = new LabelledBox(claim.Class!.Value, claim.Box);
            if (!seen.TryAdd((label.Class, label.Box), claim.Place))
            {
                report(FindingKind.DuplicateLabel, claim.Place, $"repeats {seen[(label.Class, label.Box)]}", label.Box);
                continue;
            }

            var inside = claim.Box.ClipTo(size.Width, size.Height);
            if (!(inside.Width > 0 && inside.Height > 0))
            {
                report(FindingKind.BoxWithoutArea, claim.Place, $"is a box without area within the photo ({Describe(claim.Box)} in {size.Width} × {size.Height})", null);
                continue;
            }

            if (Excess(claim.Box, size) > EdgeTolerance) report(FindingKind.BoxOverEdge, claim.Place, $"reaches over the photo's edge ({Describe(claim.Box)} in {size.Width} × {size.Height})", inside);
            JudgeShape(claim.Place, inside, size, classesAreDigits, report);
            usable.Add((claim.Place, label with { Box = inside }));
        }

        FindOverlaps(usable, classNames, report);
        return usable;
    }

    private static void JudgeShape(string place, Box box, PictureSize size, bool classesAreDigits, Action<FindingKind, string, string, Box?> report)
    {
        if (Math.Min(box.Width, box.Height) < SmallestSide) report(FindingKind.TinyBox, place, $"has a side under {SmallestSide} pixels ({Describe(box)})", box);
        if (box.Area >= NearlyAll * size.Width * size.Height) report(FindingKind.HugeBox, place, FormattableString.Invariant($"covers {100 * box.Area / size.Width / size.Height:0} % of the photo"), box);
        var aspect = box.Width / box.Height;
        var widest = classesAreDigits ? WidestDigit : LongestAspect;
        if (aspect > widest) report(FindingKind.ExtremeAspect, place, FormattableString.Invariant($"is {aspect:0.0} times as wide as high ({Describe(box)})"), box);
        else if (1 / aspect > LongestAspect) report(FindingKind.ExtremeAspect, place, FormattableString.Invariant($"is {1 / aspect:0.0} times as high as wide ({Describe(box)})"), box);
    }

    private static void FindOverlaps(List<(string Place, LabelledBox Label)> usable, IReadOnlyList<string> classNames, Action<FindingKind, string, string, Box?> report)
    {
        for (var i = 1; i < usable.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (BoxOverlap.IoU(usable[i].Label.Box, usable[j].Label.Box) < SameBox) continue;
                var (first, second) = (classNames[usable[j].Label.Class], classNames[usable[i].Label.Class]);
                report(FindingKind.OverlappingLabels, usable[i].Place, $"({second}) lies on nearly the same box as {usable[j].Place} ({first})", usable[i].Label.Box);
                break;
            }
        }
    }

    private static float Excess(Box box, PictureSize size) =>
        Math.Max(Math.Max(-box.Left, -box.Top), Math.Max(box.Right - size.Width, box.Bottom - size.Height));

    private static string Describe(Box box) => FormattableString.Invariant($"{box.Width:0.#} × {box.Height:0.#} at {box.Left:0.#}, {box.Top:0.#}");
}
