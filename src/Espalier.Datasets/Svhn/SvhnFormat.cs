using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Svhn;

/// <summary>SVHN's format 1: folders of photos, each beside a <c>digitStruct.mat</c>, each a split of its own name.</summary>
internal sealed class SvhnFormat : IDatasetFormat
{
    /// <summary>The classes: each digit is its own.</summary>
    public static readonly IReadOnlyList<string> Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <inheritdoc/>
    public string Name => "svhn";

    /// <inheritdoc/>
    public string LabelSource => "entry in digitStruct.mat";

    /// <inheritdoc/>
    public bool Recognizes(string path) => File.Exists(Path.Combine(path, "digitStruct.mat"));

    /// <inheritdoc/>
    public DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        var sources = paths.Select(SvhnSource.FromFolder).ToList();
        var photos = new List<ListedPhoto>();
        var findings = new List<Finding>();
        if (sources.GroupBy(source => source.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new EspalierException($"Two folders are called '{twice.Key}'; rename one.");
        }

        foreach (var source in sources)
        {
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in DigitStruct.Read(source.DigitStructFile, cancellationToken))
            {
                var photo = Listed(source, source.Name, entry);
                if (named.Add(photo.Path)) photos.Add(photo);
                else findings.Add(new Finding(FindingKind.PhotoListedTwice, source.Name, photo.Path, "", "is in digitStruct.mat twice"));
            }

            photos.AddRange(PictureFolder.In(source.Folder).Where(path => !named.Contains(path))
                .Select(path => new ListedPhoto(source.Name, path, _ => null)));
        }

        return new DatasetListing(this, Digits, photos, findings, [.. sources.Select(source => source.Folder)]);
    }

    /// <summary>A folder a split, and a <c>digitStruct.mat</c> in each.</summary>
    public string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default)
    {
        if (!content.ClassNames.SequenceEqual(Digits))
            throw new EspalierException("SVHN's format 1 holds the classes 0 to 9 and no others.");
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var split in content.Photos.GroupBy(photo => photo.Split))
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, split.Key)).FullName;
            var entries = new List<DigitStructEntry>();
            foreach (var photo in split)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = UniqueName.Of(taken, split.Key, photo);
                PhotoFile.Place(photo.Path, Path.Combine(target, name), content.Placement);

                // A photo that had no entry gets none: to give it an empty one would say that it shows no digit.
                if (photo.Labels is { } labels)
                    entries.Add(new DigitStructEntry(name, [.. labels.Select(label => DigitStructBox.Of(label.Within(photo.Size)))]));
            }

            DigitStructWriter.Write(Path.Combine(target, "digitStruct.mat"), entries);
        }

        return folder;
    }

    /// <summary>A photo whose labels stand in its entry.</summary>
    public static ListedPhoto Listed(SvhnSource source, string split, DigitStructEntry entry)
    {
        source.RequirePlainName(entry.FileName);
        return new ListedPhoto(split, Path.Combine(source.Folder, entry.FileName), size => Claims(entry.Boxes, size));
    }

    /// <summary>The boxes of one photo as shares of its width and height (the paper's section 3.2).</summary>
    internal static IReadOnlyList<LabelClaim> Claims(IReadOnlyList<DigitStructBox> boxes, PictureSize size) =>
        [.. boxes.Select((box, index) => Claim(box, index + 1, size))];

    private static LabelClaim Claim(DigitStructBox box, int number, PictureSize size)
    {
        var claim = new LabelClaim("box", number, default);
        if (!double.IsFinite(box.Left + box.Top + box.Width + box.Height))
            return claim.Faulty(FindingKind.SenselessLabel, $"has edges that are no numbers");
        claim = claim with { Row = LabelRow.OfPixels(box.Digit ?? 0, box.Left, box.Top, box.Width, box.Height, size) };
        return box.Digit is null ? claim.Faulty(FindingKind.WrongClass, $"has the label {box.Label}, which is no digit") : claim;
    }
}
