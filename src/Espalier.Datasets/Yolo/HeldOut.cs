using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Yolo;

/// <summary>
/// What is judged by where a <c>data.yaml</c> has no <c>val</c>: every tenth picture of <c>train</c>, by path, which is then not learned
/// from. The same ones every time, so that a resumed run and a later validation see what the run saw. Copies that a tool made of one
/// picture (<c>name.rf.HASH.jpg</c>) count as one.
/// </summary>
internal static class HeldOut
{
    private const int Every = 10;

    /// <summary>Whether a split to judge by has to be held out of train.</summary>
    public static bool IsNeeded(DataConfiguration configuration, string validationSplit) =>
        validationSplit == "val" && !configuration.Splits.ContainsKey("val") && configuration.Splits.ContainsKey("train");

    /// <summary>The pictures that are left to learn from.</summary>
    public static DetectionDataset Rest(DetectionDataset training) =>
        training with { Entries = [.. Divide(training)[false]] };

    /// <summary>Scans a split to judge by, or holds it out.</summary>
    /// <param name="configuration">The data set.</param>
    /// <param name="split">The split.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EspalierException">See <see cref="DatasetScanner.Scan"/>; or train has a single picture.</exception>
    public static DetectionDataset Scan(DataConfiguration configuration, string split, ScanOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (!IsNeeded(configuration, split)) return DatasetScanner.Scan(configuration, split, options, null, cancellationToken);
        var training = DatasetScanner.Scan(configuration, "train", options, null, cancellationToken);
        var divided = Divide(training);
        if (!divided[false].Any())
            throw new EspalierException($"{configuration.Path} has no split 'val' to judge by, and 'train' has one picture.");
        var held = divided[true].ToList();
        var reason = $"has no split 'val': every tenth picture of 'train' ({held.Count} of "
            + $"{training.Entries.Count}) is judged by, and not learned from";
        return training with
        {
            Entries = held,
            Unlabelled = 0, // Whoever opens train hears of them.
            Problems = [new DatasetProblem(configuration.Path, reason, PhotoSkipped: false) { Kind = FindingKind.MissingSplit }],
        };
    }

    /// <summary>The entries by whether they are held out.</summary>
    private static ILookup<bool, DatasetEntry> Divide(DetectionDataset training)
    {
        var origins = training.Entries.Select(entry => PhotoOrigin.Of(entry.Path)).Distinct(StringComparer.Ordinal).ToList();
        var held = origins.Where((_, index) => index % Every == Math.Min(Every, origins.Count) - 1).ToHashSet(StringComparer.Ordinal);
        return training.Entries.ToLookup(entry => held.Contains(PhotoOrigin.Of(entry.Path)));
    }
}
