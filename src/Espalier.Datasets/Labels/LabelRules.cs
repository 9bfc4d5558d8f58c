using Espalier.Datasets.Findings;

namespace Espalier.Datasets.Labels;

/// <summary>What labels have to be like, whatever file they come from.</summary>
/// <remarks>
/// A label that makes no sense, whose class has no name, or whose box has no area within the photo cannot be used, and what it
/// meant would be taught as background: <see cref="FindingKinds.LosesObject"/>. A label that is there twice is kept once; a box
/// that reaches over the edge is cut to the photo.
/// </remarks>
internal static class LabelRules
{
    /// <summary>How far a share may leave 0…1 by rounding before it counts: a thousandth of the photo.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>How many labels a photo may have: a crowd seen from the air has some thousands.
    /// Every prediction is compared with every label.</summary>
    public const int Most = 20_000;

    // What shares computed from pixels may leave of a box that ends where the photo begins.
    private const double Rounding = 1e-12;

    /// <summary>Why so many labels are not accepted, to follow the name of their file; null where they are.</summary>
    public static string? Excess(IReadOnlyList<LabelClaim> claims) => claims.Count <= Most ? null
        : FormattableString.Invariant($"holds {claims.Count} {claims[0].Unit}s, where at most {Most} are accepted");

    /// <summary>The usable labels of one photo, cut to it, each once, and where they stand.</summary>
    /// <param name="claims">The labels as written.</param>
    /// <param name="report">Takes kind, label and reason of what is found; the reason follows the label's place.</param>
    public static IReadOnlyList<(string Place, LabelRow Row)> Apply(IEnumerable<LabelClaim> claims,
        Action<FindingKind, LabelClaim, string> report) =>
        [.. Usable(claims, report).Select(usable => (usable.Claim.Place, usable.Row))];

    private static IEnumerable<(LabelClaim Claim, LabelRow Row)> Usable(IEnumerable<LabelClaim> claims,
        Action<FindingKind, LabelClaim, string> report)
    {
        var seen = new Dictionary<LabelRow, long>();
        foreach (var claim in claims)
        {
            if (claim.Fault is { } fault)
            {
                report(fault.Kind, claim, fault.Reason);
                continue;
            }

            if (!seen.TryAdd(claim.Row, claim.Number))
            {
                report(FindingKind.DuplicateLabel, claim, $"repeats {(claim with { Number = seen[claim.Row] }).Place}");
                continue;
            }

            var inside = ClipToPhoto(claim.Row, out var clipped);
            if (!(Math.Min(claim.Row.Width, claim.Row.Height) > 0 && Math.Min(inside.Width, inside.Height) > Rounding))
            {
                report(FindingKind.BoxWithoutArea, claim, "is a box without area within the photo");
                continue;
            }

            if (clipped) report(FindingKind.BoxOverEdge, claim, "reaches over the photo's edge");
            yield return (claim, inside);
        }
    }

    /// <summary>The usable labels of one photo, and what was wrong with the others.</summary>
    public static LabelContent Apply(IEnumerable<LabelClaim> claims)
    {
        var problems = new List<LabelProblem>();
        LabelRow[] rows = [.. Usable(claims, (kind, claim, reason) =>
        {
            var index = problems.FindIndex(problem => problem.Kind == kind);
            if (index >= 0) problems[index] = problems[index] with { Count = problems[index].Count + 1 };
            else problems.Add(new LabelProblem(kind, 1,
                $"{claim.Place} {reason}: {(kind == FindingKind.BoxOverEdge ? "cut to it" : "left out")}"));
        }).Select(usable => usable.Row)];
        return new LabelContent(rows, problems);
    }

    private static LabelRow ClipToPhoto(LabelRow row, out bool clipped)
    {
        double left = row.X - row.Width / 2, right = row.X + row.Width / 2, top = row.Y - row.Height / 2, bottom = row.Y + row.Height / 2;
        clipped = Math.Min(left, top) < -Tolerance || Math.Max(right, bottom) > 1 + Tolerance;
        if (Math.Min(left, top) >= 0 && Math.Max(right, bottom) <= 1) return row;
        left = Math.Clamp(left, 0, 1);
        right = Math.Clamp(right, 0, 1);
        top = Math.Clamp(top, 0, 1);
        bottom = Math.Clamp(bottom, 0, 1);
        return new LabelRow(row.Class, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
    }
}
