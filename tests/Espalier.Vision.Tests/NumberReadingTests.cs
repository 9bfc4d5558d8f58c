using Espalier.Core;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>House numbers out of boxes: straight, leaning, stacked, in two lines, several in a picture.</summary>
public class NumberReadingTests
{
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    private static readonly List<string> KnowingLetters = [.. Digits, "a", "b", "c", "d"];

    [Fact]
    public void A_straight_number_is_read_from_left_to_right() =>
        Assert.Equal("1304", Read(At(4, 95, 12), At(1, 10, 10), At(0, 65, 9), At(3, 35, 11)));

    [Theory]
    [InlineData(0.5)]
    [InlineData(-0.5)]
    public void A_leaning_number_is_one_line(double slope) =>
        Assert.Equal("2718", Read([.. "2718".Select((digit, i) => At(digit - '0', 10 + (24 * i), (float)(100 + (24 * i * slope))))]));

    [Fact]
    public void Labels_say_the_same_number_in_whatever_order_they_were_drawn()
    {
        LabelledBox[] drawn = [Drawn(At(5, 34, 48)), Drawn(At(2, 12, 10)), Drawn(At(1, 10, 48)), Drawn(At(4, 36, 10))];

        Assert.Equal("2415", NumberReading.Written(drawn, Digits));
        Assert.Equal("", NumberReading.Written([], Digits));

        static LabelledBox Drawn(Detection digit) => new(digit.Class, digit.Box);
    }

    [Fact]
    public void Stacked_digits_are_read_from_above() => Assert.Equal("731", Read(At(1, 11, 90), At(7, 10, 10), At(3, 12, 50)));

    [Fact]
    public void Two_lines_are_read_one_after_the_other() =>
        Assert.Equal("2415", Read(At(1, 10, 48), At(2, 12, 10), At(5, 34, 48), At(4, 36, 10)));

    [Fact]
    public void A_steep_line_that_rises_is_read_from_left_to_right() => Assert.Equal("52", Read(At(5, 10, 60), At(2, 32, 30)));

    [Fact]
    public void Numbers_far_apart_are_two_and_the_larger_comes_first()
    {
        var numbers = NumberReading.Read([At(1, 10, 10, 15), At(2, 22, 10, 15), At(7, 200, 10), At(8, 225, 10)], Digits);
        Assert.Equal(["78", "12"], numbers.Select(number => number.Text));
    }

    [Theory]
    [InlineData(18, "12", "14")] // a hyphen is about .4 of a digit's height, and has some air on both sides
    [InlineData(14, "12", "14")]
    [InlineData(9, "1214")]
    public void A_stroke_between_digits_parts_two_numbers(float gap, params string[] expected)
    {
        var second = 10 + 20 + 4 + 20 + gap;
        var numbers = NumberReading.Read([At(1, 10, 10), At(2, 34, 10), At(1, second, 10), At(4, second + 24, 10)], Digits);

        Assert.Equal(expected, numbers.Select(number => number.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Digits_that_stand_wide_apart_throughout_are_one_number() =>
        Assert.Equal("1214", Read(At(1, 10, 10), At(2, 46, 10), At(1, 82, 10), At(4, 120, 10)));

    [Theory]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    public void Two_digits_may_stand_half_a_height_apart(float gap, int numbers)
        => Assert.Equal(numbers, NumberReading.Read([At(1, 10, 10), At(2, 30 + gap, 10)], Digits).Count);

    [Fact]
    public void A_wider_gap_that_is_asked_for_joins_all_of_them()
        => Assert.Equal("1214", Assert.Single(NumberReading.Read([At(1, 10, 10), At(2, 34, 10), At(1, 78, 10), At(4, 102, 10)],
            Digits, new NumberReadingOptions { WidestGap = 3 })).Text);

    [Fact]
    public void Readings_of_one_place_are_one_digit_with_alternatives()
    {
        Detection[] found = [new(Of(10, 10), 0.6f, 3), new(Of(11, 10), 0.3f, 8), new(Of(10, 11), 0.5f, 3), new(Of(10, 10), 0.01f, 5),
            new(Of(35, 10), 0.9f, 1), new(Of(60, 10), 0.1f, 4)];
        var number = Assert.Single(NumberReading.Read(found, Digits));

        Assert.Equal("31", number.Text);
        Assert.Equal(0.54f, number.Confidence, 1e-5f);
        Assert.Equal([new DigitAlternative(8, 0.3f)], number.Digits.First().Alternatives);
        Assert.Equal(new Box(10, 10, 55, 40), number.Box);
    }

    [Theory]
    [InlineData("12a", "12a")]
    [InlineData("7d", "7d")]
    [InlineData("a12", "12")] // a word before the number
    [InlineData("1c2", "12")]
    [InlineData("12ab", "12")] // or behind it
    [InlineData("ab", null)]
    public void A_letter_counts_right_behind_a_number_and_nowhere_else(string written, string? expected)
    {
        var found = written.Select((character, i) => At(KnowingLetters.IndexOf($"{character}"), 10 + (24 * i), 10));
        Assert.Equal(expected, NumberReading.Read(found, KnowingLetters).SingleOrDefault()?.Text);
    }

    [Fact]
    public void A_small_letter_stands_on_the_digits_line() =>
        Assert.Equal("12a", Assert.Single(NumberReading.Read([At(1, 10, 10), At(2, 34, 10), At(10, 58, 20, 20)], KnowingLetters)).Text);

    [Theory]
    [InlineData("0123456789", true, true)]
    [InlineData("0123456789abcd", true, true)]
    [InlineData("dcba9876543210", true, true)]
    [InlineData("0123456789ab", false, true)]
    [InlineData("01", false, true)]
    [InlineData("abcd", false, false)]
    [InlineData("0123456789e", false, false)]
    [InlineData("", false, false)]
    public void Numbers_are_read_by_digits_with_the_letters_or_without(string classes, bool areRead, bool areClasses)
    {
        string[] names = [.. classes.Select(name => $"{name}")];
        Assert.Equal((areRead, areClasses), (NumberCharacters.AreReadBy(names), NumberCharacters.AreClasses(names)));
    }

    [Fact]
    public void Nothing_is_no_number() => Assert.Empty(NumberReading.Read([], Digits));

    [Property]
    public Property Order_of_detections_and_place_and_size_of_the_picture_do_not_matter() => Prop.ForAll(
        Gen.Choose(0, 999_999).Three().ToArbitrary(), given =>
        {
            var (number, shuffle, place) = given;
            var random = new Random(place);
            var (factor, slope) = (0.5f + random.NextSingle(), (random.NextSingle() - 0.5f) * 0.6f);
            var text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var boxes = text.Select((digit, i) => new Detection(Of((10 + (24 * i)) * factor + (place % 100),
                (50 + (24 * i * slope)) * factor + (place % 37), 30 * factor), 0.9f, digit - '0')).ToArray();
            new Random(shuffle).Shuffle(boxes);
            return Assert.Single(NumberReading.Read(boxes, Digits)).Text == text;
        });

    [Fact]
    public void Accuracy_counts_whole_numbers_and_its_curve_leaves_the_doubtful_out()
    {
        var accuracy = NumberAccuracy.Of([("12", "12", 0.9f, true), ("34", "34", 0.85f, false), ("56", "65", 0.3f, true),
            ("7", "", 0, true), ("", "9", 1, true), ("", "8", 0.1f, false), ("", "", 0, true)]);

        Assert.Equal((4, 2, 0.5), (accuracy.Pictures, accuracy.Right, accuracy.Accuracy));
        Assert.Equal([1, 1, 2.0 / 3, 0.5], accuracy.Curve.Select(point => point.Accuracy));
        Assert.Equal(0.5, accuracy.CoverageAt(0.99));
        Assert.Equal(1, accuracy.CoverageAt(0.5));
        Assert.Equal((2, 1), (accuracy.Accepted, accuracy.AcceptedRight));
        Assert.Equal(new FalseNumbers(3, 2, 1), accuracy.False);
        Assert.Equal([(1, 0.3, 0), (2, 0.875, 1)],
            accuracy.Reliability.Select(band => (band.Numbers, Math.Round(band.Confidence, 4), band.Right)));
        Assert.Equal(0, NumberAccuracy.Of([]).Accuracy);
    }

    [Fact]
    public void Options_outside_their_range_are_refused() =>
        Assert.Contains("The least confidence of a digit must be within 0…1, but is 2.",
            Assert.Throws<OptionException>(() => new NumberReadingOptions { Confidence = 2 }.Validate()).Message, StringComparison.Ordinal);

    private static string Read(params Detection[] detections) => Assert.Single(NumberReading.Read(detections, Digits)).Text;

    private static Detection At(int digit, float left, float top, float height = 30) => new(Of(left, top, height), 0.9f, digit);

    private static Box Of(float left, float top, float height = 30) => new(left, top, left + (height * 2 / 3), top + height);
}
