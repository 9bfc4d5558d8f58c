using Espalier.Vision;

namespace Espalier.Datasets.Augmentation;

/// <summary>Boxes through a geometric augmentation: where they go, and which are worth keeping.</summary>
internal static class BoxSurvival
{
    private const float SmallestSide = 2;
    private const float LeastAreaShare = .1f;
    private const float MostAspect = 100;

    /// <summary>
    /// Whether what is left of a box can still be learned from: both sides over 2 px, more than a tenth of its area,
    /// and sides that differ less than a hundredfold.
    /// </summary>
    /// <param name="before">The box before it was cut, at the scale of <paramref name="after"/>.</param>
    /// <param name="after">The box as it is now.</param>
    public static bool Survives(Box before, Box after)
    {
        var (width, height) = (after.Width, after.Height);
        return width > SmallestSide && height > SmallestSide
            && width * height > LeastAreaShare * before.Area
            && Math.Max(width / height, height / width) < MostAspect;
    }

    /// <summary>The upright box around the four mapped corners of a box, cut to the frame; null where it is not worth keeping.</summary>
    public static Box? Transform(Box onCanvas, RandomPerspective perspective, float frameSize)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        for (var corner = 0; corner < 4; corner++)
        {
            var (x, y, depth) = perspective.CanvasToFrame.Transform(
                corner % 2 == 0 ? onCanvas.Left : onCanvas.Right, corner < 2 ? onCanvas.Top : onCanvas.Bottom);
            if (depth <= 0) return null;
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        var scale = (float)perspective.Scale;
        var before = onCanvas.ScaleAndMove(scale, scale, 0, 0);
        var after = new Box((float)left, (float)top, (float)right, (float)bottom).ClipTo(frameSize, frameSize);
        return Survives(before, after) ? after : null;
    }
}
