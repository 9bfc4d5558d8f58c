using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>
/// Puts photos of digits in place of drawn ones. A photo shows its digit as high as itself and its neighbours' edges beside it, so it is
/// cut to the width of <see cref="CropFace"/>: what is pasted is what is labelled.
/// </summary>
internal sealed class CropPainter(IDigitCrops crops, ScenePicture scene, Viewpoint view, Dice dice)
{
    private const double Feather = .06;

    /// <summary>Whether there is a photo of each of a number's digits.</summary>
    public static bool Has(IDigitCrops crops, string text) =>
        text.All(character => !char.IsAsciiDigit(character) || crops.Counts[character - '0'] > 0);

    /// <summary>Puts a photo of each digit into its place.</summary>
    public void Paint(SceneNumber number)
    {
        foreach (var character in number.Characters)
        {
            var digit = character.Character - '0';
            Paste(ScenePicture.From(crops.Read(digit, dice.Index(crops.Counts[digit]))), character);
        }
    }

    private void Paste(ScenePicture photo, PlacedCharacter character)
    {
        var (left, top, right, bottom) = character.Glyph.Body.Bounds();
        var map = view.ToCanvas * character.Place;
        var back = map.Inverse();
        var area = Coverage.Of(new Outline([ConvexPolygon.Rectangle(left, top, right, bottom)]).Through(map), scene.Width, scene.Height);
        var (middle, height) = ((left + right) / 2, bottom - top);
        scene.Paint(area, (x, y, before) =>
        {
            var (u, v, _) = back.Transform(x + .5, y + .5);
            var edge = Math.Min(Math.Min(u - left, right - u), Math.Min(v - top, bottom - v)) / height;
            var colour = Sample(photo, ((u - middle) / height + .5) * photo.Width, (v - top) / height * photo.Height);
            return Tint.Mix(before, colour, Math.Clamp(edge / Feather + .2, 0, 1));
        });
    }

    private static Tint Sample(ScenePicture photo, double x, double y)
    {
        var (floorX, floorY) = ((int)Math.Floor(x - .5), (int)Math.Floor(y - .5));
        var (shareX, shareY) = (x - .5 - floorX, y - .5 - floorY);
        return Tint.Mix(Tint.Mix(At(0, 0), At(1, 0), shareX), Tint.Mix(At(0, 1), At(1, 1), shareX), shareY);

        Tint At(int moveX, int moveY) =>
            photo[Math.Clamp(floorX + moveX, 0, photo.Width - 1), Math.Clamp(floorY + moveY, 0, photo.Height - 1)];
    }
}
