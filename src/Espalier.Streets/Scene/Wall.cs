using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>A surface: a colour for every point of its plane, in digit heights. A pure function,
/// so any part of it can be seen from anywhere.</summary>
internal sealed class Wall
{
    private readonly WallKind _kind;
    private readonly Tint _colour;
    private readonly Tint _second;
    private readonly double _unit;
    private readonly double _length;
    private readonly double _joint;
    private readonly double _unevenness;
    private readonly double _roughness;
    private readonly double _relief;
    private readonly bool _upright;
    private readonly double _moveX;
    private readonly double _moveY;
    private readonly ulong _seed;

    private Wall(WallKind kind, Dice dice)
    {
        _kind = kind;
        _colour = kind switch
        {
            WallKind.Brick => Palette.Brick(dice),
            WallKind.Planks or WallKind.Shutter or WallKind.Door => Palette.Wood(dice),
            _ => Palette.Wall(dice),
        };
        _second = kind == WallKind.Brick && dice.Chance(.75)
            ? Tint.FromHsv(dice.Between(20, 60), dice.Between(0, .2), dice.Between(.3, .85)) : _colour * dice.Between(.35, .85);
        _unit = kind switch
        {
            WallKind.Brick => dice.Between(.35, .95),
            WallKind.Stone => dice.Between(1.2, 3.5),
            WallKind.Tiles => dice.Between(.6, 2),
            WallKind.Shutter => dice.Between(.2, .6),
            WallKind.Planks => dice.Between(.6, 2),
            _ => dice.Between(1.5, 4),
        };
        _length = kind == WallKind.Tiles ? _unit * dice.Between(.9, 1.6) : _unit * dice.Between(2.2, 3.8);
        _joint = _unit * dice.Between(.04, .2);
        _unevenness = dice.Between(.02, .2);
        _roughness = dice.Between(1, 9);
        _relief = dice.Between(.1, .5);
        _upright = dice.Chance(.6);
        (_moveX, _moveY) = (dice.Between(0, 10), dice.Between(0, 10));
        _seed = dice.Bits() >> 16;
    }

    /// <summary>A wall of a random kind.</summary>
    public static Wall Draw(Dice dice) => new((WallKind)dice.Weighted([4, 2.6, 1, 1, .5, .7, .7, .3]), dice);

    /// <summary>Smooth walls only.</summary>
    public static Wall DrawPlain(Dice dice) => new(dice.Pick([WallKind.Plaster, WallKind.Metal]), dice);

    /// <summary>The colour at a point.</summary>
    public Tint At(double x, double y)
    {
        x += _moveX;
        y += _moveY;
        return _kind switch
        {
            WallKind.Brick => Masonry(x, y, 2),
            WallKind.Stone => Masonry(x, y, 3),
            WallKind.Tiles => Masonry(x, y, 1),
            WallKind.Planks => Planks(x, y),
            WallKind.Shutter => Shutter(x, y),
            WallKind.Door => Door(x, y),
            WallKind.Metal => _colour * (1 + _unevenness * (SmoothNoise.At(x * .5, y * .5, _seed) - .5) * 2),
            _ => Plaster(x, y, _colour, _unevenness),
        };
    }

    private Tint Plaster(double x, double y, Tint colour, double unevenness) =>
        colour * (1 + unevenness * (SmoothNoise.Layered(x * _roughness, y * _roughness, _seed, 3) - .5)
            + .7 * unevenness * (SmoothNoise.At(x * .7, y * .7, _seed + 50) - .5));

    private Tint Masonry(double x, double y, int octaves)
    {
        var row = Math.Floor(y / _unit);
        var shift = _kind == WallKind.Tiles ? 0 : row * .5;
        var column = Math.Floor(x / _length + shift);
        var (insideX, insideY) = ((x / _length + shift - column) * _length, y - row * _unit);
        if (insideX < _joint || insideY < _joint) return Plaster(x, y, _second, _unevenness * .5);
        var stone = _colour * (1 + (_kind == WallKind.Brick
            ? 2.2 : 1) * _unevenness * (SmoothNoise.Corner((long)column, (long)row, _seed) - .5));
        var edge = insideY < _joint * 1.6 ? 1 + _relief * .3 : insideY > _unit - _joint * .5 ? 1 - _relief * .4 : 1;
        return stone * (edge * (1 + _unevenness * (SmoothNoise.Layered(x * _roughness, y * _roughness, _seed, octaves) - .5)));
    }

    private Tint Planks(double x, double y)
    {
        var (along, across) = _upright ? (y, x) : (x, y);
        var plank = Math.Floor(across / _unit);
        var inside = across - plank * _unit;
        if (inside < _joint * .5) return _second * .6;
        var grain = SmoothNoise.Layered(along * .6, across * 6, _seed + (ulong)(long)(plank + 1000), 2) - .5;
        return _colour * (1 + _unevenness * (SmoothNoise.Corner((long)plank, 3, _seed) - .5) + _unevenness * 1.6 * grain);
    }

    private Tint Shutter(double x, double y)
    {
        var slat = y / _unit - Math.Floor(y / _unit);
        var shade = slat < .18 ? 1 - _relief * 1.2 : .85 + .3 * slat;
        return Plaster(x, y, _colour * shade, _unevenness * .4);
    }

    private Tint Door(double x, double y)
    {
        var (insideX, insideY) = (x / (_unit * .9) - Math.Floor(x / (_unit * .9)), y / (_unit * 1.5) - Math.Floor(y / (_unit * 1.5)));
        var border = Math.Min(Math.Min(insideX, 1 - insideX), Math.Min(insideY, 1 - insideY));
        var shade = border is > .12 and < .16 ? 1 + (insideX < .5 == insideY < .5 ? _relief : -_relief) * .7 : 1;
        return Plaster(x, y, _colour * shade, _unevenness * .5);
    }
}
