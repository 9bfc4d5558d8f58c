using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// Goes through the photos and labels of a split: which are usable, how large, with which boxes. What is wrong with single photos
/// and labels is left out or mended, counted and reported (<see cref="FindingKinds"/> says what is done about what);
/// what makes the whole split unusable is an <see cref="EspalierException"/>.
/// </summary>
public static class DatasetScanner
{
    /// <summary>Scans one split.</summary>
    /// <param name="configuration">Where its photos are and what its classes are called.</param>
    /// <param name="split">Its name: <c>train</c>, <c>val</c>, ….</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The usable photos, ordered by path (ordinal),
    /// whatever the number of workers and whether or not a cache was there.</returns>
    /// <exception cref="EspalierException">
    /// There is no such split or folder; it has no photo, none that is usable, or, unless that is allowed, none with a label file; a label
    /// has a class without a name.
    /// </exception>
    public static DetectionDataset Scan(
        DataConfiguration configuration, string split, ScanOptions? options = null,
        IProgress<PhotoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        options ??= new ScanOptions();
        OptionException.ThrowIfOutside(options.Workers, 0, 1024, "Workers");
        var problems = new List<DatasetProblem>();
        var sources = configuration.Sources(split);
        var photosOfSources = sources.Select(source => (Source: source, Photos: PhotoFinder.Find(source, problems, cancellationToken)))
            .ToList();
        var counter = new ProgressCounter(photosOfSources.Sum(pair => pair.Photos.Count), progress);
        var findings = new SortedDictionary<string, ScannedPhoto>(StringComparer.Ordinal);
        foreach (var (source, photos) in photosOfSources)
        {
            var found = ScanSource(configuration, source, photos, options, counter, cancellationToken);
            for (var i = 0; i < photos.Count; i++)
            {
                // A photo that two sources have counts once.
                findings[photos[i]] = found[i];
            }
        }

        return Collect(configuration, split, findings, problems, options.AllowUnlabelled);
    }

    private static ScannedPhoto[] ScanSource(DataConfiguration configuration, string source, List<string> photos, ScanOptions options,
        ProgressCounter counter, CancellationToken cancellationToken)
    {
        var inspector = new PhotoInspector(options.DecodeFully, options.KeepPartial);
        var scanner = new PhotoScanner(configuration, inspector);
        var rules = string.Create(CultureInfo.InvariantCulture,
            $"{configuration.ClassNames.Count} classes, {configuration.KeypointNumbers} numbers of key points, {inspector}");
        var cacheFile = ScanCache.FileOf(source);
        var known = options.UseCache ? ScanCache.Read(cacheFile, rules, configuration.ClassNames.Count) : [];
        var findings = new ScannedPhoto[photos.Count];
        var fresh = 0;
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = options.Workers > 0 ? options.Workers : AvailableProcessors.Current.Count,
        };
        Parallel.For(0, photos.Count, parallel, i =>
        {
            var label = LabelPath.OfPhoto(photos[i]);
            var stamp = PhotoStamp.Of(photos[i], label);
            var isKnown = known.TryGetValue(photos[i], out var earlier) && earlier.Stamp == stamp;

            // What was left out is looked at again: the reason may have been a permission, which no stamp shows.
            findings[i] = isKnown && earlier!.Width > 0 ? earlier : scanner.Scan(photos[i], stamp);
            if (!isKnown || findings[i].Width != earlier!.Width) Interlocked.Increment(ref fresh);
            counter.Advance();
        });
        if (options.UseCache && (fresh > 0 || known.Count != photos.Count)) ScanCache.TryWrite(cacheFile, rules, photos, findings);
        return findings;
    }

    private static DetectionDataset Collect(DataConfiguration configuration, string split, SortedDictionary<string, ScannedPhoto> findings,
        List<DatasetProblem> problems, bool allowUnlabelled)
    {
        var entries = new List<DatasetEntry>(findings.Count);
        var (labelFiles, unlabelled) = (0, 0);
        foreach (var (photo, found) in findings)
        {
            if (found.Refusal is not null) throw new EspalierException(found.Refusal);
            problems.AddRange(found.Problems);
            if (found.HasLabelFile) labelFiles++;
            if (found.Width == 0) continue;
            if (!found.HasLabelFile) unlabelled++;
            entries.Add(new DatasetEntry(photo, found.Width, found.Height, found.Labels));
        }

        if (entries.Count == 0)
        {
            throw new EspalierException($"None of the {findings.Count} photos of '{split}' in {configuration.Path} is usable "
                + $"({problems[0].Path}: {problems[0].Reason}).");
        }

        if (labelFiles == 0 && !allowUnlabelled)
        {
            throw new EspalierException($"None of the {findings.Count} photos of '{split}' in {configuration.Path} has a label file "
                + $"({LabelPath.OfPhoto(entries[0].Path)} would be the first).");
        }

        return new DetectionDataset(entries, configuration.ClassNames, problems) { Unlabelled = unlabelled };
    }
}
