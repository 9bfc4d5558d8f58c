using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Pipelines.Models;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>Reads house numbers in very many photos: what is there when it is killed stays, and the same call goes on.</summary>
public static class BulkReading
{
    private static readonly ResultColumn[] Columns =
    [
        new("number", ResultKind.Text), new("confidence", ResultKind.Number), .. ResultColumn.OfBox, new("accepted", ResultKind.Flag),
    ];

    /// <summary>Reads photos into a table.</summary>
    /// <param name="model">The model, as for <see cref="ModelFiles.OpenReader"/>.</param>
    /// <param name="photos">Folders with all that is in them, globs, lists (.txt), archives (.zip, .tar, .tar.gz) and pictures.</param>
    /// <param name="options">Where the table goes, and who shares the photos.</param>
    /// <param name="reading">How digits become numbers; the standards if null.</param>
    /// <param name="looking">How pictures are looked at otherwise; the standards if null. The network has one thread unless more are said.
    /// </param>
    /// <param name="listener">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it between two photos; the same call goes on.</param>
    /// <exception cref="EspalierException">Model, photos or output cannot be used, or the output was begun with something else.</exception>
    public static BulkOutcome Run(
        string model,
        IReadOnlyList<string> photos,
        BulkOptions options,
        NumberReadingOptions? reading = null,
        PredictorOptions? looking = null,
        IPipelineListener? listener = null,
        CancellationToken cancellationToken = default
    )
    {
        (reading, looking) = (reading ?? new NumberReadingOptions(), looking ?? new PredictorOptions());
        using var reader = ModelFiles.OpenReader(model, reading, looking.ForBulk());
        var words = string.Join(' ', [.. new OptionTable<NumberReadingOptions>().Words(reading, new NumberReadingOptions()),
            .. looking.ResultWords()]);
        var task = new BulkTask("read", ModelFiles.DigestOf(model), words, Columns, picture => [.. reader.Read(picture).Select(Row)]);
        return new BulkRun(task, photos, options, listener, cancellationToken).Run() with { BrokenRows = reader.BrokenRows };
    }

    private static object?[] Row(HouseNumber number) =>
        [number.Text, BulkNumbers.Confidence(number.Confidence), .. BulkNumbers.Edges(number.Box), number.IsAccepted];
}
