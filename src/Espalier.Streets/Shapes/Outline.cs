using Espalier.Vision;

namespace Espalier.Streets.Shapes;

/// <summary>
/// A filled shape: closed polygons whose windings add up. Overlapping polygons of the same sense make their union, one of the other
/// sense within makes a hole.
/// </summary>
/// <param name="Polygons">Corner by corner, closed by themselves.</param>
internal sealed record Outline(IReadOnlyList<Point2[]> Polygons)
{
    /// <summary>The shape under a projective map that keeps all of it in front of the eye.</summary>
    public Outline Through(Homography map) => Map(point =>
    {
        var (x, y, _) = map.Transform(point.X, point.Y);
        return new Point2(x, y);
    });

    /// <summary>The shape with every corner moved.</summary>
    public Outline Map(Func<Point2, Point2> move) => new([.. Polygons.Select(polygon => Array.ConvertAll(polygon, point => move(point)))]);

    /// <summary>The smallest upright rectangle around it: left, top, right, bottom.</summary>
    public (double Left, double Top, double Right, double Bottom) Bounds()
    {
        double left = double.PositiveInfinity, top = left, right = double.NegativeInfinity, bottom = right;
        foreach (var point in Polygons.SelectMany(polygon => polygon))
        {
            left = Math.Min(left, point.X);
            right = Math.Max(right, point.X);
            top = Math.Min(top, point.Y);
            bottom = Math.Max(bottom, point.Y);
        }

        return (left, top, right, bottom);
    }

    /// <summary>Two shapes as one.</summary>
    public static Outline operator +(Outline a, Outline b) => new([.. a.Polygons, .. b.Polygons]);
}
