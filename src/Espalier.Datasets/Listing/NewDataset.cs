using Espalier.Core;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Datasets.Listing;

/// <summary>Makes a data set with a split to judge by out of whatever labelling tools export, or out of photos alone.</summary>
internal static class NewDataset
{
    private const string Training = "train", Validation = "val";

    // Of every ten photos that follow each other the last two: neighbours, which often show the same scene, mostly stay together.
    private const int Run = 10, Judged = 2;

    /// <summary>Lists the photos of a folder, each in a split.</summary>
    /// <param name="folder">A data set of any form, or photos with or without label files.</param>
    /// <param name="classNames">The names of the classes where the folder has none.</param>
    /// <param name="progress">Hears how many photos have been looked at, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <remarks>
    /// Splits that are there stay as they are if there are several. Otherwise a fifth is for validation, where photos that look alike, and
    /// copies that a tool made of one photo (<c>name.rf.HASH.jpg</c>), are never parted.
    /// </remarks>
    /// <exception cref="EspalierException">There are fewer than two photos, or classes are named twice or not at all.</exception>
    public static DatasetListing List(string folder, IReadOnlyList<string>? classNames = null, IProgress<PhotoProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder)) throw new EspalierException($"There is no folder {folder}.");
        var isKnown = DatasetFormats.All.Any(format => format.Recognizes(folder));
        if (isKnown && classNames is not null) throw new OptionException($"{folder} names its classes itself; leave --classes out");
        var listing = isKnown ? DatasetFormats.List([folder], cancellationToken)
            : LooseFolder.List(folder, Training, classNames, cancellationToken);
        if (listing.Photos.Select(photo => photo.Split).Distinct().Count() > 1) return listing;
        if (listing.Photos.Count < 2)
            throw new EspalierException($"{folder} holds a single photo; a data set needs one to learn from and one to judge by at least.");
        return listing with { Photos = Split(listing.Photos, progress, cancellationToken) };
    }

    private static List<ListedPhoto> Split(IReadOnlyList<ListedPhoto> photos, IProgress<PhotoProgress>? progress,
        CancellationToken cancellationToken)
    {
        var first = FirstOfItsLike(photos, progress, cancellationToken);
        var groups = first.Distinct().Order().ToList();
        var judged = groups.Where((_, place) => place % Run >= Run - Judged).ToHashSet();
        if (judged.Count == 0) judged.Add(groups[^1]);
        if (groups.Count == 1) throw new EspalierException($"All {photos.Count} photos look alike, so that none is left to judge by.");
        return [.. photos.Select((photo, index) => photo with { Split = judged.Contains(first[index]) ? Validation : Training })
            .OrderBy(photo => photo.Split == Validation)];
    }

    /// <summary>For each photo the first one that it must not be parted from; itself where there is none before it.</summary>
    private static int[] FirstOfItsLike(IReadOnlyList<ListedPhoto> photos, IProgress<PhotoProgress>? progress,
        CancellationToken cancellationToken)
    {
        var fingerprints = new PictureFingerprint?[photos.Count];
        var counter = new ProgressCounter(photos.Count, progress);
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = AvailableProcessors.Current.Count,
        };
        Parallel.For(0, photos.Count, parallel, i =>
        {
            fingerprints[i] = FingerprintOf(photos[i].Path);
            counter.Advance();
        });
        int[] first = [.. Enumerable.Range(0, photos.Count)];
        foreach (var (photo, other, _) in DuplicateFinder.Find(fingerprints, cancellationToken)) Join(photo, other);
        foreach (var copies in Enumerable.Range(0, photos.Count).GroupBy(index => Origin(photos[index].Path)))
        {
            foreach (var copy in copies) Join(copy, copies.First());
        }

        return [.. first.Select(Root)];

        void Join(int one, int other)
        {
            var (low, high) = (Math.Min(Root(one), Root(other)), Math.Max(Root(one), Root(other)));
            first[high] = low;
        }

        int Root(int index) => first[index] == index ? index : Root(first[index]);
    }

    // What does not decode is left out when the data set is written.
    private static PictureFingerprint? FingerprintOf(string path)
    {
        try
        {
            return PictureFingerprint.Of(PictureReader.Read(path));
        }
        catch (PictureException)
        {
            return null;
        }
    }

    /// <summary>A photo's path without what Roboflow adds to tell its augmented copies apart.</summary>
    private static string Origin(string path) => path.IndexOf(".rf.", StringComparison.Ordinal) is var at and > 0 ? path[..at] : path;
}
