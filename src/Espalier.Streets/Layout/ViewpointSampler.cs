using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>Draws viewpoints so that sizes, margins, slopes and widths come out as SVHN has them.</summary>
internal static class ViewpointSampler
{
    private const int SmallestSide = 12;
    private const int LargestSide = 900;
    private const double WantedCanvasDigit = 60;
    private static readonly double[] EasyHeights = [28, 64];

    /// <summary>A view of a number at the origin of the wall.</summary>
    /// <param name="number">What the frame is chosen for.</param>
    /// <param name="dice">Draws it.</param>
    /// <param name="difficulty">How hard it may be to read.</param>
    /// <param name="margin">How far a digit's box reaches beyond its outline, in digit heights: what the tables measure is boxes.</param>
    public static Viewpoint Draw(SceneNumber number, Dice dice, StreetDifficulty difficulty, double margin)
    {
        var easy = difficulty == StreetDifficulty.Easy;
        var framed = easy || number.IsPhoto ? 1 : 1 + 2 * margin;
        var view = DrawView(number, dice, easy, framed);
        var boxes = number.Characters.Select(character => character.OnWall.Through(view).Bounds()).ToList();
        var outline = boxes.Average(box => box.Bottom - box.Top);
        var digit = outline * framed;
        var frame = (digit - outline) / 2;
        var margins = DrawMargins(dice, easy);
        var left = boxes.Min(box => box.Left) - frame - margins.Left * digit;
        var top = boxes.Min(box => box.Top) - frame - margins.Top * digit;
        var right = boxes.Max(box => box.Right) + frame + margins.Right * digit;
        var bottom = boxes.Max(box => box.Bottom) + frame + margins.Bottom * digit;

        var height = easy ? dice.Between(EasyHeights[0], EasyHeights[1]) : SvhnTables.Quantile(SvhnTables.Heights, dice.Unit());
        var scale = Math.Min(height / digit, LargestSide / Math.Max(right - left, bottom - top));
        var (width, rows) = (Side((right - left) * scale), Side((bottom - top) * scale));
        var supersampling = Math.Clamp((int)Math.Ceiling(WantedCanvasDigit / (digit * scale)), 1, 4);
        var toCanvas = Homography.Scaling(scale * supersampling, scale * supersampling) * Homography.Translation(-left, -top) * view;
        var toWall = toCanvas.Inverse();
        return new Viewpoint(toCanvas, toWall, width, rows, supersampling, outline * scale);
    }

    /// <summary>The lowest and the highest digit, in pixels.</summary>
    public static double[] DigitHeights(StreetDifficulty difficulty) =>
        difficulty == StreetDifficulty.Easy ? EasyHeights : [SvhnTables.Heights[0], SvhnTables.Heights[^1]];

    private static int Side(double length) => Math.Clamp((int)Math.Round(length), SmallestSide, LargestSide);

    private static Homography DrawView(SceneNumber number, Dice dice, bool easy, double framed)
    {
        var slope = SvhnTables.Quantile(SvhnTables.Slopes, dice.Unit()) * (easy ? .4 : .85);
        var squeeze = Squeeze(number, dice, framed);
        var roll = dice.Normal() * (easy ? .01 : .035);
        var lean = dice.Normal() * (easy ? .02 : .07);
        var (sine, cosine) = Math.SinCos(roll);
        var view = Homography.Affine(cosine, -sine, 0, sine, cosine, 0) * Homography.Affine(squeeze, lean, 0,
            Math.Tan(slope * Math.PI / 180) * squeeze, 1, 0);
        if (easy || dice.Chance(.4)) return view;

        // The wall recedes: at most by a half over the ten digit heights that a frame may take in.
        var perspective = new Homography(1, 0, 0, 0, 1, 0, dice.Within(.045), dice.Within(.03), 1);
        return perspective * view;
    }

    // A wall seen from the side is narrower; the tables say how far digits are apart in the end.
    private static double Squeeze(SceneNumber number, Dice dice, double framed)
    {
        var wanted = SvhnTables.Quantile(SvhnTables.Pitch, dice.Unit()) * framed;
        var digits = number.Characters.Where(character => char.IsAsciiDigit(character.Character))
            .Select(character => character.OnWall.Bounds()).ToList();
        if (digits.Count < 2) return dice.Between(.7, 1.05);
        var (first, last) = (digits[0], digits[^1]);
        var pitch = ((last.Left + last.Right) - (first.Left + first.Right)) / 2 / (digits.Count - 1);
        return pitch < .1 ? dice.Between(.75, 1.05) : Math.Clamp(1.03 * wanted / pitch, .55, 1.12);
    }

    private static (double Left, double Top, double Right, double Bottom) DrawMargins(Dice dice, bool easy)
    {
        if (easy) return (dice.Between(.3, 1.5), dice.Between(.15, .8), dice.Between(.3, 1.5), dice.Between(.15, .8));
        var shared = dice.Normal();
        return (Next(SvhnTables.Left), Next(SvhnTables.Above), Next(SvhnTables.Right), Next(SvhnTables.Below));

        double Next(double[] quantiles)
        {
            var own = Math.Sqrt(SvhnTables.MarginCorrelation) * shared + Math.Sqrt(1 - SvhnTables.MarginCorrelation) * dice.Normal();
            return SvhnTables.Quantile(quantiles, NormalShare(own));
        }
    }

    /// <summary>The normal distribution's share below a value, by the logistic curve next to it: within a hundredth.</summary>
    private static double NormalShare(double value) => 1 / (1 + Math.Exp(-1.702 * value));
}
