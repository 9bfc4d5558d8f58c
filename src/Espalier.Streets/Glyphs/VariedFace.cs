using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>A face made a little narrower or wider and slanted, so that a handful of fonts gives more than a handful of shapes.</summary>
internal sealed class VariedFace : IFace
{
    private readonly IFace _face;
    private readonly double _width;
    private readonly double _slant;

    public VariedFace(IFace face, Dice dice)
    {
        _face = face;
        _width = dice.Between(.75, 1.2);
        _slant = dice.Chance(.15) ? dice.Between(0, .25) : 0;
    }

    /// <inheritdoc/>
    public string Name => _face.Name;

    /// <inheritdoc/>
    public bool HasLetters => _face.HasLetters;

    /// <inheritdoc/>
    public double Spacing => _face.Spacing;

    /// <inheritdoc/>
    public Glyph Draw(char character)
    {
        var glyph = _face.Draw(character);
        return glyph with { Body = glyph.Body.Map(point => new Point2(point.X * _width + _slant * (.5 - point.Y), point.Y)) };
    }
}
