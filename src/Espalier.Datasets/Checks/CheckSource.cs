using Espalier.Core;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Checks;

/// <summary>A data set to be checked, of either form: what its photos and classes are.</summary>
public sealed class CheckSource
{
    private static readonly string[] Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private CheckSource(bool isSvhn, IReadOnlyList<string> classNames, IReadOnlyList<string> inputs, IReadOnlyList<CheckedPhoto> photos, IReadOnlyList<Finding> findings)
    {
        IsSvhn = isSvhn;
        ClassNames = classNames;
        Inputs = inputs;
        Photos = photos;
        Findings = findings;
    }

    /// <summary>Whether it is folders of SVHN's format 1, and not a YOLO folder.</summary>
    public bool IsSvhn { get; }

    /// <summary>The names of classes 0, 1, ….</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The folders that an output must not lie in.</summary>
    internal IReadOnlyList<string> Inputs { get; }

    /// <summary>The photos, by split and path.</summary>
    internal IReadOnlyList<CheckedPhoto> Photos { get; }

    /// <summary>What was found while they were listed.</summary>
    internal IReadOnlyList<Finding> Findings { get; }

    /// <summary>Whether a path is a folder of SVHN's format 1.</summary>
    public static bool LooksLikeSvhn(string path) => File.Exists(Path.Combine(path, "digitStruct.mat"));

    /// <summary>All splits of a <c>data.yaml</c>.</summary>
    /// <exception cref="EspalierException">It or one of its folders is not there or cannot be used.</exception>
    public static CheckSource OfYolo(DataConfiguration configuration, CancellationToken cancellationToken = default)
    {
        var photos = new List<CheckedPhoto>();
        var findings = new List<Finding>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        // A photo that is in several splits is the first one's: what judges a network keeps it, and training loses it.
        foreach (var (split, sources) in configuration.Splits.OrderBy(pair => pair.Key == "train"))
        {
            foreach (var source in sources)
            {
                var problems = new List<DatasetProblem>();
                foreach (var path in PhotoFinder.Find(source, problems, cancellationToken))
                {
                    if (seen.TryAdd(path, split)) photos.Add(new YoloCheckedPhoto(split, path));
                    else if (seen[path] != split) findings.Add(new Finding(FindingKind.IdenticalPhotoAcrossSplits, split, path, "", $"is in the split '{seen[path]}' too") { Other = path });
                }

                findings.AddRange(problems.Select(problem => new Finding(FindingKind.PhotoListedTwice, split, problem.Path, "", problem.Reason)));
            }
        }

        findings.AddRange(OrphanLabels.Find(configuration, seen.Keys));
        IReadOnlyList<string> inputs = [Path.GetDirectoryName(configuration.Path)!, .. configuration.Splits.Values.SelectMany(sources => sources)];
        var order = configuration.Splits.Keys.ToList();
        return new CheckSource(false, configuration.ClassNames, inputs, [.. photos.OrderBy(photo => order.IndexOf(photo.Split))], findings);
    }

    /// <summary>Folders of SVHN's format 1; each is a split of its own name.</summary>
    /// <exception cref="EspalierException">A digitStruct.mat cannot be read, or two folders share a name.</exception>
    public static CheckSource OfSvhn(IReadOnlyList<SvhnSource> sources, CancellationToken cancellationToken = default)
    {
        var photos = new List<CheckedPhoto>();
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
                source.RequirePlainName(entry.FileName);
                var path = Path.Combine(source.Folder, entry.FileName);
                if (named.Add(path)) photos.Add(new SvhnCheckedPhoto(source.Name, path, entry));
                else findings.Add(new Finding(FindingKind.PhotoListedTwice, source.Name, path, "", "is in digitStruct.mat twice"));
            }

            photos.AddRange(PhotoFinder.InFolder(source.Folder).Where(path => !named.Contains(path)).Select(path => new SvhnCheckedPhoto(source.Name, path, null)));
        }

        return new CheckSource(true, Digits, [.. sources.Select(source => source.Folder)], photos, findings);
    }
}
