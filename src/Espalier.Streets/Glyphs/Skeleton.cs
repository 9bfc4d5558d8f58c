using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>
/// Collects the centre lines of a character in its own box: x from 0 to 1 is from the middle of the left stem to that of the right one,
/// y from 0 to 1 from the middle of the upper bar to that of the lower one. A bold face and a light one have the same skeleton.
/// </summary>
internal sealed class Skeleton
{
    private readonly FaceStyle _style;
    private readonly double _width;
    private readonly List<Stroke> _strokes = [];
    private readonly List<Point2[]> _solids = [];
    private List<Point2> _current = [];

    /// <param name="style">The face.</param>
    /// <param name="width">The character's width, strokes included.</param>
    public Skeleton(FaceStyle style, double width) => (_style, _width) = (style, width);

    public IReadOnlyList<Stroke> Strokes => _strokes;

    /// <summary>Serifs and balls.</summary>
    public List<Point2[]> Solids => _solids;

    /// <summary>Starts a stroke.</summary>
    public Skeleton From(double x, double y)
    {
        _current = [At(x, y)];
        _strokes.Add(new Stroke(_current));
        return this;
    }

    public Skeleton To(double x, double y)
    {
        _current.Add(At(x, y));
        return this;
    }

    /// <summary>A cubic Bézier curve.</summary>
    public Skeleton Curve(double x1, double y1, double x2, double y2, double x, double y)
    {
        const int Steps = 14;
        var (a, b, c, d) = (_current[^1], At(x1, y1), At(x2, y2), At(x, y));
        for (var i = 1; i <= Steps; i++)
        {
            var t = (double)i / Steps;
            var u = 1 - t;
            _current.Add(a * (u * u * u) + b * (3 * u * u * t) + c * (3 * u * t * t) + d * (t * t * t));
        }

        return this;
    }

    /// <summary>
    /// Part of a superellipse within a box, joined to the stroke by a line where one is begun. Angles in degrees, growing clockwise
    /// from the right: 90 is the bottom, 270 the top.
    /// </summary>
    public Skeleton Arc(double left, double top, double right, double bottom, double fromDegrees, double toDegrees, bool begin = false)
    {
        var steps = Math.Max(2, (int)Math.Ceiling(Math.Abs(toDegrees - fromDegrees) / 9));
        if (begin)
        {
            _current = [];
            _strokes.Add(new Stroke(_current));
        }

        for (var i = 0; i <= steps; i++) _current.Add(OnSuperellipse(left, top, right, bottom,
            fromDegrees + (toDegrees - fromDegrees) * i / steps));
        return this;
    }

    /// <summary>A whole superellipse.</summary>
    public Skeleton Loop(double left, double top, double right, double bottom)
    {
        var points = new List<Point2>();
        for (var degrees = 0; degrees < 360; degrees += 9) points.Add(OnSuperellipse(left, top, right, bottom, degrees));
        _strokes.Add(new Stroke(points, Closed: true));
        return this;
    }

    /// <summary>A serif across the foot or head of a stem, where the face has them.</summary>
    public Skeleton Foot(double x, bool head = false)
    {
        if (_style.Serif <= 0) return this;
        var middle = At(x, 0).X;
        var reach = _style.Thick / 2 + _style.Serif;
        var (top, bottom) = head ? (0.0, _style.SerifHeight) : (1 - _style.SerifHeight, 1.0);
        _solids.Add(ConvexPolygon.Rectangle(middle - reach, top, middle + reach, bottom));
        return this;
    }

    /// <summary>An upright serif at the end of a horizontal bar; it hangs below the bar or stands on it.</summary>
    public Skeleton BarEnd(double x, double y, double length)
    {
        if (_style.Serif <= 0) return this;
        var end = At(x, y);
        var half = Math.Max(_style.SerifHeight, _style.Thin * .7) / 2;
        _solids.Add(ConvexPolygon.Rectangle(end.X - half, Math.Min(end.Y, end.Y + length), end.X + half, Math.Max(end.Y, end.Y + length)));
        return this;
    }

    /// <summary>A ball at the last point of the current stroke, or its first, where the face has them.</summary>
    public Skeleton Ball(bool atStart = false)
    {
        if (_style.Ball <= 0) return this;
        var end = atStart ? _current[0] : _current[^1];
        var inwards = new Point2(_width / 2 - end.X, 0) * .18;
        _solids.Add(ConvexPolygon.Ellipse(end + inwards, _style.Ball, _style.Ball));
        return this;
    }

    private Point2 At(double x, double y) => new(
        _style.Thick / 2 + x * Math.Max(_width - _style.Thick, .01), _style.Thin / 2 + y * (1 - _style.Thin));

    private Point2 OnSuperellipse(double left, double top, double right, double bottom, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var power = 2 / _style.Squareness;
        var x = Math.Sign(cosine) * Math.Pow(Math.Abs(cosine), power);
        var y = Math.Sign(sine) * Math.Pow(Math.Abs(sine), power);
        return At((left + right) / 2 + (right - left) / 2 * x, (top + bottom) / 2 + (bottom - top) / 2 * y);
    }
}
