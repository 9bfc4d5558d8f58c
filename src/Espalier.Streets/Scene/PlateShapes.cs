using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>The outlines of door plates.</summary>
internal static class PlateShapes
{
    private const int CornerSteps = 6;

    /// <summary>A plate's outline.</summary>
    public static Outline Outline(PlateShape shape, double left, double top, double right, double bottom, double corner)
    {
        if (right <= left || bottom <= top) return new Outline([]);
        corner = Math.Min(corner, Math.Min(right - left, bottom - top) / 2.2);
        return shape switch
        {
            PlateShape.Rectangle => new Outline([ConvexPolygon.Rectangle(left, top, right, bottom)]),
            PlateShape.Oval => new Outline(
                [ConvexPolygon.Ellipse(new((left + right) / 2, (top + bottom) / 2), (right - left) / 1.7, (bottom - top) / 1.55)]),
            PlateShape.Arched => new Outline([Arched(left, top, right, bottom)]),
            _ => new Outline([Cornered(left, top, right, bottom, corner, hollow: shape == PlateShape.HollowCorners)]),
        };
    }

    private static Point2[] Arched(double left, double top, double right, double bottom)
    {
        var points = new List<Point2> { new(right, bottom), new(left, bottom) };
        var rise = Math.Min((right - left) * .25, .4);
        for (var i = 0; i <= 12; i++)
        {
            var (sine, cosine) = Math.SinCos(Math.PI * i / 12);
            points.Add(new((left + right) / 2 - (right - left) / 2 * cosine, top - rise * sine));
        }

        return ConvexPolygon.Positive([.. points]);
    }

    // Round corners bulge from a centre within, hollow ones are bitten out around the corner itself.
    private static Point2[] Cornered(double left, double top, double right, double bottom, double radius, bool hollow)
    {
        var points = new List<Point2>();
        (double X, double Y, int Quarter)[] corners = [(left, top, 2), (right, top, 3), (right, bottom, 0), (left, bottom, 1)];
        foreach (var (x, y, quarter) in corners)
        {
            var (inX, inY) = (x == left ? x + radius : x - radius, y == top ? y + radius : y - radius);
            for (var i = 0; i <= CornerSteps; i++)
            {
                var share = (double)i / CornerSteps;
                var angle = hollow ? (quarter + 1 - share + 2) * Math.PI / 2 : (quarter + share) * Math.PI / 2;
                var (sine, cosine) = Math.SinCos(angle);
                points.Add(hollow ? new(x + radius * cosine, y + radius * sine) : new(inX + radius * cosine, inY + radius * sine));
            }
        }

        return ConvexPolygon.Positive([.. points]);
    }
}

/// <summary>The shape of a door plate.</summary>
internal enum PlateShape
{
    Rectangle,
    Rounded,
    Oval,
    Arched,

    /// <summary>Corners bitten out, as on French enamel.</summary>
    HollowCorners,
}
