using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>
/// What a detector takes for digits on house fronts and should not: bars and pipes for a 1, rings and bolts for a 0 or an 8, scrolls for a
/// 6 or a 9. None of them is a digit, and none lies over the number.
/// </summary>
internal sealed class Decoys(ScenePicture scene, Viewpoint view, (double X, double Y) light, Dice dice)
{
    private const double Far = 9;

    /// <summary>Puts one to three groups of such things around a number.</summary>
    /// <param name="taken">The number and its plate, on the wall.</param>
    public void Paint((double Left, double Top, double Right, double Bottom) taken)
    {
        var count = dice.Weighted([.6, .3, .1]) + 1;
        for (var i = 0; i < count; i++) PaintGroup(taken);
    }

    private void PaintGroup((double Left, double Top, double Right, double Bottom) taken)
    {
        var side = dice.Sign();
        var height = dice.Between(.5, 1.6);
        var ink = dice.Chance(.5) ? Palette.Metal(dice) : Palette.Wall(dice) * dice.Between(.3, 1);
        var kind = dice.Weighted([1.4, 1, 1, .8, .8, .7, .6]);
        var width = kind switch
        {
            0 or 2 => dice.Between(.6, 2.4),
            1 => dice.Between(.06, .3),
            3 => height * dice.Between(.15, .6),
            _ => height * dice.Between(.3, .8),
        };
        var gap = dice.Between(.2, 1.4);
        var near = side > 0 ? taken.Right + gap : taken.Left - gap - width;
        var top = (taken.Top + taken.Bottom) / 2 + dice.Within(.7) - height / 2;
        switch (kind)
        {
            case 0: Bars(near, top, width, height, ink); break;
            case 1: Upright(near, -Far, width, 2 * Far, ink); break;
            case 2: Window(near, top, width, height * dice.Between(.8, 2.5), ink); break;
            case 3: Slot(near, top, width, height, ink); break;
            case 4: Rings(near, top, width, height, ink); break;
            case 5: Bolts(near, top, width, height, ink); break;
            default: Scroll(near, top, width, height, ink); break;
        }
    }

    // A railing, or the bars of a window: the same stroke again and again.
    private void Bars(double left, double top, double width, double height, Tint ink)
    {
        var count = dice.Index(5) + 2;
        var thick = Math.Min(dice.Between(.04, .16), width / count * .6);
        var (from, length) = dice.Chance(.4) ? (-Far, 2 * Far) : (top, height);
        for (var i = 0; i < count; i++) Upright(left + (width - thick) * i / (count - 1), from, thick, length, ink);
        if (dice.Chance(.6)) Fill(Rectangle(left - .1, top + height * .08, width + .2, thick), ink);
        if (dice.Chance(.4)) Fill(Rectangle(left - .1, top + height * .85, width + .2, thick), ink);
    }

    private void Upright(double left, double top, double width, double height, Tint ink) =>
        Fill(Rectangle(left, top, width, height), ink, dice.Between(0, .6));

    // Dark panes in a frame.
    private void Window(double left, double top, double width, double height, Tint frame)
    {
        var (panes, border) = (dice.Index(3) + 1, dice.Between(.05, .18));
        var glass = Tint.FromHsv(dice.Between(190, 240), dice.Between(0, .25), dice.Between(.05, .6));
        Fill(Rectangle(left, top, width, height), frame, .4);
        var pane = (width - border * (panes + 1)) / panes;
        if (pane < .05) return;
        for (var i = 0; i < panes; i++)
        {
            Fill(Rectangle(left + border + i * (pane + border), top + border, pane, height - 2 * border), glass * dice.Between(.7, 1.3));
        }

    }

    // A letterbox on end, a doorbell, the gap of a door ajar.
    private void Slot(double left, double top, double width, double height, Tint ink)
    {
        var rim = Math.Min(width * dice.Between(.1, .3), .12);
        if (dice.Chance(.6)) Fill(Rectangle(left - rim, top - rim, width + 2 * rim, height + 2 * rim), Palette.Metal(dice), .5);
        Fill(Rectangle(left, top, width, height), ink * dice.Between(.2, 1));
    }

    // Portholes, knockers, meters.
    private void Rings(double left, double top, double width, double height, Tint ink)
    {
        var (radiusX, radiusY) = (width / 2, height / 2);
        var hole = dice.Between(.3, .75);
        var middle = new Point2(left + radiusX, top + radiusY);
        var before = scene.MeanLuma(0, 0, scene.Width, scene.Height);
        Fill(ConvexPolygon.Ellipse(middle, radiusX, radiusY), ink, .4);
        Fill(ConvexPolygon.Ellipse(middle, radiusX * hole, radiusY * hole), Tint.Grey(before * dice.Between(.4, 1.2)));
        if (dice.Chance(.5)) Fill(Rectangle(middle.X - radiusX * 1.1, middle.Y - .04, radiusX * 2.2, .08), ink);
    }

    private void Bolts(double left, double top, double width, double height, Tint ink)
    {
        var count = dice.Index(3) + 2;
        var radius = width * dice.Between(.12, .4);
        var (moveX, moveY) = dice.Chance(.7) ? (0.0, height / (count - 1)) : ((width - 2 * radius) / (count - 1), 0.0);
        for (var i = 0; i < count; i++)
        {
            var middle = new Point2(left + radius + i * moveX, top + radius + i * moveY);
            Fill(ConvexPolygon.Ellipse(middle, radius, radius), ink, .6);
            var glint = middle - new Point2(light.X, light.Y) * (radius * .2);
            Fill(ConvexPolygon.Ellipse(glint, radius * .4, radius * .4), ink * 1.6);
        }
    }

    // Wrought iron: a spiral of more turns than any digit has, at the end of a stem.
    private void Scroll(double left, double top, double width, double height, Tint ink)
    {
        var (turns, radius, thick) = (dice.Between(1.6, 2.6), width / 2, width * dice.Between(.08, .2));
        var pen = new Pen(thick, thick, 0, Round: true);
        var (middle, sense) = (new Point2(left + radius, top + radius), dice.Sign());
        var spiral = Enumerable.Range(0, 41).Select(i =>
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * turns * i / 40);
            return middle + new Point2(sense * cosine, sine) * (radius * (1 - .85 * i / 40.0));
        });
        var stem = middle + new Point2(sense * radius, height + radius);
        Fill(new Outline(pen.Draw([new Stroke([stem, .. spiral])], -2 * Far, 2 * Far)), ink, .4);
    }

    private void Fill(Point2[] polygon, Tint tint, double shadow = 0) => Fill(new Outline([polygon]), tint, shadow);

    private void Fill(Outline onWall, Tint tint, double shadow = 0)
    {
        var coverage = Coverage.Of(onWall.Through(view.ToCanvas), scene.Width, scene.Height, shadow > 0 ? (int)(view.Unit * .1) : 0);
        var throwing = view.Unit * .07;
        if (shadow > 0) scene.Shade(coverage.Blurred(view.Unit * .03), (int)(light.X * throwing), (int)(light.Y * throwing), shadow);
        scene.Paint(coverage, tint);
    }

    private static Point2[] Rectangle(double left, double top, double width, double height) =>
        ConvexPolygon.Rectangle(left, top, left + width, top + height);
}
