using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>
/// Writes a data set without what a check found to be damaged, in the form that it came in: <see cref="FindingKinds"/> says what is
/// done about which kind. The data set that was checked is not touched.
/// </summary>
public static class CleanedCopy
{
    private static readonly FindingKind[] AlwaysDropped =
    [
        FindingKind.MissingPhoto, FindingKind.UnreadablePhoto, FindingKind.TinyPhoto, FindingKind.UnreadableLabels, FindingKind.SenselessLabel,
        FindingKind.WrongClass, FindingKind.BoxWithoutArea, FindingKind.IdenticalPhoto, FindingKind.IdenticalPhotoAcrossSplits,
    ];

    /// <summary>Writes the copy; the folder appears whole or not at all.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="output">The folder: not there yet, or empty.</param>
    /// <param name="dropped">Kinds of doubtful finding whose photos are left out too.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="EspalierException">No photo is left, or the folder cannot be used or written.</exception>
    public static CleanedCopyReport Write(DatasetCheckReport report, string output, IReadOnlyCollection<FindingKind>? dropped = null, CancellationToken cancellationToken = default)
    {
        HashSet<FindingKind> reasons = [.. AlwaysDropped, .. dropped ?? []];
        var kept = report.Inspected.Where(photo => photo.Size is not null && !photo.Findings.Any(finding => reasons.Contains(finding.Kind))).ToList();
        if (kept.Count == 0) throw new EspalierException($"No photo of {report.Photos} would be left: nothing is written to {output}.");
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new EspalierException($"The folder {output} is not empty; choose another for the cleaned copy.");
        using var folder = OutputFolder.Prepare(output, overwrite: false, report.Source.Inputs);
        OutputFolder.Guard(output, () =>
        {
            if (report.Source.IsSvhn) WriteSvhn(kept, folder.Path, cancellationToken);
            else WriteYolo(kept, report.Source.ClassNames, folder.Path, cancellationToken);
        });
        folder.Finish();
        return new CleanedCopyReport(Path.GetFullPath(output), kept.Count, report.Photos - kept.Count, kept.Sum(photo => photo.Labels.Count));
    }

    private static void WriteSvhn(List<InspectedPhoto> photos, string folder, CancellationToken cancellationToken)
    {
        foreach (var split in photos.GroupBy(photo => photo.Photo.Split))
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, split.Key)).FullName;
            var entries = new List<DigitStructEntry>();
            foreach (var photo in split)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = Path.GetFileName(photo.Photo.Path);
                PhotoFile.Place(photo.Photo.Path, Path.Combine(target, name), PhotoPlacement.Copy);

                // A photo that had no entry gets none: to give it an empty one would say that it shows no digit.
                if (((SvhnCheckedPhoto)photo.Photo).Entry is not null) entries.Add(new DigitStructEntry(name, [.. photo.Labels.Select(label => ToDigitStruct(label.Label))]));
            }

            DigitStructWriter.Write(Path.Combine(target, "digitStruct.mat"), entries);
        }
    }

    private static DigitStructBox ToDigitStruct(LabelledBox label) =>
        new(label.Box.Left, label.Box.Top, label.Box.Width, label.Box.Height, label.Class == 0 ? 10 : label.Class);

    private static void WriteYolo(List<InspectedPhoto> photos, IReadOnlyList<string> classNames, string folder, CancellationToken cancellationToken)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var photo in photos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var split = photo.Photo.Split;
            var images = Directory.CreateDirectory(Path.Combine(folder, "images", split)).FullName;
            var labels = Directory.CreateDirectory(Path.Combine(folder, "labels", split)).FullName;
            var stem = Unique(taken, split, Path.GetFileNameWithoutExtension(photo.Photo.Path));
            PhotoFile.Place(photo.Photo.Path, Path.Combine(images, stem + Path.GetExtension(photo.Photo.Path)), PhotoPlacement.Copy);

            // A photo without a label file stays one, so that the next check says so again.
            if (photo.Findings.Any(finding => finding.Kind == FindingKind.MissingLabels)) continue;
            File.WriteAllText(Path.Combine(labels, stem + ".txt"), LabelFile.Format(photo.Labels.Select(label => ToRow(label.Label, photo.Size!.Value))));
        }

        AtomicFile.WriteAllText(Path.Combine(folder, "data.yaml"), Describe(photos.Select(photo => photo.Photo.Split).Distinct(), classNames));
    }

    // Photos of several folders may share a name.
    private static string Unique(HashSet<string> taken, string split, string stem)
    {
        var candidate = stem;
        for (var number = 2; !taken.Add($"{split}/{candidate}"); number++) candidate = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}");
        return candidate;
    }

    private static LabelRow ToRow(LabelledBox label, PictureSize size) => new(
        label.Class, (double)label.Box.CenterX / size.Width, (double)label.Box.CenterY / size.Height,
        (double)label.Box.Width / size.Width, (double)label.Box.Height / size.Height);

    private static string Describe(IEnumerable<string> splits, IReadOnlyList<string> classNames)
    {
        var text = new StringBuilder("# A cleaned copy, by espalier data check --fix.\n");
        foreach (var split in splits) text.Append(CultureInfo.InvariantCulture, $"{split}: images/{split}\n");
        text.Append("names:\n");
        for (var i = 0; i < classNames.Count; i++) text.Append(CultureInfo.InvariantCulture, $"  {i}: {Quote(classNames[i])}\n");
        return text.ToString();
    }

    private static string Quote(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
