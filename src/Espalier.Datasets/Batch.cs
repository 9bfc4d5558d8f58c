using Espalier.Vision;

namespace Espalier.Datasets;

/// <summary>What the loader hands to the network: pictures as bytes for one upload, and their targets.</summary>
public sealed class Batch
{
    /// <summary>How many pictures.</summary>
    public required int Count { get; init; }

    /// <summary>Rows of each picture, a multiple of the network's stride.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of each picture, a multiple of the network's stride.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// (count, height, width, 3) bytes, RGB; the buffer may be longer than that. It belongs to the consumer until it asks
    /// its loader for the next batch, and is then used again: copy or upload what is to be kept.
    /// </summary>
    public required byte[] Pixels { get; init; }

    /// <summary>The targets of all pictures, ordered by picture.</summary>
    public required BatchTarget[] Targets { get; init; }

    /// <summary>Where each picture came from, in order.</summary>
    public required BatchSource[] Sources { get; init; }

    /// <summary>Pictures of the batch that this one is a part of; <see cref="Count"/> where it is a whole batch.</summary>
    public int WholeCount { get => field > 0 ? field : Count; init; }

    /// <summary>What share of the whole batch's work this is (<c>BatchPart.Of</c>).</summary>
    /// <value>1</value>
    public double Share { get; init; } = 1;
}

/// <summary>One object in a batch, as the loss wants it.</summary>
/// <param name="Image">The picture's place in the batch.</param>
/// <param name="Class">The class index.</param>
/// <param name="X">The centre, as a share of the batch's width.</param>
/// <param name="Y">The centre, as a share of the batch's height.</param>
/// <param name="Width">As a share of the batch's width.</param>
/// <param name="Height">As a share of the batch's height.</param>
public readonly record struct BatchTarget(int Image, int Class, float X, float Y, float Width, float Height);

/// <summary>
/// Where a picture of a batch came from; for validation, how to bring boxes back to the photo. Of an augmented training
/// picture only the photo is told: scales are 1 and pads 0.
/// </summary>
/// <param name="Path">The photo's file (of a mosaic, the first of its four).</param>
/// <param name="OriginalWidth">The photo's own width in pixels.</param>
/// <param name="OriginalHeight">The photo's own height in pixels.</param>
/// <param name="ScaleX">Batch pixels a photo pixel.</param>
/// <param name="ScaleY">Batch pixels a photo pixel.</param>
/// <param name="PadX">Batch pixels left of the photo.</param>
/// <param name="PadY">Batch pixels above the photo.</param>
/// <param name="Labels">The photo's labels, in its own pixels.</param>
public sealed record BatchSource(string Path, int OriginalWidth, int OriginalHeight, float ScaleX, float ScaleY, float PadX, float PadY,
    IReadOnlyList<LabelledBox> Labels)
{
    /// <summary>A box of the batch's picture, in the photo's own pixels, cut to the photo.</summary>
    public Box ToOriginal(Box box) =>
        new Box((box.Left - PadX) / ScaleX, (box.Top - PadY) / ScaleY, (box.Right - PadX) / ScaleX, (box.Bottom - PadY) / ScaleY)
            .ClipTo(OriginalWidth, OriginalHeight);
}
