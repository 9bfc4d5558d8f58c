using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Scene;

/// <summary>Puts a scene together, from the wall to the light.</summary>
internal sealed class StreetScene(Viewpoint view, Dice dice, bool easy, double decoyShare, IDigitCrops? crops)
{
    private const double LeastContrast = .24;
    private const double MostFaded = .4;
    private readonly ScenePicture _scene = new(view.CanvasWidth, view.CanvasHeight);
    private readonly (double X, double Y) _light = (dice.Sign() * dice.Between(.2, 1), dice.Between(.2, 1));

    /// <summary>Paints.</summary>
    /// <param name="main">The number that the frame was chosen for; its place stays free even where it is not shown.</param>
    /// <param name="shown">The numbers to paint, with the characters that the frame shows.</param>
    public ScenePicture Paint(SceneNumber main, IReadOnlyList<SceneNumber> shown)
    {
        var bounds = main.Bounds();
        var plate = dice.Chance(easy ? .7 : .64) ? PlateArea(bounds) : ((double, double, double, double)?)null;
        var taken = plate ?? bounds;
        new HouseFront(taken, dice, easy).Paint(_scene, view);
        var distractors = new Distractors(_scene, view, _light, dice);
        var things = easy ? 0 : dice.Weighted([.55, .3, .15]);
        for (var i = 0; i < things; i++) distractors.PaintOne(taken);
        if (!easy && dice.Chance(decoyShare)) new Decoys(_scene, view, _light, dice).Paint(taken);
        if (shown.Count == 0) PaintEmpty(distractors, plate);
        for (var i = 0; i < shown.Count; i++) PaintNumber(shown[i], i == 0 ? plate : dice.Chance(.5) ? PlateArea(shown[i].Bounds()) : null);
        if (!easy && dice.Chance(.05)) distractors.PaintAcross();
        SceneLight.Apply(_scene, view, dice, easy);
        return _scene;
    }

    private (double Left, double Top, double Right, double Bottom) PlateArea((double Left, double Top, double Right, double Bottom) number)
    {
        var (x, y) = (dice.Between(.12, .6), dice.Between(.1, .45));
        return (number.Left - x, number.Top - y, number.Right + x, number.Bottom + y * dice.Between(.8, 1.2));
    }

    // Plates with a word, or nothing at all, where a number might be.
    private void PaintEmpty(Distractors distractors, (double Left, double Top, double Right, double Bottom)? plate)
    {
        var (ground, ink) = Palette.Plate(dice);
        if (plate is { } area && dice.Chance(.6)) new PlatePainter(ground, ink, _light, dice).Paint(_scene, view, area);
        if (dice.Chance(.5)) distractors.Words(new Point2(0, 0), dice.Between(.3, .9), plate is null ? null : ink);
    }

    private void PaintNumber(SceneNumber number, (double Left, double Top, double Right, double Bottom)? plate)
    {
        var (ground, ink) = Palette.Plate(dice);
        var finish = NumberFinish.Flat;
        if (plate is { } area)
        {
            new PlatePainter(ground, ink, _light, dice).Paint(_scene, view, area);
            finish = (NumberFinish)dice.Weighted([.78, .15, .07]);
            if (!easy && dice.Chance(.06)) PaintTiles(number, ground);
            if (!easy && dice.Chance(.12))
                new Distractors(_scene, view, _light, dice)
                    .Words(new Point2((area.Left + area.Right) / 2, area.Bottom - .12), dice.Between(.1, .18), ink);
        }
        else
        {
            ink = Palette.Metal(dice);
            finish = (NumberFinish)dice.Weighted([.34, .6, .06]);
        }

        if (!easy) NumberOrnament.Draw(number.Bounds(), dice)?.Paint(_scene, view.ToCanvas, ink);

        if (number.IsPhoto)
        {
            new CropPainter(crops!, _scene, view, dice).Paint(number);
            return;
        }

        PaintCharacters(number, Legible(ink, number), finish);
    }

    private void PaintCharacters(SceneNumber number, Tint ink, NumberFinish finish)
    {
        var painter = new NumberPainter(finish, ink, _light, dice);
        var ground = Tint.Mix(ink, MeanLuma(number) > .5 ? Tint.Grey(.9) : Tint.Grey(.1), .8);
        var stencil = number.Characters[0].Glyph.Stencil;
        foreach (var character in number.Characters)
        {
            var map = view.ToCanvas * character.Place;
            var body = Coverage.Of(character.Glyph.Body.Through(map), _scene.Width, _scene.Height, (int)(view.Unit * .12) + 1);
            var inner = character.Glyph.Inner is { } hollow ? Coverage.Of(hollow.Through(map), _scene.Width, _scene.Height) : null;
            if (stencil) body = body.Without(Bridges(character, map));
            painter.Paint(_scene, inner is null ? body : body.Without(inner), view.Unit);
            if (inner is not null && dice.Chance(.3)) _scene.Paint(inner, ground, .8);
        }
    }

    private Coverage Bridges(PlacedCharacter character, Homography map)
    {
        var (left, _, right, _) = character.Glyph.Body.Bounds();
        var middle = (left + right) / 2;
        return Coverage.Of(new Outline([ConvexPolygon.Rectangle(middle - .035, -.1, middle + .035, 1.1)]).Through(map),
            _scene.Width, _scene.Height);
    }

    // Each digit on a tile of its own.
    private void PaintTiles(SceneNumber number, Tint ground)
    {
        var tint = ground * dice.Between(.8, 1.1);
        foreach (var character in number.Characters)
        {
            var (left, top, right, bottom) = character.OnWall.Bounds();
            var tile = new Outline([ConvexPolygon.Rectangle(left - .06, top - .1, right + .06, bottom + .1)]).Through(view.ToCanvas);
            var coverage = Coverage.Of(tile, _scene.Width, _scene.Height, 2);
            _scene.Shade(coverage.Blurred(view.Unit * .02), 1, 1, .5);
            _scene.Paint(coverage, tint);
        }
    }

    private double MeanLuma(SceneNumber number)
    {
        var (left, top, right, bottom) = new Outline([.. number.Characters.SelectMany(character => character.OnWall.Polygons)])
            .Through(view.ToCanvas).Bounds();
        return _scene.MeanLuma((int)left, (int)top, (int)right, (int)bottom);
    }

    // Nobody hangs up a number that nobody can read, though some are faint.
    private Tint Legible(Tint ink, SceneNumber number)
    {
        var ground = MeanLuma(number);
        if (!easy) ink = Tint.Mix(ink, Tint.Grey(ground), dice.Between(0, MostFaded));
        var least = easy ? .4 : LeastContrast + (dice.Chance(.6) ? .15 : 0);
        if (Math.Abs(ink.Luma - ground) >= least) return ink;
        return ground > .5 || (ground > least + .05 && dice.Chance(.3)) ? ink * (Math.Max(ground - least, .02) / Math.Max(ink.Luma, .02))
            : Tint.Mix(ink, Tint.Grey(1), Math.Clamp((ground + least - ink.Luma) / Math.Max(1 - ink.Luma, .05), 0, 1));
    }
}
