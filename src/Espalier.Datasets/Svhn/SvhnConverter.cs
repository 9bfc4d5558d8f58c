using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Svhn;

/// <summary>
/// Turns folders of SVHN's format 1 into a YOLO folder: <c>images/SPLIT/SOURCE_NUMBER.png</c>, <c>labels/SPLIT/SOURCE_NUMBER.txt</c>
/// with boxes as shares of the photo's size (the paper's section 3.2), and a <c>data.yaml</c> with the ten digits.
/// </summary>
public static class SvhnConverter
{
    /// <summary>Converts; the output folder appears whole or not at all.</summary>
    /// <param name="sources">One or more folders.</param>
    /// <param name="output">The folder to write: not there yet, or empty.</param>
    /// <param name="rule">Which photo goes where; <see cref="SplitRule.EveryTenth"/> where null.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <remarks>
    /// Photos that are missing or do not decode are left out; boxes that reach over the edge are cut; boxes without area and labels
    /// that are no digits are left out; each is counted and reported.
    /// </remarks>
    /// <exception cref="EspalierException">
    /// A digitStruct.mat cannot be read, two sources share a name, a split ends up without a photo, a photo belongs to two splits,
    /// or the output folder is not empty, cannot be written or lies within a source.
    /// </exception>
    public static ConversionReport Convert(
        IReadOnlyList<SvhnSource> sources, string output, SplitRule? rule = null, SvhnConversionOptions? options = null,
        IProgress<PhotoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        rule ??= SplitRule.EveryTenth;
        options ??= new SvhnConversionOptions();
        OptionException.ThrowIfOutside(options.Workers, 0, 1024, "Workers");
        CheckSources(sources, rule);
        using var folder = OutputFolder.Prepare(output, options.Overwrite, sources.Select(source => source.Folder));
        var problems = new List<DatasetProblem>();
        var planned = Plan(sources, rule, problems, out var unassigned, cancellationToken);
        foreach (var split in rule.Splits)
        {
            if (planned.All(photo => photo.Split != split.Name)) throw new EspalierException($"The split '{split}' takes none of the photos.");
        }

        OutputFolder.Guard(output, () => CreateFolders(folder.Path, rule));
        var done = ConvertPhotos(planned, folder.Path, options, progress, cancellationToken);
        foreach (var photo in done) problems.AddRange(photo.Problems);
        var contents = rule.Splits.Select(split => Content(split.Name, planned, done)).ToList();
        AtomicFile.WriteAllText(Path.Combine(folder.Path, "data.yaml"), Describe(rule));
        folder.Finish();
        return new ConversionReport(Path.GetFullPath(Path.Combine(output, "data.yaml")), contents, unassigned, problems);
    }

    private static void CheckSources(IReadOnlyList<SvhnSource> sources, SplitRule rule)
    {
        if (sources.Count == 0) throw new EspalierException("There is nothing to convert: no folder was given.");
        foreach (var source in sources)
        {
            if (sources.Count(other => other.Name == source.Name) > 1) throw new EspalierException($"Two folders are called '{source.Name}', so their photos would be too; rename one.");
        }

        rule.CheckSources(sources);
    }

    private static List<PlannedPhoto> Plan(
        IReadOnlyList<SvhnSource> sources, SplitRule rule, List<DatasetProblem> problems, out int unassigned, CancellationToken cancellationToken)
    {
        var planned = new List<PlannedPhoto>();
        var targets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        unassigned = 0;
        foreach (var source in sources)
        {
            foreach (var entry in DigitStruct.Read(source.DigitStructFile, cancellationToken))
            {
                source.RequirePlainName(entry.FileName);
                var stem = Path.GetFileNameWithoutExtension(entry.FileName);
                var split = rule.SplitOf(source.Name, stem);
                if (split is null)
                {
                    unassigned++;
                    continue;
                }

                var photo = new PlannedPhoto(Path.Combine(source.Folder, entry.FileName), $"{source.Name}_{stem}", split, entry.Boxes);
                if (targets.Add(photo.TargetStem)) planned.Add(photo);
                else problems.Add(new DatasetProblem(photo.Path, "is in digitStruct.mat twice: taken once", PhotoSkipped: false) { Kind = DatasetProblemKind.DuplicatePhoto });
            }
        }

        return planned;
    }

    private static void CreateFolders(string folder, SplitRule rule)
    {
        foreach (var split in rule.Splits)
        {
            Directory.CreateDirectory(Path.Combine(folder, "images", split.Name));
            Directory.CreateDirectory(Path.Combine(folder, "labels", split.Name));
        }
    }

    private static ConvertedPhoto[] ConvertPhotos(
        List<PlannedPhoto> planned, string folder, SvhnConversionOptions options, IProgress<PhotoProgress>? progress, CancellationToken cancellationToken)
    {
        var done = new ConvertedPhoto[planned.Count];
        var counter = new ProgressCounter(planned.Count, progress);
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = options.Workers > 0 ? options.Workers : AvailableProcessors.Current.Count,
        };
        try
        {
            Parallel.For(0, planned.Count, parallel, i =>
            {
                done[i] = ConvertPhoto(planned[i], folder, options.Placement);
                counter.Advance();
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.OfType<EspalierException>().FirstOrDefault() is { } first)
        {
            throw new EspalierException(first.Message, exception);
        }

        return done;
    }

    private static ConvertedPhoto ConvertPhoto(PlannedPhoto photo, string folder, PhotoPlacement placement)
    {
        if (!File.Exists(photo.Path)) return LeftOut(photo, DatasetProblemKind.MissingPhoto, "there is no such file");
        int width, height;
        try
        {
            (width, height) = PhotoProbe.Measure(photo.Path, decode: true);
        }
        catch (EspalierException exception)
        {
            return LeftOut(photo, DatasetProblemKind.UnreadablePhoto, exception.Message.TrimEnd('.').Replace($"'{photo.Path}' ", "", StringComparison.Ordinal));
        }

        var rows = SvhnLabels.Normalise(photo.Boxes, width, height, out var problems);
        OutputFolder.Guard(folder, () =>
        {
            PhotoFile.Place(photo.Path, Path.Combine(folder, "images", photo.Split, photo.TargetStem + Path.GetExtension(photo.Path)), placement);
            File.WriteAllText(Path.Combine(folder, "labels", photo.Split, photo.TargetStem + ".txt"), LabelFile.Format(rows));
        });
        return new ConvertedPhoto(true, rows.Count, [.. problems.Select(problem => problem.At(photo.Path))]);
    }

    private static ConvertedPhoto LeftOut(PlannedPhoto photo, DatasetProblemKind kind, string reason) =>
        new(false, 0, [new DatasetProblem(photo.Path, reason + ": the photo is left out", PhotoSkipped: true) { Kind = kind }]);

    private static SplitContent Content(string split, List<PlannedPhoto> planned, ConvertedPhoto[] done)
    {
        var own = planned.Zip(done).Where(pair => pair.First.Split == split).ToList();
        var content = new SplitContent(split, own.Count(pair => pair.Second.Kept), own.Sum(pair => pair.Second.Boxes));
        if (content.Photos > 0) return content;
        var first = own[0].Second.Problems[0];
        throw new EspalierException($"None of the {own.Count} photos of the split '{split}' can be used ({first.Path}: {first.Reason}).");
    }

    private static string Describe(SplitRule rule)
    {
        var text = new StringBuilder("# Street View House Numbers, from digitStruct.mat; the class is the digit.\n");
        foreach (var split in rule.Splits) text.Append(CultureInfo.InvariantCulture, $"# {split}\n");
        foreach (var split in rule.Splits) text.Append(CultureInfo.InvariantCulture, $"{split.Name}: images/{split.Name}\n");
        text.Append("names:\n");
        for (var digit = 0; digit < 10; digit++) text.Append(CultureInfo.InvariantCulture, $"  {digit}: \"{digit}\"\n");
        return text.ToString();
    }

    private sealed record PlannedPhoto(string Path, string TargetStem, string Split, IReadOnlyList<DigitStructBox> Boxes);

    private sealed record ConvertedPhoto(bool Kept, int Boxes, DatasetProblem[] Problems);
}
