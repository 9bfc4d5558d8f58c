using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>
/// Tells fonts with digits from fonts that have other signs in the digits' places: each outline is compared with the same signs of
/// many built-in faces.
/// </summary>
internal sealed class DigitLikeness
{
    private const int Side = 14;
    private const int FacesAFamily = 4;
    private const int LeastRecognized = 7;
    private readonly List<(int Digit, float[] Shape)> _known = [];

    public DigitLikeness()
    {
        var dice = new Dice(0, Dice.Purpose);
        for (var family = 0; family < FaceFamilies.Count; family++)
        {
            for (var i = 0; i < FacesAFamily; i++)
            {
                var face = FaceFamilies.Draw(family, dice);
                for (var digit = 0; digit < 10; digit++) _known.Add((digit, ShapeOf(face.Draw((char)('0' + digit)).Body)));
            }
        }
    }

    /// <summary>Whether most of ten outlines are recognized as the digits 0…9.</summary>
    public bool AreDigits(IReadOnlyList<Outline> outlines) =>
        Enumerable.Range(0, 10).Count(digit => Recognize(outlines[digit]) == digit) >= LeastRecognized;

    /// <summary>The digit that an outline is most like.</summary>
    public int Recognize(Outline outline)
    {
        var shape = ShapeOf(outline);
        return _known.MinBy(known => Distance(known.Shape, shape)).Digit;
    }

    // As high as the square; a 1 stays narrow.
    private static float[] ShapeOf(Outline outline)
    {
        var (left, top, right, bottom) = outline.Bounds();
        var high = Math.Max(bottom - top, 1e-6);
        var wide = Math.Max(right - left, high * .5);
        var middle = (left + right) / 2;
        var fitted = outline.Map(point => new Point2((point.X - middle) / wide * Side + Side / 2.0, (point.Y - top) / high * Side));
        var coverage = Coverage.Of(fitted, Side, Side);
        var shape = new float[Side * Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++) shape[y * Side + x] = coverage.At(x, y);
        }

        GaussianBlur.Apply(shape, Side, Side, 1, .8);
        return shape;
    }

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
