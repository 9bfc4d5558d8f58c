using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;

namespace Espalier.Cli.Checks;

/// <summary>What a check found, for a person and for a program.</summary>
internal static class CheckText
{
    private const int MostShownAKind = 5;

    /// <summary>Counts by kind, with the first of each.</summary>
    public static string ToText(DatasetCheckReport report, CleanedCopyReport? copy)
    {
        var lines = new List<string>();
        foreach (var kind in report.Findings.GroupBy(finding => finding.Kind))
        {
            var info = kind.Key.Info();
            lines.Add(Invariant($"{info.Severity.ToString().ToLowerInvariant()}  {info.Name}: {kind.Count():N0}  (--fix: {info.Remedy})"));
            lines.AddRange(kind.Take(MostShownAKind).Select(finding => $"    {Sentence(finding)}"));
            if (kind.Count() > MostShownAKind) lines.Add(Invariant($"    and {kind.Count() - MostShownAKind:N0} more (--json names all)"));
        }

        lines.Add($"{PlainText.Counted(report.Findings.Count, "finding")} in {PlainText.Counted(report.Photos, "photo")} with "
            + PlainText.Counted(report.Labels, "label"));
        if (copy is not null) lines.Add(
            Invariant($"Written: {copy.Folder}, {copy.Kept:N0} photos with {copy.Labels:N0} labels; {copy.LeftOut:N0} photos left out"));
        return string.Join('\n', lines.Select(PlainText.OneLine)) + "\n";
    }

    /// <summary>All findings.</summary>
    public static string ToJson(DatasetCheckReport report, CleanedCopyReport? copy) => JsonOutput.Text(new
    {
        report.Photos,
        report.Labels,
        Counts = report.Findings.GroupBy(finding => finding.Kind)
            .Select(group => new { Kind = group.Key.Info().Name, Severity = Name(group.Key.Info().Severity), Count = group.Count() }),
        Findings = report.Findings.Select(finding => new
        {
            Kind = finding.Kind.Info().Name,
            Severity = Name(finding.Severity),
            finding.Split,
            finding.Path,
            finding.Place,
            finding.Reason,
            Box = finding.Box is { } box ? new[] { Round(box.Left), Round(box.Top), Round(box.Right), Round(box.Bottom) } : null,
            finding.Other,
            Confidence = finding.Confidence is { } confidence ? Math.Round(confidence, 4) : (double?)null,
        }),
        Cleaned = copy,
    });

    private static string Sentence(Finding finding) =>
        finding.Place.Length > 0 ? $"{finding.Path}: {finding.Place} {finding.Reason}" : $"{finding.Path}: {finding.Reason}";

    private static string Name(FindingSeverity severity) => severity.ToString().ToLowerInvariant();

    private static double Round(float pixels) => Math.Round(pixels, 2);
}
