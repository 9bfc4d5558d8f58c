using Espalier.Core;
using Espalier.Streets.Camera;
using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Scene;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets;

/// <summary>
/// Draws pictures like those of SVHN: a house number or none on a house front, as a camera on a car saw it. Picture <c>i</c> of a split
/// is a pure function of the options, the split and <c>i</c>; any number of threads may draw at once.
/// </summary>
/// <remarks>
/// Layouts follow the statistics of SVHN's official boxes; shapes are drawn from twenty-one built-in families of faces, so no fonts are
/// needed. Boxes are those of the drawn outlines and a margin. Every digit on a picture has its box: one of which less than half would be
/// within the frame is not drawn at all.
/// </remarks>
public sealed class StreetGenerator
{
    /// <summary>Goes up whenever equal options make other pictures than before; it stands in <c>street.json</c>.</summary>
    public const int Version = 2;

    private readonly StreetOptions _options;
    private readonly IReadOnlyList<IFace> _fonts;

    /// <summary>Prepares a street.</summary>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public StreetGenerator(StreetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _fonts = [.. options.Fonts.Select(font => font.Face)];
    }

    /// <summary>Draws a picture.</summary>
    /// <param name="split">Which series of pictures: 0, 1, 2 for train, val, test.</param>
    /// <param name="index">From 0 on.</param>
    public StreetPicture Draw(int split, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(split);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var dice = new Dice(_options.Seed, Dice.Purpose, (ulong)split, (ulong)index);
        var easy = _options.Difficulty == StreetDifficulty.Easy;
        var empty = dice.Chance(_options.EmptyShare);
        var numbers = DrawNumbers(dice, easy);
        var view = ViewpointSampler.Draw(numbers[0], dice, _options.Difficulty, _options.BoxMargin);
        var shown = empty ? [] : numbers.Select(number => VisibleDigits.Of(number, view)).Where(number => number.Characters.Count > 0)
            .ToList();
        var scene = new StreetScene(view, dice, easy, _options.DecoyShare, _options.Crops).Paint(numbers[0], shown);
        var picture = new StreetCamera(dice, easy).Expose(scene.Reduced(view.Supersampling), view.DigitHeight, numbers[0].IsPhoto);
        var digits = shown.SelectMany(number => VisibleDigits.Boxes(number, view, _options.BoxMargin, _options.Classes)).ToList();
        return new StreetPicture(picture, [.. shown.Select(Text).Where(text => text.Length > 0)], digits);

        string Text(SceneNumber number) => string.Concat(number.Characters
            .Select(character => VisibleDigits.Class(character, _options.Classes))
            .Where(index => index >= 0).Select(index => _options.Classes[index]));
    }

    private List<SceneNumber> DrawNumbers(Dice dice, bool easy)
    {
        var face = DrawFace(dice, easy);
        var text = NumberTexts.Draw(dice, _options.Balance);
        var hasLetter = _options.LetterShare > 0 && dice.Chance(_options.LetterShare);
        if (hasLetter && !face.HasLetters) face = FaceFamilies.Draw(dice, easy);
        if (!easy) text = NumberTexts.DrawPrefix(dice) + text;
        if (hasLetter) text += NumberTexts.DrawLetter(dice);
        else if (!easy) text += NumberTexts.DrawSuffix(dice, _options.Balance, _options.LetterShare > 0);
        if (!easy && !hasLetter && _options.Crops is { } crops && dice.Chance(_options.CropShare) && CropPainter.Has(crops, text))
            face = new CropFace();
        List<SceneNumber> numbers = [NumberComposer.Compose(text, face, dice, neat: easy)];
        if (easy || !dice.Chance(.035)) return numbers;

        // A second number, of the next door or of the same one in another hand.
        var other = NumberComposer.Compose(NumberTexts.Draw(dice, _options.Balance), dice.Chance(.5) && face is not CropFace
            ? face : DrawFace(dice, easy), dice);
        var (own, next) = (numbers[0].Bounds(), other.Bounds());
        var move = dice.Chance(.6)
            ? Homography.Translation(dice.Sign() * (own.Right + next.Right + dice.Between(.6, 1.5)), dice.Within(.3))
            : Homography.Translation(dice.Within(.3), dice.Sign() * dice.Between(1.5, 2));
        numbers.Add(other.Moved(move));
        return numbers;
    }

    private IFace DrawFace(Dice dice, bool easy)
    {
        var found = dice.Chance(_options.FontShare);
        return found && !easy && _fonts.Count > 0 ? new VariedFace(_fonts[dice.Index(_fonts.Count)], dice) : FaceFamilies.Draw(dice, easy);
    }
}
