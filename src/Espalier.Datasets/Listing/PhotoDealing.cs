using Espalier.Core;
using Espalier.Datasets.Checks;
using Espalier.Datasets.Formats;
using Espalier.Vision;

namespace Espalier.Datasets.Listing;

/// <summary>Deals photos to the split to learn from and the one to judge by, without parting those that look alike.</summary>
internal static class PhotoDealing
{
    /// <summary>The name of a split.</summary>
    public const string Training = "train", Validation = "val";

    // Of every ten photos that follow each other the last two: neighbours, which often show the same scene, mostly stay together.
    private const int Run = 10, Judged = 2;

    /// <summary>Gives every photo a split, a fifth of them that to judge by: one at least, unless all look alike.</summary>
    /// <param name="photos">The photos' files, and their splits where these are settled: photos that look alike follow the first of them
    /// whose split is.</param>
    /// <param name="there">How many of them, the first ones, are where they are and stay there.</param>
    /// <param name="progress">Hears how many photos have been looked at, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>By photo its split, and for every photo with the pixels of an earlier one the first that has them.</returns>
    public static (IReadOnlyList<string> Splits, IReadOnlyDictionary<int, int> Identical) Deal(
        IReadOnlyList<(string Path, string? Split)> photos, int there, IProgress<PhotoProgress>? progress,
        CancellationToken cancellationToken)
    {
        var alike = new PhotoGroups(photos.Count, there);
        var duplicates = DuplicateFinder.Find(Fingerprints(photos, progress, cancellationToken), alike, cancellationToken);
        foreach (var copies in Enumerable.Range(0, photos.Count).GroupBy(index => PhotoOrigin.Of(photos[index].Path)))
        {
            foreach (var copy in copies) alike.Join(copy, copies.First());
        }

        int[] first = [.. Enumerable.Range(0, photos.Count).Select(alike.FirstOf)];
        var splits = new Dictionary<int, string>();
        for (var i = 0; i < photos.Count; i++)
        {
            if (photos[i].Split is { } settled) splits.TryAdd(first[i], settled);
        }

        var groups = first.Distinct().Order().Where(group => !splits.ContainsKey(group)).ToList();
        for (var place = 0; place < groups.Count; place++)
            splits[groups[place]] = place % Run >= Run - Judged ? Validation : Training;
        if (groups.Count is > 1 and <= Run - Judged) splits[groups[^1]] = Validation;
        return ([.. first.Select(group => splits[group])],
            duplicates.Where(pair => pair.Identical).ToDictionary(pair => pair.Photo, pair => pair.Other));
    }

    private static PictureFingerprint?[] Fingerprints(IReadOnlyList<(string Path, string? Split)> photos,
        IProgress<PhotoProgress>? progress, CancellationToken cancellationToken)
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
        return fingerprints;
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
}
