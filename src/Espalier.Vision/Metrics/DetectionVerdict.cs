namespace Espalier.Vision;

/// <summary>What became of one detection when it was held against its picture's labels.</summary>
/// <param name="Confidence">The detection's confidence.</param>
/// <param name="Class">The detection's class.</param>
/// <param name="IoU">Its overlap with the label of its class that it covers best; 0 without such a label.</param>
/// <param name="Yolov5Hits">Bit i is set where yolov5's rule counts it as a true positive at <see cref="IoUThresholds"/>[i].</param>
/// <param name="CocoHits">The same by COCO's rule.</param>
/// <param name="CountsForCoco">Whether it is among its picture's and class's 100 most confident, beyond which COCO does not look.</param>
public readonly record struct DetectionVerdict(float Confidence, int Class, float IoU, ushort Yolov5Hits,
    ushort CocoHits, bool CountsForCoco)
{
    /// <summary>Whether yolov5's rule counts it at <see cref="IoUThresholds"/>[<paramref name="threshold"/>].</summary>
    public bool IsYolov5Hit(int threshold) => (Yolov5Hits >> threshold & 1) != 0;

    /// <summary>Whether COCO's rule counts it at <see cref="IoUThresholds"/>[<paramref name="threshold"/>].</summary>
    public bool IsCocoHit(int threshold) => (CocoHits >> threshold & 1) != 0;
}
