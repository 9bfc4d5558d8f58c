using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>How a <see cref="Detector"/> looks at pictures. What contradicts the file is refused when it is opened.</summary>
public sealed record DetectorOptions : RuntimeOptions
{
    /// <summary>The picture's longer side in pixels, a multiple of the network's stride.</summary>
    /// <value>Null: as fixed in the file, or as trained.</value>
    public int? ImageSize { get; init; }

    /// <summary>Whether pictures are padded to the smallest rectangle of whole strides instead of a square: less to compute.</summary>
    /// <value>Null: wherever the file's size is free.</value>
    public bool? Rectangular { get; init; }

    /// <summary>How a picture larger than <see cref="ImageSize"/> is made smaller. Smaller ones are always enlarged bilinearly.</summary>
    /// <value>Default <see cref="ResizeFilter.Area"/>, as in validation;
    /// <see cref="ResizeFilter.Bilinear"/> is what YOLOv5's own prediction does.</value>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Area;

    /// <summary>Which detections are kept.</summary>
    /// <value>Null: <see cref="NmsOptions.ForPrediction"/>, or what the file does itself.</value>
    /// <remarks>Where suppression is inside the file, only its confidence may be raised, its maximum lowered, and classes chosen.</remarks>
    public NmsOptions? Suppression { get; init; }

    /// <summary>The most pictures that a call of the network takes where the file leaves their number free, 1…4096.</summary>
    /// <value>
    /// Null: as many as <see cref="MemoryAtOnce"/> leaves room for at the picture's size; 1 of 640 × 640 pixels, 27 of 160 × 160. A GPU
    /// wants more.
    /// </value>
    public int? MostAtOnce { get; init; }

    /// <summary>
    /// What the pictures of one call of the network may take by default, in bytes, where a picture's layers take about sixteen times its
    /// floats (measured with yolov5n).
    /// </summary>
    public const long MemoryAtOnce = 128 << 20;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (ImageSize is { } size) OptionException.ThrowIfOutside(size, 1, 8192, "The image size");
        if (MostAtOnce is { } most) OptionException.ThrowIfOutside(most, 1, 4096, "The most pictures a call");
        Suppression?.Validate();
    }
}
