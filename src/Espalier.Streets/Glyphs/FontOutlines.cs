using Espalier.Streets.Shapes;
using SkiaSharp;

namespace Espalier.Streets.Glyphs;

/// <summary>Takes the outlines of the ten digits out of a font.</summary>
internal static class FontOutlines
{
    private const int CurveSteps = 8;

    /// <summary>Ten outlines, the figures' height at y = 0 and the base line at y = 1; null where a digit is missing or empty.</summary>
    public static Outline[]? Digits(SKTypeface typeface)
    {
        using var font = new SKFont(typeface, 1000);
        var outlines = new Outline[10];
        for (var digit = 0; digit < 10; digit++)
        {
            var glyph = typeface.GetGlyph('0' + digit);
            if (glyph == 0) return null;
            using var path = font.GetGlyphPath(glyph);
            if (path is null || path.IsEmpty) return null;
            outlines[digit] = Flatten(path);
        }

        // The base line is 0 and y grows downwards. Figures of different heights are measured by the tallest.
        var height = -outlines.Min(outline => outline.Bounds().Top);
        if (!(height > 50)) return null;
        return [.. outlines.Select(outline => outline.Map(point => new Point2(point.X / height, point.Y / height + 1)))];
    }

    private static Outline Flatten(SKPath path)
    {
        var polygons = new List<Point2[]>();
        var current = new List<Point2>();
        using var iterator = path.CreateRawIterator();
        var points = new SKPoint[4];
        SKPathVerb verb;
        while ((verb = iterator.Next(points)) != SKPathVerb.Done)
        {
            switch (verb)
            {
                case SKPathVerb.Move: Close(); current.Add(From(points[0])); break;
                case SKPathVerb.Line: current.Add(From(points[1])); break;
                case SKPathVerb.Quad or SKPathVerb.Conic:
                    Curve(points[0], Between(points[0], points[1]),
                    Between(points[2], points[1]), points[2]); break;
                case SKPathVerb.Cubic: Curve(points[0], points[1], points[2], points[3]); break;
                default: Close(); break;
            }
        }

        Close();
        return new Outline(polygons);

        void Close()
        {
            if (current.Count > 2) polygons.Add([.. current]);
            current.Clear();
        }

        void Curve(SKPoint a, SKPoint b, SKPoint c, SKPoint d)
        {
            for (var i = 1; i <= CurveSteps; i++)
            {
                var t = (double)i / CurveSteps;
                var u = 1 - t;
                current.Add(From(a) * (u * u * u) + From(b) * (3 * u * u * t) + From(c) * (3 * u * t * t) + From(d) * (t * t * t));
            }
        }
    }

    // A quadratic curve as a cubic one.
    private static SKPoint Between(SKPoint end, SKPoint control) =>
        new(end.X + (control.X - end.X) * 2 / 3, end.Y + (control.Y - end.Y) * 2 / 3);

    private static Point2 From(SKPoint point) => new(point.X, point.Y);
}
