using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>A face drawn by this library: skeletons, a pen, and what the style does to them.</summary>
internal sealed class BuiltInFace(FaceStyle style) : IFace
{
    public FaceStyle Style => style;

    /// <inheritdoc/>
    public string Name => style.Family;

    /// <inheritdoc/>
    public bool HasLetters => true;

    /// <inheritdoc/>
    public double Spacing => .1 + style.Serif * .8;

    /// <inheritdoc/>
    public Glyph Draw(char character)
    {
        var digit = char.IsAsciiDigit(character) ? character - '0' : -1;
        var skeleton = digit >= 0 ? DigitSkeletons.Of(style, digit) : LetterSkeletons.Of(style, character);
        var pen = new Pen(style.Thick, style.Thin, style.PenAngle, style.RoundPen);
        var body = Finish(new Outline([.. pen.Draw(skeleton.Strokes, 0, 1), .. skeleton.Solids]), character, digit);
        var inner = style.Finish switch
        {
            FaceFinish.Outline => Inner(skeleton, .5, character, digit),
            FaceFinish.Inline => Inner(skeleton, .22, character, digit),
            _ => null,
        };
        return new Glyph(body, inner, style.Finish == FaceFinish.Stencil);
    }

    private Outline Inner(Skeleton skeleton, double share, char character, int digit)
    {
        var pen = new Pen(style.Thick * share, Math.Max(style.Thin * share, .02), style.PenAngle, style.RoundPen);
        var margin = style.Thin * (1 - share) / 2;
        return Finish(new Outline(pen.Draw(skeleton.Strokes, margin, 1 - margin)), character, digit);
    }

    private Outline Finish(Outline outline, char character, int digit)
    {
        if (digit == 9)
        {
            var width = style.Width;
            outline = outline.Map(point => new Point2(width - point.X, 1 - point.Y));
        }

        // Turning a 6 round by a half keeps the sense of its polygons; slanting and wobbling do too.
        var (scale, drop) = !style.OldStyleFigures ? (1, 0) : digit switch
        {
            0 or 1 or 2 => (.74, .26),
            3 or 4 or 5 or 7 or 9 => (1, .24),
            _ => (1.0, 0.0),
        };
        return outline.Map(point => Move(point, character, scale, drop));
    }

    private Point2 Move(Point2 point, char character, double scale, double drop)
    {
        var (x, y) = (point.X, point.Y);
        if (style.Wobble > 0)
        {
            x += style.Wobble * (SmoothNoise.At(point.X * 3, point.Y * 3, style.Hand + character) - .5);
            y += style.Wobble * (SmoothNoise.At(point.X * 3, point.Y * 3, style.Hand + character + 7919) - .5);
        }

        y = y * scale + drop;
        return new Point2(x * Math.Sqrt(scale) + style.Slant * (.5 - y), y);
    }
}
