using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Models;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>Finds objects in very many photos: what is there when it is killed stays, and the same call goes on.</summary>
public static class BulkPrediction
{
    private static readonly ResultColumn[] Columns =
    [
        new("class", ResultKind.Whole), new("name", ResultKind.Text), new("confidence", ResultKind.Number), .. ResultColumn.OfBox,
    ];

    /// <summary>Finds objects and writes them into a table.</summary>
    /// <param name="model">The model, as for <see cref="ModelFiles.OpenDetector"/>.</param>
    /// <param name="photos">Folders with all that is in them, globs, lists (.txt), archives (.zip, .tar, .tar.gz) and pictures.</param>
    /// <param name="options">Where the table goes, and who shares the photos.</param>
    /// <param name="looking">How pictures are looked at; the standards if null. The network has one thread unless more are said.</param>
    /// <param name="choose">As for <see cref="ModelFiles.OpenDetector"/>.</param>
    /// <param name="listener">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it between two photos; the same call goes on.</param>
    /// <exception cref="EspalierException">Model, photos or output cannot be used, or the output was begun with something else.</exception>
    public static BulkOutcome Run(
        string model,
        IReadOnlyList<string> photos,
        BulkOptions options,
        PredictorOptions? looking = null,
        Func<NmsOptions, IReadOnlyList<string>, NmsOptions>? choose = null,
        IPipelineListener? listener = null,
        CancellationToken cancellationToken = default
    )
    {
        looking ??= new PredictorOptions();
        var suppression = looking.Suppression;
        using var detector = ModelFiles.OpenDetector(model, looking.ForBulk(),
            (own, names) => suppression = choose?.Invoke(own, names) ?? own);
        string[] classes = suppression.Classes is { } only ? [Invariant($"--classes {string.Join(' ', only)}")] : [];
        var words = string.Join(' ', [.. (looking with { Suppression = suppression }).ResultWords(), .. classes]);
        var names = detector.ClassNames;
        var task = new BulkTask("predict", ModelFiles.DigestOf(model), words, Columns,
            picture => [.. detector.Detect(picture).Select(found => Row(found, names))]);
        return new BulkRun(task, photos, options, listener, cancellationToken).Run() with { BrokenRows = detector.BrokenRows };
    }

    private static object?[] Row(Detection found, IReadOnlyList<string> names) =>
        [found.Class, names[found.Class], BulkNumbers.Confidence(found.Confidence), .. BulkNumbers.Edges(found.Box)];
}
