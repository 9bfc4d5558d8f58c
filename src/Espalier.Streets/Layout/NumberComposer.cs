using Espalier.Streets.Glyphs;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>Sets characters side by side, as a plate's maker or a householder with a ladder would.</summary>
internal static class NumberComposer
{
    /// <summary>Composes a number around the origin.</summary>
    /// <param name="text">Digits, letters and dashes; a character that the face lacks is left out.</param>
    /// <param name="face">The design.</param>
    /// <param name="dice">Spacing, unevenness, stacking.</param>
    /// <param name="neat">Whether nothing may be uneven.</param>
    public static SceneNumber Compose(string text, IFace face, Dice dice, bool neat = false)
    {
        var spacing = face.Spacing * dice.Between(.4, 1.4) + (dice.Chance(.1) ? dice.Between(.1, .5) : 0);
        var loose = !neat && dice.Chance(.25);
        var step = !neat && dice.Chance(.08) ? dice.Within(.4) : 0;
        var stacked = text.Length > 1 && !neat && dice.Chance(SvhnTables.Stacked);
        var characters = new List<PlacedCharacter>();
        double x = 0, y = 0;
        foreach (var character in text.Where(character => char.IsAsciiDigit(character) || face.HasLetters))
        {
            var glyph = face.Draw(character);
            var bounds = glyph.Body.Bounds();
            var turn = loose ? dice.Within(.09) : 0;
            var place = Homography.Translation(x - bounds.Left, y + (loose ? dice.Within(.06) : 0)) * Turn(turn,
                (bounds.Left + bounds.Right) / 2, .5);
            characters.Add(new PlacedCharacter(character, glyph, place));
            if (stacked) y += 1 + spacing;
            else (x, y) = (x + bounds.Right - bounds.Left + spacing, y + step);
        }

        var number = new SceneNumber(text, characters);
        var all = number.Bounds();
        return number.Moved(Homography.Translation(-(all.Left + all.Right) / 2, -(all.Top + all.Bottom) / 2));
    }

    private static Homography Turn(double angle, double x, double y)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return Homography.Translation(x, y) * Homography.Affine(cosine, -sine, 0, sine, cosine, 0) * Homography.Translation(-x, -y);
    }
}
