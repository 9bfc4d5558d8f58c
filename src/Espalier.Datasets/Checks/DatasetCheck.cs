using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>
/// Looks for damaged and doubtful data: pictures that do not decode, labels that make no sense, photos that are there twice, boxes that
/// cannot be right, and, where a model is given, labels that it disagrees with. Nothing is changed.
/// </summary>
public static class DatasetCheck
{
    /// <summary>Checks a data set.</summary>
    /// <param name="source">What.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static DatasetCheckReport Run(DatasetListing source, DatasetCheckOptions? options = null,
        IProgress<CheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new DatasetCheckOptions();
        options.Validate();
        var photos = Inspect(source, options, progress, cancellationToken);
        AddDuplicates(photos, cancellationToken);
        if (options.Detect is not null) AskModel(photos, source.ClassNames, options, progress, cancellationToken);
        var findings = source.Findings.Concat(photos.SelectMany(photo => photo.Findings))
            .OrderBy(finding => finding.Severity).ThenBy(finding => finding.Kind).ThenByDescending(finding => finding.Confidence ?? 0)
                .ToList();
        return new DatasetCheckReport(source, photos, findings);
    }

    private static InspectedPhoto[] Inspect(DatasetListing source, DatasetCheckOptions options, IProgress<CheckProgress>? progress,
        CancellationToken cancellationToken)
    {
        var inspected = new InspectedPhoto[source.Photos.Count];
        var counter = new ProgressCounter(inspected.Length, progress is null ? null : new Staged(progress, "looking at photos"));
        var classesAreDigits = NumberCharacters.AreClasses(source.ClassNames);
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = options.Workers > 0 ? options.Workers : AvailableProcessors.Current.Count,
        };
        Parallel.For(0, inspected.Length, parallel, i =>
        {
            inspected[i] = Inspect(source, source.Photos[i], classesAreDigits);
            counter.Advance();
        });
        return inspected;
    }

    private static InspectedPhoto Inspect(DatasetListing source, ListedPhoto photo, bool classesAreDigits)
    {
        var findings = new List<Finding>();
        if (!File.Exists(photo.Path)) return Unusable(FindingKind.MissingPhoto, "is not there");
        Picture picture;
        try
        {
            picture = PictureReader.Read(photo.Path);
        }
        catch (PictureException exception)
        {
            return Unusable(FindingKind.UnreadablePhoto, exception.Message.TrimEnd('.')
                .Replace($"'{photo.Path}' ", "", StringComparison.Ordinal));
        }

        var size = new PictureSize(picture.Width, picture.Height);
        if (Math.Min(size.Width, size.Height) < PhotoInspector.MinimumSide)
        {
            return Unusable(FindingKind.TinyPhoto,
                $"is {size.Width} × {size.Height} pixels, each side should have {PhotoInspector.MinimumSide}");
        }

        try
        {
            if (photo.ReadLabels(size) is not { } claims)
            {
                Note(FindingKind.MissingLabels, "", $"has no {source.Format.LabelSource}", null);
                claims = [];
            }

            if (LabelRules.Excess(claims) is { } excess) return Unusable(FindingKind.UnreadableLabels, excess);
            var rows = LabelRules.Apply(claims, (kind, claim, reason) =>
            {
                var box = claim.Row.ToPixels(size).Box;
                if (kind is FindingKind.BoxOverEdge or FindingKind.BoxWithoutArea)
                    reason += $" ({BoxShapes.Describe(box)} in {size.Width} × {size.Height})";
                var inside = box.ClipTo(size.Width, size.Height);
                Note(kind, claim.Place, reason, inside.Area > 0 ? inside : null);
            });
            var inspected = new InspectedPhoto(photo, size, PictureFingerprint.Of(picture), rows, findings);
            BoxShapes.Judge(inspected.Labels, size, source.ClassNames, classesAreDigits, Note);
            return inspected;
        }
        catch (EspalierException exception)
        {
            return Unusable(FindingKind.UnreadableLabels, exception.Message);
        }

        void Note(FindingKind kind, string place, string reason, Box? box) =>
            findings.Add(new Finding(kind, photo.Split, photo.Path, place, reason) { Box = box });

        InspectedPhoto Unusable(FindingKind kind, string reason)
        {
            Note(kind, "", reason, null);
            return new InspectedPhoto(photo, null, null, [], findings);
        }
    }

    // The photo that is to stay comes first: one that has labels that can be used, and of several splits, training gives way to what it
    // is judged by.
    private static void AddDuplicates(InspectedPhoto[] photos, CancellationToken cancellationToken)
    {
        var order = photos.OrderBy(LacksLabels).ThenBy(photo => photo.Photo.Split == "train").ToArray();
        PictureFingerprint?[] fingerprints = [.. order.Select(photo => photo.Fingerprint)];
        foreach (var (index, otherIndex, identical) in DuplicateFinder.Find(fingerprints, cancellationToken))
        {
            var (photo, other) = (order[index].Photo, order[otherIndex].Photo);
            var kind = (photo.Split == other.Split, identical) switch
            {
                (true, true) => FindingKind.IdenticalPhoto,
                (false, true) => FindingKind.IdenticalPhotoAcrossSplits,
                (true, false) => FindingKind.SimilarPhoto,
                (false, false) => FindingKind.SimilarPhotoAcrossSplits,
            };
            var labels = SameLabels(order[index], order[otherIndex]) ? "" : "; their labels differ";
            var reason = $"{(identical ? "has the same pixels as" : "looks the same as")} "
                + $"{other.Path}{(photo.Split == other.Split ? "" : $" of '{other.Split}'")}{labels}";
            order[index].Findings.Add(new Finding(kind, photo.Split, photo.Path, "", reason) { Other = other.Path });
        }
    }

    private static bool LacksLabels(InspectedPhoto photo) => photo.Findings.Any(
        finding => finding.Severity == FindingSeverity.Damaged || finding.Kind == FindingKind.MissingLabels);

    private static bool SameLabels(InspectedPhoto first, InspectedPhoto second) =>
        first.Labels.Select(label => label.Label.Class).Order().SequenceEqual(second.Labels.Select(label => label.Label.Class).Order());

    private static void AskModel(InspectedPhoto[] photos, IReadOnlyList<string> classNames, DatasetCheckOptions options,
        IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        var counter = new ProgressCounter(photos.Length, progress is null ? null : new Staged(progress, "asking the model"));
        foreach (var inspected in photos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (inspected.Size is { } size)
            {
                var photo = inspected.Photo;
                ModelComparison.Compare(
                    inspected.Labels, options.Detect!(PictureReader.Read(photo.Path)), classNames, options.Confident,
                    (kind, place, reason, box, confidence) =>
                        inspected.Findings.Add(new Finding(kind, photo.Split, photo.Path, place, reason)
                        {
                            Box = box.ClipTo(size.Width, size.Height),
                            Confidence = confidence,
                        }));
            }

            counter.Advance();
        }
    }

    private sealed class Staged(IProgress<CheckProgress> progress, string stage) : IProgress<PhotoProgress>
    {
        public void Report(PhotoProgress value) => progress.Report(new CheckProgress(stage, value));
    }
}
