using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Scene;

/// <summary>What sign makers add to one number in eight: a ring around it, or a stroke below.</summary>
/// <param name="Outer">On the wall, in digit heights.</param>
/// <param name="Hole">A ring's inside; null for a stroke.</param>
internal sealed record NumberOrnament(Outline Outer, Outline? Hole)
{
    /// <summary>The ornament of a number, or null where it has none.</summary>
    public static NumberOrnament? Draw((double Left, double Top, double Right, double Bottom) number, Dice dice)
    {
        var kind = dice.Weighted([.88, .06, .06]);
        if (kind == 0) return null;
        var (middle, pen) = (new Point2((number.Left + number.Right) / 2, (number.Top + number.Bottom) / 2), dice.Between(.03, .09));
        var wide = (number.Right - number.Left) * .65 + dice.Between(.1, .4);
        var high = (number.Bottom - number.Top) * .65 + dice.Between(.1, .4);
        var below = number.Bottom + dice.Between(.1, .25);
        return kind == 1
            ? new(new([ConvexPolygon.Ellipse(middle, wide, high)]), new([ConvexPolygon.Ellipse(middle, wide - pen, high - pen)]))
            : new(new([ConvexPolygon.Rectangle(number.Left, below, number.Right, below + pen)]), null);
    }

    /// <summary>Paints it.</summary>
    public void Paint(ScenePicture scene, Homography toCanvas, Tint ink)
    {
        var coverage = Coverage.Of(Outer.Through(toCanvas), scene.Width, scene.Height);
        scene.Paint(Hole is null ? coverage : coverage.Without(Coverage.Of(Hole.Through(toCanvas), scene.Width, scene.Height)), ink, .9);
    }
}
