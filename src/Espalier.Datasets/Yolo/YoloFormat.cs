using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;

namespace Espalier.Datasets.Yolo;

/// <summary>A <c>data.yaml</c>, folders or lists of photos, and a label file a photo.</summary>
internal sealed class YoloFormat : IDatasetFormat
{
    private const long MaximumLabelBytes = 16 << 20;

    /// <inheritdoc/>
    public string Name => "yolo";

    /// <inheritdoc/>
    public string LabelSource => "label file";

    /// <inheritdoc/>
    public bool Recognizes(string path) =>
        Directory.Exists(path) ? File.Exists(Path.Combine(path, "data.yaml")) : Path.GetExtension(path)
            .ToUpperInvariant() is ".YAML" or ".YML";

    /// <summary>All splits of one <c>data.yaml</c>. A split other than train of which nothing is there is a finding.</summary>
    public DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        if (paths.Count != 1) throw new EspalierException($"One data.yaml at a time is read, not {paths.Count}.");
        var configuration = DataConfiguration.Read(paths[0]);
        var photos = new List<ListedPhoto>();
        var findings = new List<Finding>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);

        // A photo that is in several splits is the first one's: what judges a network keeps it, and training loses it.
        foreach (var (split, sources) in configuration.Splits.OrderBy(pair => pair.Key == "train"))
        {
            if (configuration.IsAbsent(split))
            {
                findings.Add(new Finding(FindingKind.MissingSplit, split, sources[0], "",
                    $"is not there, though {configuration.Path} names it as '{split}'"));
                continue;
            }

            foreach (var source in sources)
            {
                var problems = new List<DatasetProblem>();
                foreach (var path in PhotoFinder.Find(source, problems, cancellationToken))
                {
                    if (seen.TryAdd(path, split)) photos.Add(Listed(split, path, configuration));
                    else if (seen[path] != split)
                        findings.Add(new Finding(FindingKind.IdenticalPhotoAcrossSplits, split, path, "",
                            $"is in the split '{seen[path]}' too")
                        { Other = path });
                }

                findings.AddRange(problems.Select(problem => new Finding(problem.Kind, split, problem.Path, "", problem.Reason)));
            }
        }

        findings.AddRange(OrphanLabels.Find(configuration, seen.Keys));
        IReadOnlyList<string> inputs = [Path.GetDirectoryName(configuration.Path)!,
            .. configuration.Splits.Values.SelectMany(sources => sources)];
        var order = configuration.Splits.Keys.ToList();
        return new DatasetListing(this, configuration.ClassNames, [.. photos.OrderBy(photo => order.IndexOf(photo.Split))],
            findings, inputs);
    }

    /// <summary><c>images/SPLIT</c>, <c>labels/SPLIT</c> and <c>data.yaml</c>.</summary>
    public string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var splits = content.Photos.Select(photo => photo.Split).Distinct().ToList();
        foreach (var part in splits.SelectMany(split => new[] { Path.Combine("images", split), Path.Combine("labels", split) }))
            Directory.CreateDirectory(Path.Combine(folder, part));
        foreach (var photo in content.Photos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = UniqueName.Of(taken, photo.Split, photo);
            PhotoFile.Place(photo.Path, Path.Combine(folder, "images", photo.Split, name), content.Placement);

            // A photo without a label file stays one, so that the next check says so again. Not flushed one by one: see OutputFolder.
            if (photo.Labels is { } labels)
                File.WriteAllText(Path.Combine(folder, "labels", photo.Split, Path.ChangeExtension(name, ".txt")),
                    LabelFile.Format(labels));
        }

        return DataConfigurationWriter.Write(folder, content.Remark, splits, content.ClassNames);
    }

    /// <summary>A photo whose labels stand in its label file.</summary>
    public static ListedPhoto Listed(string split, string path, DataConfiguration configuration) =>
        Listed(split, path, LabelPath.OfPhoto(path), configuration.ClassNames.Count, configuration.KeypointNumbers);

    /// <summary>A photo whose labels stand in a file, which may be missing.</summary>
    public static ListedPhoto Listed(string split, string path, string label, int classes, int keypointNumbers) =>
        new(split, path, size => ReadClaims(label, classes, keypointNumbers)) { LabelPath = label };

    private static List<LabelClaim>? ReadClaims(string label, int classes, int keypointNumbers)
    {
        var file = new FileInfo(label);
        if (!file.Exists) return null;
        if (file.Length > MaximumLabelBytes)
            throw new EspalierException($"has a label file of {file.Length} bytes, at most {MaximumLabelBytes} make sense");
        try
        {
            return LabelFile.Claims(File.ReadAllText(label), classes, keypointNumbers);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"has a label file that cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
