using Espalier.Core;
using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Tests;

/// <summary>Generated pictures.</summary>
public class StreetGeneratorTests
{
    private static readonly StreetGenerator Street = new(new StreetOptions { Seed = 3 });

    [Fact]
    public void Picture_is_a_function_of_seed_split_and_index_alone()
    {
        var first = Street.Draw(0, 7);
        Street.Draw(1, 2);
        var again = new StreetGenerator(new StreetOptions { Seed = 3 }).Draw(0, 7);

        Assert.Equal(first.Picture.Pixels, again.Picture.Pixels);
        Assert.Equal(first.Digits, again.Digits);
        Assert.Equal(first.Numbers, again.Numbers);
        StreetPicture[] others = [Street.Draw(0, 8), Street.Draw(1, 7), new StreetGenerator(new StreetOptions { Seed = 4 }).Draw(0, 7)];
        Assert.All(others, other => Assert.NotEqual(first.Picture.Pixels, other.Picture.Pixels));
    }

    /// <summary>
    /// What this version draws. Whoever changes it on purpose raises <see cref="StreetGenerator.Version"/> and writes the new figures here.
    /// Rounded, because the last bit of a sine is not the same everywhere.
    /// </summary>
    [Theory]
    [InlineData(0, "130×67", "20", "58.3 18.2 73.8 52.4", 145.3)]
    [InlineData(1, "90×43", "190", "22.7 2.5 32.0 27.0", 98.3)]
    [InlineData(2, "390×221", "101", "121.3 70.7 162.9 154.9", 116.2)]
    [InlineData(3, "121×65", "484", "48.0 12.0 59.3 36.6", 167.7)]
    public void Pictures_of_this_version_stay_as_they_are(int index, string size, string number, string firstBox, double brightness)
    {
        var drawn = new StreetGenerator(new StreetOptions { Seed = 42 }).Draw(0, index);
        var box = drawn.Digits[0].Box;

        Assert.Equal(2, StreetGenerator.Version);
        Assert.Equal(size, $"{drawn.Picture.Width}×{drawn.Picture.Height}");
        Assert.Equal(number, string.Join(' ', drawn.Numbers));
        Assert.Equal(firstBox, FormattableString.Invariant($"{box.Left:0.0} {box.Top:0.0} {box.Right:0.0} {box.Bottom:0.0}"));
        Assert.Equal(brightness, drawn.Picture.Pixels.Average(value => (double)value), .3);
    }

    [Fact]
    public void Labels_read_as_the_numbers_do_and_lie_within_the_picture()
    {
        var pictures = Enumerable.Range(0, 60).Select(i => Street.Draw(0, i)).ToList();

        Assert.All(pictures, picture =>
        {
            Assert.Equal(string.Concat(picture.Numbers), string.Concat(picture.Digits.Select(digit => digit.Digit)));
            Assert.All(picture.Digits, digit =>
            {
                Assert.InRange(digit.Box.Left, 0, digit.Box.Right - 1);
                Assert.InRange(digit.Box.Top, 0, digit.Box.Bottom - 1);
                Assert.True(digit.Box.Right <= picture.Picture.Width && digit.Box.Bottom <= picture.Picture.Height);
            });
        });
        Assert.InRange(pictures.Count(picture => picture.Digits.Count == 0), 0, 12);
    }

    [Theory]
    [InlineData(StreetDifficulty.Street)]
    [InlineData(StreetDifficulty.Easy)]
    public void Letters_that_are_asked_for_have_boxes_behind_the_digits(StreetDifficulty difficulty)
    {
        var street = new StreetGenerator(new StreetOptions { Seed = 3, LetterShare = 1, EmptyShare = 0, Difficulty = difficulty });
        var pictures = Enumerable.Range(0, 40).Select(i => street.Draw(0, i)).ToList();

        Assert.All(pictures, picture => Assert.Equal(picture.Numbers[0],
            string.Concat(picture.Digits.Take(picture.Numbers[0].Length).Select(digit => "0123456789abcd"[digit.Digit]))));
        // The frame may hide a number's end.
        Assert.True(pictures.Count(picture => char.IsAsciiLetterLower(picture.Numbers[0][^1])) > 35);
        Assert.Equal([10, 11, 12, 13],
            pictures.SelectMany(picture => picture.Digits).Select(digit => digit.Digit).Where(index => index > 9).Distinct().Order());
    }

    [Fact]
    public void Letters_are_drawn_beside_fonts_without_any_too()
    {
        var face = FaceFamilies.Draw(0, new Dice(1));
        var font = new FontFace("digits alone", [.. "0123456789".Select(digit => face.Draw(digit).Body)]);
        var fonts = new StreetOptions { Fonts = [new StreetFont(font.Name, font)], FontShare = 1, EmptyShare = 0 };

        Assert.Contains(Enumerable.Range(0, 10).SelectMany(i => new StreetGenerator(fonts with { LetterShare = 1 }).Draw(0, i).Digits),
            digit => digit.Digit > 9);
    }

    [Fact]
    public void Empty_share_says_how_many_have_no_number()
    {
        var none = new StreetGenerator(new StreetOptions { EmptyShare = 1 });
        var all = new StreetGenerator(new StreetOptions { EmptyShare = 0, Difficulty = StreetDifficulty.Easy });

        Assert.All(Enumerable.Range(0, 20), i => Assert.Empty(none.Draw(0, i).Digits));
        Assert.All(Enumerable.Range(0, 20), i => Assert.NotEmpty(all.Draw(0, i).Digits));
    }

    [Fact]
    public void Digits_of_an_easy_street_stand_out_from_their_ground()
    {
        var easy = new StreetGenerator(new StreetOptions { Difficulty = StreetDifficulty.Easy, EmptyShare = 0 });

        for (var i = 0; i < 20; i++)
        {
            var drawn = easy.Draw(0, i);
            Assert.All(drawn.Digits, digit => Assert.True(Spread(drawn.Picture, digit.Box) > .2, $"picture {i}: {digit}"));
        }
    }

    [Fact]
    public void Crops_are_pasted_where_the_labels_say()
    {
        var street = new StreetGenerator(
            new StreetOptions { Crops = new PureCrops([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), CropShare = 1, EmptyShare = 0 });

        var green = Enumerable.Range(0, 25).Select(i => street.Draw(0, i))
            .SelectMany(picture => picture.Digits.Select(digit => Greenness(picture.Picture, digit.Box))).Order().ToList();

        // Colour casts, shadows and blur leave most of it.
        Assert.True(green[green.Count / 4] > .1, $"{green[green.Count / 4]}");
    }

    [Fact]
    public void Number_with_a_digit_of_which_there_is_no_crop_is_drawn()
    {
        var without = new StreetGenerator(new StreetOptions { Crops = new PureCrops(new int[10]), CropShare = 1 });

        Assert.NotEmpty(Enumerable.Range(0, 8).SelectMany(i => without.Draw(0, i).Digits));
    }

    [Theory]
    [InlineData(-.1, .35, .3, "The share of empty pictures must be within 0…1, but is -0.1.")]
    [InlineData(.1, 2, .3, "The share of numbers in found fonts must be within 0…1, but is 2.")]
    [InlineData(.1, .35, double.NaN, "The share of numbers made of crops must be within 0…1, but is NaN.")]
    public void Shares_outside_of_their_range_are_refused(double empty, double fonts, double crops, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<OptionException>(
            () => new StreetGenerator(new StreetOptions { EmptyShare = empty, FontShare = fonts, CropShare = crops })).Message);

    [Fact]
    public void Share_of_letters_outside_of_its_range_is_refused() => Assert.Equal(
        "The share of numbers with a letter must be within 0…1, but is 1.1.",
        Assert.Throws<OptionException>(() => new StreetGenerator(new StreetOptions { LetterShare = 1.1 })).Message);

    [Theory]
    [InlineData(-.1, .06, "The share of pictures with decoys must be within 0…1, but is -0.1.")]
    [InlineData(.3, .6, "The margin of boxes must be within 0…0.5, but is 0.6.")]
    public void Decoys_and_margins_outside_of_their_range_are_refused(double decoys, double margin, string sentence) =>
        Assert.Equal(
            sentence,
            Assert.Throws<OptionException>(() => new StreetGenerator(new StreetOptions { DecoyShare = decoys, BoxMargin = margin })).Message
        );

    /// <summary>Photos of SVHN: 90 % of the digits have a spread of brightness above .18, 5 % one above .55.</summary>
    [Fact]
    public void Most_digits_of_a_street_can_be_told_from_their_ground_and_few_are_as_clear_as_print()
    {
        var pictures = Enumerable.Range(0, 150).Select(i => Street.Draw(0, i));
        var spreads = pictures.SelectMany(drawn => drawn.Digits.Select(digit => Spread(drawn.Picture, digit.Box))).Order().ToList();

        Assert.InRange(spreads[spreads.Count / 10], .08, .25);
        Assert.InRange(spreads[spreads.Count / 2], .25, .4);
        Assert.InRange(spreads[spreads.Count * 9 / 10], .4, .65);
    }

    private static double Spread(Picture picture, Box box)
    {
        var lumas = Inside(picture, box).Select(pixel => (.299 * pixel.Red + .587 * pixel.Green + .114 * pixel.Blue) / 255)
            .Order().ToList();
        return lumas[lumas.Count * 95 / 100] - lumas[lumas.Count * 5 / 100];
    }

    private static double Greenness(Picture picture, Box box) => Inside(picture, box)
        .Average(pixel => (pixel.Green - (pixel.Red + pixel.Blue) / 2.0) / Math.Max(1, pixel.Red + pixel.Green + pixel.Blue));

    private static IEnumerable<(byte Red, byte Green, byte Blue)> Inside(Picture picture, Box box)
    {
        for (var y = (int)box.Top; y < (int)box.Bottom; y++)
        {
            for (var x = (int)box.Left; x < (int)box.Right; x++)
            {
                var i = (y * picture.Width + x) * 3;
                yield return (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]);
            }
        }
    }

    private sealed class PureCrops(int[] counts) : IDigitCrops
    {
        public IReadOnlyList<int> Counts => counts;

        public Picture Read(int digit, int index) => Picture.Filled(32, 32, 0, 230, 0);
    }
}
