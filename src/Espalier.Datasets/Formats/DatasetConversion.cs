using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>Turns a data set of one form into one of another.</summary>
public static class DatasetConversion
{
    /// <summary>Converts; the output folder appears whole or not at all.</summary>
    /// <param name="source">The photos and their labels.</param>
    /// <param name="target">The form to write.</param>
    /// <param name="output">The folder to write: not there yet, or empty.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <remarks>Photos that are missing, do not decode,
    /// or show objects that their labels no longer tell of are left out and reported.</remarks>
    /// <exception cref="EspalierException">No photo of a split can be used, or the output folder cannot be used or written.</exception>
    public static ConversionReport Convert(
        DatasetListing source, IDatasetFormat target, string output, ConversionOptions? options = null,
        IProgress<PhotoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new ConversionOptions();
        OptionException.ThrowIfOutside(options.Workers, 0, 1024, "Workers");
        using var folder = OutputFolder.Prepare(output, options.Overwrite, source.Inputs);
        return Convert(source, target, output, folder, options, progress, cancellationToken);
    }

    /// <summary>Converts into an output folder that is prepared, and puts it into its place.</summary>
    internal static ConversionReport Convert(DatasetListing source, IDatasetFormat target, string output, OutputFolder folder,
        ConversionOptions options, IProgress<PhotoProgress>? progress, CancellationToken cancellationToken)
    {
        var photos = source.Photos;
        var inspected = Inspect(photos, new PhotoInspector(Decode: true, options.KeepPartial), options.Workers,
            progress, cancellationToken);
        var mayBeEmpty = folder.IsAddition && inspected.Any(photo => photo.Size.Width > 0);
        var splits = photos.Zip(inspected).GroupBy(pair => pair.First.Split).Select(split => Content(split, mayBeEmpty)).ToList();
        var kept = photos.Zip(inspected).Where(pair => pair.Second.Size.Width > 0)
            .Select(pair => new LabelledPhoto(pair.First.Split, pair.First.Path, pair.First.Name, pair.Second.Size, pair.Second.Labels));
        var content = new DatasetContent(source.ClassNames, [.. kept], options.Remark) { Placement = options.Placement };
        var written = folder.Path;
        OutputFolder.Guard(output, () => written = target.Write(folder.Path, content, cancellationToken));
        folder.Finish();
        var problems = source.Findings.Select(finding => new DatasetProblem(finding.Path, finding.Reason, false) { Kind = finding.Kind })
            .Concat(inspected.SelectMany(photo => photo.Problems));
        return new ConversionReport(Path.GetFullPath(Path.Combine(output, Path.GetRelativePath(folder.Path, written))),
            splits, 0, [.. problems]);
    }

    private static InspectedLabels[] Inspect(IReadOnlyList<ListedPhoto> photos, PhotoInspector inspector, int workers,
        IProgress<PhotoProgress>? progress, CancellationToken cancellationToken)
    {
        var inspected = new InspectedLabels[photos.Count];
        var counter = new ProgressCounter(photos.Count, progress);
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = workers > 0 ? workers : AvailableProcessors.Current.Count,
        };
        Parallel.For(0, photos.Count, parallel, i =>
        {
            inspected[i] = inspector.Inspect(photos[i]);
            counter.Advance();
        });
        return inspected;
    }

    private static SplitContent Content(IGrouping<string, (ListedPhoto Photo, InspectedLabels Inspected)> split, bool mayBeEmpty)
    {
        var kept = split.Where(pair => pair.Inspected.Size.Width > 0).ToList();
        if (kept.Count > 0 || mayBeEmpty)
            return new SplitContent(split.Key, kept.Count, kept.Sum(pair => pair.Inspected.Labels?.Count ?? 0));
        var first = split.First().Inspected.Problems[0];
        throw new EspalierException($"None of the {split.Count()} photos of the "
            + $"split '{split.Key}' can be used ({first.Path}: {first.Reason}).");
    }
}
