using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;

namespace Espalier.Training.Validation;

/// <summary>Opens labelled pictures, in one way for whatever learns from them, judges by them or measures on them.</summary>
internal static class LabelledSet
{
    /// <summary>A split, held out of <c>train</c> where that is needed; what was left out or mended is told.</summary>
    public static DetectionDataset Open(DataConfiguration configuration, string split, ScanOptions? options = null,
        Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        var dataset = HeldOut.Scan(configuration, split, options, cancellationToken);
        DatasetNotes.Tell(dataset, split, note);
        return dataset;
    }

    /// <summary>A split to learn from or to measure on: without what is held out of it to judge by.</summary>
    public static DetectionDataset OpenForTraining(DataConfiguration configuration, string split, string validationSplit,
        ScanOptions? options = null, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        var dataset = Open(configuration, split, options, note, cancellationToken);
        return split == "train" && HeldOut.IsNeeded(configuration, validationSplit) ? HeldOut.Rest(dataset) : dataset;
    }

    /// <summary>A loader of a set, which tells of pictures that cannot be read.</summary>
    public static ValidationLoader Load(DetectionDataset dataset, ValidationLoaderOptions options, Action<string>? note) =>
        new(dataset, options, problem => note?.Invoke(DatasetNotes.Text(problem)));
}
