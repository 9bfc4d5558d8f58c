using Espalier.Datasets;
using Espalier.Reports.Drawing;
using Espalier.Vision;

namespace Espalier.Reports.Photos;

/// <summary><c>train_batch0.png</c> …: what the network is given to learn from, after augmentation.</summary>
internal static class TrainingBatchSheet
{
    /// <summary>The most pictures that a sheet shows of a batch.</summary>
    public const int MostPictures = 16;

    /// <summary>Draws a batch's first pictures with their targets.</summary>
    /// <param name="batch">Its pixels are only read during the call.</param>
    /// <param name="number">Which batch it is, from 0.</param>
    /// <param name="names">The names of classes 0, 1, ….</param>
    public static Sheet Draw(Batch batch, int number, IReadOnlyList<string> names)
    {
        var shown = Math.Min(batch.Count, MostPictures);
        var count = shown < batch.Count ? $"{shown} of {batch.Count}" : $"{shown}";
        var heading = Invariant($"Training batch {number}, as the network sees it after augmentation ")
            + Invariant($"({count} pictures, {batch.Width} × {batch.Height} pixels)");
        return TileSheet.Draw(new TileSection(heading,
            [.. Enumerable.Range(0, shown).Select(i => new Tile(PictureOf(batch, i), BoxesOf(batch, i, names)))]));
    }

    private static Picture PictureOf(Batch batch, int index)
    {
        var bytes = batch.Width * batch.Height * 3;
        return new Picture(batch.Width, batch.Height, batch.Pixels.AsSpan(index * bytes, bytes).ToArray());
    }

    private static TileBox[] BoxesOf(Batch batch, int index, IReadOnlyList<string> names) =>
    [
        .. batch.Targets.Where(target => target.Image == index).Select(target => new TileBox(
            Box.FromCenter(target.X * batch.Width, target.Y * batch.Height, target.Width * batch.Width, target.Height * batch.Height),
            Ink.OfClass(target.Class), ClassNames.Of(target.Class, names))),
    ];
}
