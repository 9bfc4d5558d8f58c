using Espalier.Datasets.Photos;
using Espalier.Vision;

namespace Espalier.Datasets.Augmentation;

/// <summary>A resized photo lying on a canvas: what reaches over the canvas's edge is cut off.</summary>
/// <param name="Photo">The resized photo.</param>
/// <param name="Entry">What the data set says of it.</param>
/// <param name="X">The canvas column of its left edge; may be negative.</param>
/// <param name="Y">The canvas row of its upper edge; may be negative.</param>
internal readonly record struct PlacedPhoto(Picture Photo, DatasetEntry Entry, int X, int Y)
{
    /// <summary>A labelled box of the photo's own pixels, on the canvas and cut to it.</summary>
    public Box OnCanvas(Box box, float canvasSize) =>
        box.ScaleAndMove(Photo.Width / (float)Entry.Width, Photo.Height / (float)Entry.Height, X, Y).ClipTo(canvasSize, canvasSize);

    /// <summary>The photo alone in the middle of a square canvas.</summary>
    public static PlacedPhoto Centered(LoadedPhoto photo, int canvasSize) => new(
        photo.Picture, photo.Entry, (canvasSize - photo.Picture.Width) / 2, (canvasSize - photo.Picture.Height) / 2);

    /// <summary>
    /// Four photos around a common corner (centerX, centerY), in the order upper left, upper right, lower left, lower
    /// right: each touches the corner with its own.
    /// </summary>
    public static PlacedPhoto InMosaic(LoadedPhoto photo, int quarter, int centerX, int centerY) => new(
        photo.Picture, photo.Entry,
        quarter % 2 == 0 ? centerX - photo.Picture.Width : centerX,
        quarter < 2 ? centerY - photo.Picture.Height : centerY);
}
