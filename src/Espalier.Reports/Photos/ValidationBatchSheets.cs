using Espalier.Reports.Drawing;
using Espalier.Vision;

namespace Espalier.Reports.Photos;

/// <summary><c>val_batch0_labels.png</c>, <c>val_batch0_pred.png</c> …:
/// the same pictures with what people and what the network say.</summary>
internal static class ValidationBatchSheets
{
    /// <summary>The most pictures that a sheet shows of a batch.</summary>
    public const int MostPictures = 16;

    /// <summary>Draws both sheets.</summary>
    /// <param name="photos">At least one.</param>
    /// <param name="number">Which batch it is, from 0.</param>
    /// <param name="names">The names of classes 0, 1, ….</param>
    /// <exception cref="PictureException">A photo can no longer be read.</exception>
    public static (Sheet Labels, Sheet Predictions) Draw(IReadOnlyList<JudgedPhoto> photos, int number, IReadOnlyList<string> names)
    {
        Picture[] pictures = [.. photos.Select(photo => PictureReader.Read(photo.Path))];
        var labels = Tiles(photo => photo.Labels.Select(label => new TileBox(label.Box, Ink.OfClass(label.Class),
            ClassNames.Of(label.Class, names))));
        var predictions = Tiles(photo => photo.Detections.Select(found => new TileBox(found.Box, Ink.OfClass(found.Class),
            Invariant($"{ClassNames.Of(found.Class, names)} {found.Confidence:0.00}"))));
        return (Drawn("labels", labels), Drawn(Invariant($"predictions above confidence {JudgedPhoto.LeastConfidence:0.00}"), predictions));

        Sheet Drawn(string what, Tile[] tiles) => TileSheet.Draw(new TileSection(Invariant($"Validation batch {number}: {what}"), tiles));

        Tile[] Tiles(Func<JudgedPhoto, IEnumerable<TileBox>> boxes) =>
            [.. photos.Select((photo, i) => new Tile(pictures[i], [.. boxes(photo)], Remark: Path.GetFileName(photo.Path)))];
    }
}
