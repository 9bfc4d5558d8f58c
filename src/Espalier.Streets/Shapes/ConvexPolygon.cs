namespace Espalier.Streets.Shapes;

/// <summary>What is done with one convex polygon.</summary>
internal static class ConvexPolygon
{
    /// <summary>The polygon in the sense in which its area counts as positive, so that several overlapping ones make a union.</summary>
    public static Point2[] Positive(Point2[] polygon)
    {
        double area = 0;
        for (var i = 0; i < polygon.Length; i++) area += Point2.Cross(polygon[i], polygon[(i + 1) % polygon.Length]);
        if (area < 0) Array.Reverse(polygon);
        return polygon;
    }

    /// <summary>The part between two heights (Sutherland and Hodgman); empty where there is none.</summary>
    public static Point2[] Between(Point2[] polygon, double top, double bottom)
    {
        if (polygon.All(point => point.Y >= top && point.Y <= bottom)) return polygon;
        return [.. Cut(Cut(polygon, top, 1), bottom, -1)];
    }

    public static Point2[] Rectangle(double left, double top, double right, double bottom) =>
        Positive([new(left, top), new(right, top), new(right, bottom), new(left, bottom)]);

    /// <summary>An ellipse of 24 corners.</summary>
    public static Point2[] Ellipse(Point2 centre, double radiusX, double radiusY)
    {
        var points = new Point2[24];
        for (var i = 0; i < points.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * i / points.Length);
            points[i] = new Point2(centre.X + radiusX * cosine, centre.Y + radiusY * sine);
        }

        return Positive(points);
    }

    private static List<Point2> Cut(IReadOnlyList<Point2> polygon, double height, int sense)
    {
        var kept = new List<Point2>();
        for (var i = 0; i < polygon.Count; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            var (insideA, insideB) = ((a.Y - height) * sense >= 0, (b.Y - height) * sense >= 0);
            if (insideA) kept.Add(a);
            if (insideA != insideB) kept.Add(new Point2(a.X + (b.X - a.X) * (height - a.Y) / (b.Y - a.Y), height));
        }

        return kept;
    }
}
