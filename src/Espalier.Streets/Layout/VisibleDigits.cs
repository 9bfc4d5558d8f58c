using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>Which digits of a number the frame shows, and where.</summary>
internal static class VisibleDigits
{
    /// <summary>How much of a digit's box must lie within the frame.</summary>
    public const double SmallestShare = .5;

    /// <summary>The number without the characters that are mostly outside of the frame: those are not painted either.</summary>
    public static SceneNumber Of(SceneNumber number, Viewpoint view) =>
        number with { Characters = [.. number.Characters.Where(character => Share(character, view) >= SmallestShare)] };

    /// <summary>The boxes of a number's digits in the finished picture.</summary>
    /// <param name="number">The characters that are shown.</param>
    /// <param name="view">Where they are seen from.</param>
    /// <param name="margin">How far a box reaches beyond the outline, in digit heights; a photo of a digit is cut to its box
    /// already.</param>
    /// <param name="classes">What has a box, a character a class.</param>
    public static IEnumerable<StreetDigit> Boxes(SceneNumber number, Viewpoint view, double margin = 0,
        string classes = NumberCharacters.Digits) =>
        number.Characters.Where(character => Class(character, classes) >= 0)
            .Select(character => new StreetDigit(Class(character, classes), Framed(character, view, margin)
                .ClipTo(view.Width, view.Height)));

    /// <summary>The class of a character, whether its letter is large or small; −1 where it has none.</summary>
    public static int Class(PlacedCharacter character, string classes) =>
        classes.IndexOf(char.ToLowerInvariant(character.Character), StringComparison.Ordinal);

    private static Box Framed(PlacedCharacter character, Viewpoint view, double margin)
    {
        var outline = Box(character, view);
        var way = character.Glyph.IsPhoto ? 0 : (float)(margin * (outline.Bottom - outline.Top));
        return new Box(outline.Left - way, outline.Top - way, outline.Right + way, outline.Bottom + way);
    }

    private static Box Box(PlacedCharacter character, Viewpoint view)
    {
        var (left, top, right, bottom) = character.OnWall.Through(view.ToCanvas).Bounds();
        double scale = view.Supersampling;
        return new Box((float)(left / scale), (float)(top / scale), (float)(right / scale), (float)(bottom / scale));
    }

    private static double Share(PlacedCharacter character, Viewpoint view)
    {
        var box = Box(character, view);
        return box.Area <= 0 ? 0 : box.ClipTo(view.Width, view.Height).Area / box.Area;
    }
}
