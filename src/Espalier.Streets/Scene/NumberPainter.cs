using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>Paints characters: flat, raised, or cut in.</summary>
internal sealed class NumberPainter
{
    private readonly NumberFinish _finish;
    private readonly Tint _ink;
    private readonly Tint _side;
    private readonly double _depth;
    private readonly double _softness;
    private readonly double _shadow;
    private readonly double _wear;
    private readonly double _bevel;
    private readonly double _gradient;
    private readonly double _outlined;
    private readonly (double X, double Y) _light;
    private readonly ulong _seed;

    public NumberPainter(NumberFinish finish, Tint ink, (double X, double Y) light, Dice dice)
    {
        (_finish, _ink, _light) = (finish, ink, light);
        _side = ink * dice.Between(.35, .8);
        _depth = dice.Between(.02, .1);
        _softness = dice.Between(.01, .07);
        _shadow = dice.Between(.2, .75);
        _wear = dice.Chance(.15) ? dice.Between(.1, .45) : 0;
        _bevel = dice.Chance(.6) ? dice.Between(.2, 1.6) : 0;
        _gradient = dice.Within(.25);
        _outlined = dice.Chance(.06) ? dice.Between(.03, .07) : 0;
        _seed = dice.Bits() >> 16;
    }

    /// <summary>Paints one character.</summary>
    /// <param name="scene">The canvas.</param>
    /// <param name="body">What of it is painted.</param>
    /// <param name="unit">Canvas pixels a digit height.</param>
    public void Paint(ScenePicture scene, Coverage body, double unit)
    {
        switch (_finish)
        {
            case NumberFinish.Raised: PaintRaised(scene, body, unit); break;
            case NumberFinish.Cut: PaintCut(scene, body, unit); break;
            default: PaintFlat(scene, body, unit); break;
        }
    }

    private void PaintFlat(ScenePicture scene, Coverage body, double unit)
    {
        if (_outlined > 0)
        {
            var soft = body.Blurred(_outlined * unit);
            scene.Paint(soft.Combine((_, _, value) => Math.Min(value * 4, 1)), _side);
        }

        scene.Paint(Worn(body, unit), (_, _, _) => _ink, .97);
    }

    private void PaintRaised(ScenePicture scene, Coverage body, double unit)
    {
        var depth = _depth * unit;
        scene.Shade(body.Blurred(_softness * unit), (int)Math.Round(_light.X * depth * 1.8),
            (int)Math.Round(_light.Y * depth * 1.8), _shadow);
        var layers = (int)Math.Ceiling(depth * .6);
        for (var i = layers; i > 0; i -= Math.Max(1, layers / 4))
            scene.Paint(Moved(body, (int)Math.Round(_light.X * i), (int)Math.Round(_light.Y * i)), _side, .8);
        var height = body.Blurred(.035 * unit);
        scene.Paint(Worn(body, unit), (x, y, _) =>
        {
            var rise = (height.At(x + 1, y) - height.At(x - 1, y)) * _light.X + (height.At(x, y + 1) - height.At(x, y - 1)) * _light.Y;
            return _ink * (1 + _bevel * rise * unit * .06 + _gradient * (y - body.Top - body.Height / 2.0) / body.Height);
        });
    }

    private void PaintCut(ScenePicture scene, Coverage body, double unit)
    {
        var (moveX, moveY) = ((int)Math.Round(_light.X * _depth * unit), (int)Math.Round(_light.Y * _depth * unit));
        scene.Paint(Worn(body, unit), (x, y, before) =>
        {
            var lit = body.At(x - moveX, y - moveY);
            return Tint.Mix(before, _ink, .85) * (1 - _shadow * (1 - lit));
        });
    }

    private Coverage Worn(Coverage body, double unit) => _wear == 0 ? body : body.Combine((x, y, value) =>
        value <= 0 ? 0 : value * (float)Math.Clamp((SmoothNoise.Layered(x * 9 / unit, y * 9 / unit, _seed, 3) - _wear * .75) * 7, .12, 1));

    private static Coverage Moved(Coverage coverage, int x, int y)
    {
        var moved = new Coverage(coverage.Left + x, coverage.Top + y, coverage.Width, coverage.Height);
        coverage.Values.CopyTo(moved.Values, 0);
        return moved;
    }
}

/// <summary>How a number is made.</summary>
internal enum NumberFinish
{
    /// <summary>Painted or printed.</summary>
    Flat,

    /// <summary>Cast or sawn, standing before the wall, with a shadow.</summary>
    Raised,

    /// <summary>Engraved.</summary>
    Cut,
}
