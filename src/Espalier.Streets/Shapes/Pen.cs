namespace Espalier.Streets.Shapes;

/// <summary>
/// A pen with an elliptic nib: vertical strokes come out <paramref name="Thick"/> wide and horizontal ones <paramref name="Thin"/>
/// high. All that it draws is convex polygons of one sense, whose union is the stroke.
/// </summary>
/// <param name="Thick">Width of a vertical stroke.</param>
/// <param name="Thin">Height of a horizontal stroke.</param>
/// <param name="Angle">How far the nib is turned, in radians.</param>
/// <param name="Round">Whether ends and corners are round; they are cut and mitred otherwise.</param>
internal readonly record struct Pen(double Thick, double Thin, double Angle, bool Round)
{
    private const double LongestMitre = 2.6;
    private const double FanStep = Math.PI / 8;

    /// <summary>Draws strokes. What lies above <paramref name="top"/> or below <paramref name="bottom"/> is cut off straight.</summary>
    public List<Point2[]> Draw(IEnumerable<Stroke> strokes, double top, double bottom)
    {
        var polygons = new List<Point2[]>();
        foreach (var stroke in strokes) DrawStroke(stroke, polygons);
        return [.. polygons.Select(ToPlane).Select(polygon => ConvexPolygon.Between(polygon, top, bottom))
            .Where(polygon => polygon.Length > 2)];
    }

    // In the nib's own space it is a circle of radius one.
    private void DrawStroke(Stroke stroke, List<Point2[]> polygons)
    {
        var points = Distinct(stroke.Points.Select(ToNib), stroke.Closed);
        if (points.Count < 2) return;
        var segments = stroke.Closed ? points.Count : points.Count - 1;
        for (var i = 0; i < segments; i++)
        {
            var (a, b) = (points[i], points[(i + 1) % points.Count]);
            var normal = UnitNormal(a, b);
            polygons.Add([a + normal, b + normal, b - normal, a - normal]);
            if (i + 1 < segments || stroke.Closed) AddJoin(b, normal, UnitNormal(b, points[(i + 2) % points.Count]), polygons);
        }

        if (stroke.Closed || !Round) return;
        AddFan(points[0], UnitNormal(points[0], points[1]), Math.PI, polygons);
        AddFan(points[^1], UnitNormal(points[^2], points[^1]), -Math.PI, polygons);
    }

    private void AddJoin(Point2 corner, Point2 before, Point2 after, List<Point2[]> polygons)
    {
        var turn = Point2.Cross(before, after);
        var side = turn > 0 ? -1 : 1;
        var (a, b) = (before * side, after * side);
        var cosine = a.X * b.X + a.Y * b.Y;
        var sum = a + b;
        var mitre = sum.Length > 1e-6 ? 2 / sum.Length : double.PositiveInfinity;
        if (cosine > .8 || (!Round && mitre < LongestMitre))
            polygons.Add([corner, corner + a, corner + sum * (mitre / Math.Max(sum.Length, 1e-6)), corner + b]);
        else if (Round) AddFan(corner, a, Math.Atan2(Point2.Cross(a, b), cosine), polygons);
        else polygons.Add([corner, corner + a, corner + b]);
    }

    private static void AddFan(Point2 centre, Point2 from, double angle, List<Point2[]> polygons)
    {
        var steps = Math.Max(1, (int)Math.Ceiling(Math.Abs(angle) / FanStep));
        var fan = new Point2[steps + 2];
        fan[0] = centre;
        for (var i = 0; i <= steps; i++)
        {
            var (sine, cosine) = Math.SinCos(angle * i / steps);
            fan[i + 1] = centre + new Point2(from.X * cosine - from.Y * sine, from.X * sine + from.Y * cosine);
        }

        polygons.Add(fan);
    }

    private static List<Point2> Distinct(IEnumerable<Point2> points, bool closed)
    {
        var kept = new List<Point2>();
        foreach (var point in points)
        {
            if (kept.Count == 0 || (point - kept[^1]).Length > 1e-4) kept.Add(point);
        }

        if (closed && kept.Count > 1 && (kept[^1] - kept[0]).Length <= 1e-4) kept.RemoveAt(kept.Count - 1);
        return kept;
    }

    private static Point2 UnitNormal(Point2 a, Point2 b) => (b - a).Normal() * (1 / (b - a).Length);

    private Point2 ToNib(Point2 point)
    {
        var (sine, cosine) = Math.SinCos(Angle);
        return new Point2((point.X * cosine + point.Y * sine) * 2 / Thick, (-point.X * sine + point.Y * cosine) * 2 / Thin);
    }

    private Point2[] ToPlane(Point2[] polygon)
    {
        var (sine, cosine) = Math.SinCos(Angle);
        var (thick, thin) = (Thick / 2, Thin / 2);
        return ConvexPolygon.Positive(Array.ConvertAll(polygon, point => new Point2(
            point.X * thick * cosine - point.Y * thin * sine, point.X * thick * sine + point.Y * thin * cosine)));
    }
}
