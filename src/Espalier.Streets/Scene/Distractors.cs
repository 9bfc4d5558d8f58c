using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Scene;

/// <summary>The other things on a house front. None of them looks like a digit.</summary>
internal sealed class Distractors(ScenePicture scene, Viewpoint view, (double X, double Y) light, Dice dice)
{
    /// <summary>Puts one thing somewhere in the frame but not over the number.</summary>
    /// <param name="taken">The number and its plate, on the wall.</param>
    public void PaintOne((double Left, double Top, double Right, double Bottom) taken)
    {
        var beside = dice.Weighted([3, 1, 1]);
        var side = dice.Sign();
        var x = beside == 0 ? (side > 0 ? taken.Right + dice.Between(.5, 2) : taken.Left - dice.Between(.5, 2))
            : dice.Between(taken.Left, taken.Right);
        var y = beside switch { 0 => dice.Within(.8), 1 => taken.Bottom + dice.Between(.3, .7), _ => taken.Top - dice.Between(.3, .7) };
        var room = beside == 0 ? .45 : .25;
        switch (dice.Weighted([2, 1.2, 1, .8, 1.2, .8]))
        {
            case 0: Words(new Point2(x, y), room * dice.Between(.5, 1.2)); break;
            case 1: Letterbox(new Point2(x, y), room); break;
            case 2: Bell(new Point2(x, y), room); break;
            case 3: Lamp(new Point2(x, y), room); break;
            case 4: Leaves(new Point2(x, y), room * 1.4); break;
            default: Keyhole(new Point2(x, y), room); break;
        }
    }

    /// <summary>Words in a line around a point.</summary>
    public void Words(Point2 middle, double height, Tint? colour = null)
    {
        var face = FaceFamilies.Draw(dice);
        var word = NumberComposer.Compose(StreetWords.Draw(dice), face, dice, neat: true);
        var ink = colour ?? (dice.Chance(.6) ? Palette.DarkInk(dice) : Palette.White(dice));
        var move = Homography.Translation(middle.X, middle.Y) * Homography.Scaling(height, height);
        foreach (var letter in word.Moved(move).Characters) Fill(letter.OnWall, ink, .9);
    }

    /// <summary>Things that lie across everything but hide little: wires, branches, the edge of a shadowed railing.</summary>
    public void PaintAcross()
    {
        var ink = dice.Chance(.7) ? Tint.Grey(dice.Between(.03, .25)) : Palette.Wall(dice);
        var pen = new Pen(dice.Between(.02, .06), dice.Between(.02, .06), 0, Round: true);
        var count = dice.Index(3) + 1;
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (new Point2(-9, dice.Within(1.4)), new Point2(9, dice.Within(1.4)));
            var sag = dice.Between(-.3, .8);
            var points = Enumerable.Range(0, 25)
                .Select(k => Point2.Mix(from, to, k / 24.0) + new Point2(0, sag * Math.Sin(Math.PI * k / 24)));
            Fill(new Outline(pen.Draw([new Stroke([.. points])], -20, 20)), ink, .9);
        }
    }

    private void Letterbox(Point2 middle, double size)
    {
        var (width, height) = (size * dice.Between(1, 1.8), size * dice.Between(.3, .6));
        var metal = Palette.Metal(dice);
        Fill(Rectangle(middle, width, height), metal, 1, shadow: .5);
        Fill(Rectangle(middle, width * .85, height * .35), metal * .3, 1);
    }

    private void Bell(Point2 middle, double size)
    {
        Fill(Rectangle(middle, size * .5, size * .8), Palette.Metal(dice), 1, shadow: .4);
        Fill(new Outline([ConvexPolygon.Ellipse(middle, size * .15, size * .15)]), Palette.Wall(dice), 1);
    }

    private void Lamp(Point2 middle, double size)
    {
        var glow = Coverage.Of(new Outline([ConvexPolygon.Ellipse(middle, size * .8, size * .9)]).Through(view.ToCanvas),
            scene.Width, scene.Height, (int)(view.Unit * .4));
        scene.Paint(glow.Blurred(view.Unit * size * .35), new Tint(1, .95f, .8f), .8);
        Fill(Rectangle(middle + new Point2(0, -size), size * .5, size * .25), Tint.Grey(.1), 1);
    }

    private void Keyhole(Point2 middle, double size)
    {
        Fill(Rectangle(middle, size * .4, size), Palette.Metal(dice), 1, shadow: .4);
        Fill(Rectangle(middle + new Point2(size * .5, -size * .2), size * .8, size * .16), Palette.Metal(dice), 1, shadow: .5);
    }

    private void Leaves(Point2 middle, double size)
    {
        var green = Tint.FromHsv(dice.Between(70, 140), dice.Between(.3, .7), dice.Between(.15, .5));
        for (var i = 0; i < 26; i++)
        {
            var place = middle + new Point2(dice.Normal() * size * .5, dice.Normal() * size * .5);
            var (sine, cosine) = Math.SinCos(dice.Between(0, Math.PI));
            var leaf = new Outline([ConvexPolygon.Ellipse(new(0, 0), size * .2, size * .09)])
                .Map(p => place + new Point2(p.X * cosine - p.Y * sine, p.X * sine + p.Y * cosine));
            Fill(leaf, green * dice.Between(.5, 1.5), 1);
        }
    }

    private void Fill(Outline onWall, Tint tint, double opacity, double shadow = 0)
    {
        var coverage = Coverage.Of(onWall.Through(view.ToCanvas), scene.Width, scene.Height, shadow > 0 ? (int)(view.Unit * .1) : 0);
        if (shadow > 0)
            scene.Shade(coverage.Blurred(view.Unit * .04), (int)(light.X * view.Unit * .06), (int)(light.Y * view.Unit * .06), shadow);
        scene.Paint(coverage, tint, opacity);
    }

    private static Outline Rectangle(Point2 middle, double width, double height) =>
        new([ConvexPolygon.Rectangle(middle.X - width / 2, middle.Y - height / 2, middle.X + width / 2, middle.Y + height / 2)]);
}
