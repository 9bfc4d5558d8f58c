using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;

namespace Espalier.Datasets.Checks;

/// <summary>
/// Writes a data set without what a check found to be damaged, in the form that it came in: <see cref="FindingKinds"/> says what is
/// done about which kind. The data set that was checked is not touched.
/// </summary>
public static class CleanedCopy
{
    private static readonly FindingKind[] AlwaysDropped =
    [
        .. FindingKinds.All.Where(kind => kind.Severity == FindingSeverity.Damaged).Select(kind => kind.Kind), FindingKind.IdenticalPhoto,
        FindingKind.IdenticalPhotoAcrossSplits,
    ];

    /// <summary>Writes the copy; the folder appears whole or not at all.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="output">The folder: not there yet, or empty.</param>
    /// <param name="dropped">Kinds of doubtful finding whose photos are left out too.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="EspalierException">No photo is left, or the folder cannot be used or written.</exception>
    public static CleanedCopyReport Write(DatasetCheckReport report, string output, IReadOnlyCollection<FindingKind>? dropped = null,
        CancellationToken cancellationToken = default)
    {
        HashSet<FindingKind> reasons = [.. AlwaysDropped, .. dropped ?? []];
        var kept = report.Inspected.Where(photo => photo.Size is not null && !photo.Findings.Any(finding => reasons.Contains(finding.Kind)))
            .ToList();
        if (kept.Count == 0) throw new EspalierException($"No photo of {report.Photos} would be left: nothing is written to {output}.");
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new EspalierException($"The folder {output} is not empty; choose another for the cleaned copy.");
        using var folder = OutputFolder.Prepare(output, overwrite: false, report.Source.Inputs);
        var photos = kept.Select(photo => new LabelledPhoto(photo.Photo.Split, photo.Photo.Path, photo.Photo.Name,
            photo.Size!.Value, RowsOf(photo)));
        var content = new DatasetContent(report.Source.ClassNames, [.. photos], "A cleaned copy, by espalier data check --fix.");
        OutputFolder.Guard(output, () => report.Source.Format.Write(folder.Path, content, cancellationToken));
        folder.Finish();
        return new CleanedCopyReport(Path.GetFullPath(output), kept.Count, report.Photos - kept.Count,
            kept.Sum(photo => photo.Labels.Count));
    }

    // A photo without labels stays one, so that the next check says so again.
    private static IReadOnlyList<LabelRow>? RowsOf(InspectedPhoto photo) =>
        photo.Findings.Any(finding => finding.Kind == FindingKind.MissingLabels) ? null : [.. photo.Rows.Select(row => row.Row)];
}
