using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>A door plate: its shape, its edge, and how it shines.</summary>
internal sealed class PlatePainter
{
    private readonly PlateShape _shape;
    private readonly Tint _ground;
    private readonly Tint _line;
    private readonly double _lineWidth;
    private readonly double _lineInset;
    private readonly double _shadow;
    private readonly double _gloss;
    private readonly double _dirt;
    private readonly double _corner;
    private readonly bool _screws;
    private readonly bool _rim;
    private readonly (double X, double Y) _light;
    private readonly ulong _seed;

    public PlatePainter(Tint ground, Tint ink, (double X, double Y) light, Dice dice)
    {
        (_ground, _light) = (ground, light);
        _shape = (PlateShape)dice.Weighted([4, 3, .8, .3, 1.2]);
        _line = dice.Chance(.75) ? ink : ground * dice.Between(.4, .8);
        _lineWidth = dice.Chance(.45) ? dice.Between(.02, .06) : 0;
        _lineInset = dice.Between(.03, .12);
        _shadow = dice.Chance(.75) ? dice.Between(.2, .7) : 0;
        _gloss = dice.Within(.2);
        _dirt = dice.Chance(.4) ? dice.Between(.05, .3) : .03;
        _corner = dice.Between(.05, .3);
        _screws = dice.Chance(.35);
        _rim = dice.Chance(.35);
        _seed = dice.Bits() >> 16;
    }

    /// <summary>Paints a plate.</summary>
    /// <param name="scene">The canvas.</param>
    /// <param name="view">From the wall to the canvas.</param>
    /// <param name="area">The plate on the wall.</param>
    public void Paint(ScenePicture scene, Viewpoint view, (double Left, double Top, double Right, double Bottom) area)
    {
        var unit = view.Unit;
        var body = Fill(scene, view, area, 0, margin: (int)(unit * .15));
        if (_shadow > 0) scene.Shade(body.Blurred(.05 * unit), (int)(_light.X * .07 * unit), (int)(_light.Y * .07 * unit), _shadow);
        scene.Paint(body, (x, y, _) => Ground(scene, unit, x, y));
        if (_rim) scene.Paint(body.Without(Fill(scene, view, area, .035)), (_, _, before) => before * (_gloss > 0 ? 1.25 : .7));
        if (_lineWidth > 0)
        {
            var line = Fill(scene, view, area, _lineInset).Without(Fill(scene, view, area, _lineInset + _lineWidth));
            scene.Paint(line, _line, .9);
        }

        if (_screws) PaintScrews(scene, view, area);
    }

    private Tint Ground(ScenePicture scene, double unit, int x, int y)
    {
        var light = 1 + _gloss * ((double)x / scene.Width - .5) + _gloss * (.5 - (double)y / scene.Height);
        return _ground * (light + _dirt * (SmoothNoise.Layered(x * 3 / unit, y * 3 / unit, _seed, 3) - .5));
    }

    private void PaintScrews(ScenePicture scene, Viewpoint view, (double Left, double Top, double Right, double Bottom) area)
    {
        const double Radius = .035;
        var inset = Radius * 2.4;
        var middle = (area.Top + area.Bottom) / 2;
        Point2[] places = _seed % 2 == 0
            ? [new(area.Left + inset, middle), new(area.Right - inset, middle)]
            : [new(area.Left + inset, area.Top + inset), new(area.Right - inset, area.Top + inset),
                new(area.Left + inset, area.Bottom - inset), new(area.Right - inset, area.Bottom - inset)];
        foreach (var place in places)
        {
            var screw = new Outline([ConvexPolygon.Ellipse(place, Radius, Radius)]).Through(view.ToCanvas);
            scene.Paint(Coverage.Of(screw, scene.Width, scene.Height), _line * .8, .8);
        }
    }

    private Coverage Fill(ScenePicture scene, Viewpoint view, (double Left, double Top, double Right, double Bottom) area,
        double inset, int margin = 0)
    {
        // A line that keeps its distance from a bitten corner has almost the same bite.
        var corner = _corner - inset * (_shape == PlateShape.HollowCorners ? .41 : 1);
        var outline = PlateShapes.Outline(_shape, area.Left + inset, area.Top + inset, area.Right - inset, area.Bottom - inset,
            Math.Max(corner, .02));
        return Coverage.Of(outline.Through(view.ToCanvas), scene.Width, scene.Height, margin);
    }
}
