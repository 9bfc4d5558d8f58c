using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Listing;

/// <summary>Adds photos and labels to a data set as <see cref="NewDataset"/> makes it; what is in it stays as and where it is.</summary>
internal static class DatasetAddition
{
    private static readonly string[] Splits = [PhotoDealing.Training, PhotoDealing.Validation];

    /// <summary>Adds the photos of a folder; all of them are there at the end, or none where something goes wrong.</summary>
    /// <param name="folder">A data set of any form, or photos with or without label files. Classes are told by their names; where the
    /// folder has none, the labels' numbers are taken for those of the data set.</param>
    /// <param name="data">The data set's <c>data.yaml</c>, with <c>images/train</c>, <c>images/val</c> and <c>labels</c> beside it.</param>
    /// <param name="options">How.</param>
    /// <param name="comparing">Hears how many photos, those of the data set too, have been compared, from several threads.</param>
    /// <param name="writing">Hears how many photos have been read to be written, from several threads.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <returns>What was added to train and val, and what was left out.</returns>
    /// <remarks>
    /// Splits of the folder that are called train and val stay, and the other photos are dealt, but one that looks like a photo of the data
    /// set follows it. Left out are photos with the pixels of one that is in the data set, and those that look like one of another split of
    /// it, such as test.
    /// </remarks>
    /// <exception cref="EspalierException">
    /// The data set has another layout, the folder a class that the data set has not, or a number of a class that has no name; no photo can
    /// be used, or the files cannot be written.
    /// </exception>
    public static ConversionReport Add(string folder, string data, ConversionOptions options, IProgress<PhotoProgress>? comparing = null,
        IProgress<PhotoProgress>? writing = null, CancellationToken cancellationToken = default)
    {
        var set = DataConfiguration.Read(data);
        var home = FolderOf(set);
        var listing = ListInNumbersOf(set, folder, cancellationToken);
        using var output = OutputFolder.PrepareAddition(home, listing.Inputs);
        var (photos, leftOut) = Deal(set, listing, comparing, cancellationToken);
        var report = DatasetConversion.Convert(listing with { Photos = NameAnew(photos, home) }, new YoloFormat(), home, output, options,
            writing, cancellationToken);
        return report with
        {
            Splits = [.. Splits.Select(name => report.Splits.FirstOrDefault(split => split.Name == name) ?? new SplitContent(name, 0, 0))],
            Problems = [.. leftOut, .. report.Problems],
        };
    }

    private static string FolderOf(DataConfiguration set)
    {
        var home = Path.GetDirectoryName(set.Path)!;
        foreach (var split in Splits)
        {
            var place = Path.Combine(home, "images", split);
            if (set.Splits.GetValueOrDefault(split) is not [var source] || Path.TrimEndingDirectorySeparator(source) != place
                || !Directory.Exists(place))
                throw new EspalierException($"The '{split}' of {set.Path} is not the folder images/{split} beside it; only to such a data "
                    + $"set photos are added, and espalier data convert {CommandWord.Quote(set.Path)} --output FOLDER makes one.");
        }

        return home;
    }

    private static DatasetListing ListInNumbersOf(DataConfiguration set, string folder, CancellationToken cancellationToken)
    {
        var isNamed = NewDataset.NamesClasses(folder);
        var listing = NewDataset.Read(folder, isNamed ? null : set.ClassNames, cancellationToken);
        if (!isNamed) RefuseUnknownNumbers(set, listing, folder);
        if (listing.ClassNames.SequenceEqual(set.ClassNames)) return listing;
        foreach (var name in listing.ClassNames.Where(name => set.ClassNames.Count(other => other == name) != 1))
            throw new EspalierException($"The class '{name}' of {folder} should be there once among those of {set.Path}, which are "
                + $"{string.Join(", ", set.ClassNames)}.");
        List<string> names = [.. set.ClassNames];
        int[] numbers = [.. listing.ClassNames.Select(name => names.IndexOf(name))];
        return listing with
        {
            ClassNames = names,
            Photos = [.. listing.Photos.Select(photo =>
                photo with { ReadLabels = size => photo.ReadLabels(size)?.Select(Renumber).ToList() })],
        };

        LabelClaim Renumber(LabelClaim claim) =>
            claim.Fault is null ? claim with { Row = claim.Row with { Class = numbers[claim.Row.Class] } } : claim;
    }

    private static void RefuseUnknownNumbers(DataConfiguration set, DatasetListing listing, string folder)
    {
        foreach (var photo in listing.Photos)
        {
            foreach (var claim in ClaimsOf(photo).Where(claim => claim.Fault is { Kind: FindingKind.WrongClass }))
                throw new EspalierException($"{photo.LabelPath}: {claim.Place} {claim.Fault!.Value.Reason} in {set.Path}, and no "
                    + $"classes.txt in {folder} says what its numbers mean.");
        }
    }

    private static IReadOnlyList<LabelClaim> ClaimsOf(ListedPhoto photo)
    {
        try
        {
            return photo.ReadLabels(default) ?? [];
        }
        catch (EspalierException)
        {
            return []; // Said when the photo is looked at, and left out.
        }
    }

    /// <summary>The photos that are to be added, each in its split, and what is said of the others.</summary>
    private static (List<ListedPhoto> Photos, List<DatasetProblem> LeftOut) Deal(DataConfiguration set, DatasetListing listing,
        IProgress<PhotoProgress>? progress, CancellationToken cancellationToken)
    {
        // Of several photos that a new one looks like, those decide that are not learned from.
        var old = new YoloFormat().List([set.Path], cancellationToken).Photos
            .OrderBy(photo => photo.Split == PhotoDealing.Training).ToList();
        var keeps = NewDataset.HasSplits(listing);
        var (splits, identical) = PhotoDealing.Deal([.. old.Select(photo => (photo.Path, (string?)photo.Split)),
            .. listing.Photos.Select(photo => (photo.Path, keeps && Splits.Contains(photo.Split) ? photo.Split : null))],
            old.Count, progress, cancellationToken);
        var photos = new List<ListedPhoto>();
        var leftOut = new List<DatasetProblem>();
        foreach (var (i, photo) in listing.Photos.Index())
        {
            var split = splits[old.Count + i];
            if (identical.TryGetValue(old.Count + i, out var same) && same < old.Count)
                LeaveOut(photo, FindingKind.IdenticalPhoto, $"has the same pixels as {old[same].Path}, whose labels stay: left out");
            else if (!Splits.Contains(split))
                LeaveOut(photo, FindingKind.SimilarPhotoAcrossSplits,
                    $"looks like a photo of '{split}', to which nothing is added: left out");
            else photos.Add(photo with { Split = split });
        }

        return (photos, leftOut);

        void LeaveOut(ListedPhoto photo, FindingKind kind, string reason) =>
            leftOut.Add(new DatasetProblem(photo.Path, reason, PhotoSkipped: true) { Kind = kind });
    }

    /// <summary>Gives other names to photos whose own ones, or those of their label files, are taken.</summary>
    private static List<ListedPhoto> NameAnew(List<ListedPhoto> photos, string home)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var split in Splits)
        {
            foreach (var folder in OutputFolder.AdditionParts.Select(part => Path.Combine(home, part, split)).Where(Directory.Exists))
                taken.UnionWith(Directory.EnumerateFiles(folder).Select(file => $"{split}/{Path.GetFileNameWithoutExtension(file)}"));
        }

        return [.. photos.Select(photo => photo with { Name = UniqueName.Of(taken, photo.Split, photo.Name) })];
    }
}
