namespace Espalier.Runtime;

/// <summary>What the numbers of a file's output are.</summary>
public enum OutputKind
{
    /// <summary>(batch, anchors × cells, 5 + classes): centre x, y, width, height,
    /// objectness, class probabilities; YOLOv5 and YOLOv7.</summary>
    AnchorRows,

    /// <summary>(batch, cells × anchors, 5 + classes) before the sigmoid; files of Espalier's that take bytes.</summary>
    RawRows,

    /// <summary>(batch, 4 + classes, cells): centre x, y, width, height, class probabilities; YOLOv8, 9, 11 and 12.</summary>
    CellColumns,

    /// <summary>(batch, detections, 6): left, top, right, bottom, confidence, class; YOLOv10, YOLO26,
    /// and YOLOv8's exports with suppression inside.</summary>
    EndToEnd,

    /// <summary>(detections, 7): picture of the batch, left, top, right, bottom, confidence, class;
    /// files of Espalier's with suppression inside.</summary>
    Detections,
}

/// <summary>A file's output, as far as its shape tells.</summary>
/// <param name="Kind">What its numbers are.</param>
/// <param name="Name">The output's name.</param>
/// <param name="Classes">How many classes it knows; null where only their names tell.</param>
/// <param name="Stride">The largest stride that its rows come from; null where they do not tell.</param>
public sealed record OutputLayout(OutputKind Kind, string Name, int? Classes = null, int? Stride = null);
