namespace Espalier.Vision;

/// <summary>
/// How well two boxes agree. Areas and unions get 1e-7 added, as the reference does, so that boxes without area give 0
/// instead of NaN.
/// </summary>
internal static class BoxOverlap
{
    private const double Epsilon = 1e-7;

    /// <summary>Intersection over union (Jaccard index), 0…1.</summary>
    public static float IoU(Box first, Box second)
    {
        // In float throughout: the hot loops of suppression and matching live here.
        var intersection = Intersection(first, second);
        return intersection / (first.Area + second.Area - intersection + (float)Epsilon);
    }

    /// <summary>Intersection over union, 0…1, as COCO's evaluation has it: in double and with nothing added; 0 for boxes apart.</summary>
    internal static double CocoIoU(Box first, Box second)
    {
        var width = (double)MathF.Min(first.Right, second.Right) - MathF.Max(first.Left, second.Left);
        var height = (double)MathF.Min(first.Bottom, second.Bottom) - MathF.Max(first.Top, second.Top);
        if (width <= 0 || height <= 0) return 0;
        var intersection = width * height;
        return intersection / (Area(first) + Area(second) - intersection);

        static double Area(Box box) => ((double)box.Right - box.Left) * ((double)box.Bottom - box.Top);
    }

    /// <summary>Generalized IoU (Rezatofighi et al. 2019): IoU minus the share of the enclosing box that neither covers; −1…1.</summary>
    public static float GIoU(Box first, Box second)
    {
        var (iou, union) = Overlap(first, second);
        var enclosing = (double)EnclosingWidth(first, second) * EnclosingHeight(first, second) + Epsilon;
        return (float)(iou - (enclosing - union) / enclosing);
    }

    /// <summary>Distance IoU (Zheng et al. 2020): IoU minus the squared distance of the centres over the squared diagonal
    /// of the enclosing box; −1…1.</summary>
    public static float DIoU(Box first, Box second) => (float)(Overlap(first, second).IoU - CenterDistance(first, second));

    /// <summary>
    /// Complete IoU (Zheng et al. 2020): DIoU minus αv, where v = (4/π²)(atan(w₂/h₂) − atan(w₁/h₁))² and
    /// α = v/(1 − IoU + v + 1e-7).
    /// </summary>
    public static float CIoU(Box first, Box second)
    {
        var (iou, _) = Overlap(first, second);
        var angle = Math.Atan(second.Width / (second.Height + Epsilon)) - Math.Atan(first.Width / (first.Height + Epsilon));
        var v = 4 / (Math.PI * Math.PI) * angle * angle;
        var alpha = v / (1 - iou + v + Epsilon);
        return (float)(iou - CenterDistance(first, second) - alpha * v);
    }

    private static float Intersection(Box first, Box second)
    {
        var width = MathF.Min(first.Right, second.Right) - MathF.Max(first.Left, second.Left);
        var height = MathF.Min(first.Bottom, second.Bottom) - MathF.Max(first.Top, second.Top);
        return MathF.Max(width, 0) * MathF.Max(height, 0);
    }

    private static (double IoU, double Union) Overlap(Box first, Box second)
    {
        double intersection = Intersection(first, second);
        var union = (double)first.Area + second.Area - intersection + Epsilon;
        return (intersection / union, union);
    }

    private static double CenterDistance(Box first, Box second)
    {
        double width = EnclosingWidth(first, second);
        double height = EnclosingHeight(first, second);
        double x = second.CenterX - first.CenterX;
        double y = second.CenterY - first.CenterY;
        return (x * x + y * y) / (width * width + height * height + Epsilon);
    }

    private static float EnclosingWidth(Box first, Box second) => MathF.Max(first.Right, second.Right) - MathF.Min(first.Left, second.Left);

    private static float EnclosingHeight(Box first, Box second) =>
        MathF.Max(first.Bottom, second.Bottom) - MathF.Min(first.Top, second.Top);
}
