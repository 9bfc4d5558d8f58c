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

    /// <summary>A split with its labels counted as a network counts its classes.</summary>
    /// <inheritdoc cref="ClassOrder.InOrderOf"/>
    /// <param name="data">The <c>data.yaml</c>.</param>
    /// <param name="split">The split.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="names"/><param name="name"/><param name="note"/>
    public static DetectionDataset Open(string data, string split, IReadOnlyList<string> names, string name, Action<string>? note = null,
        CancellationToken cancellationToken = default) =>
        Open(DataConfiguration.Read(data), split, null, note, cancellationToken).InOrderOf(names, name, data, note);

    /// <summary>A loader of a set, which tells of pictures that cannot be read.</summary>
    public static ValidationLoader Load(DetectionDataset dataset, ValidationLoaderOptions options, Action<string>? note) =>
        new(dataset, options, problem => note?.Invoke(DatasetNotes.Text(problem)));
}
