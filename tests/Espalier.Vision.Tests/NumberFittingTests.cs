namespace Espalier.Vision.Tests;

public sealed class NumberFittingTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    [Fact]
    public void Thresholds_move_to_where_most_numbers_are_read_right()
    {
        // A weak second reading lies half over a strong digit: at overlap .45 it counts as a digit of its own.
        LabelledNumber[] pictures = [.. Enumerable.Range(0, 20)
            .Select(i => new LabelledNumber([Digit(3, 0, 0.9f), Digit(8, 4.5f, 0.3f), Digit(1, 12, 0.8f)], "31"))];
        var start = new NumberReadingOptions { Overlap = 0.45f, Confidence = 0.25f };
        Assert.Equal(0, NumberFitting.Right(pictures, Names, start));

        var fitted = NumberFitting.Fit(pictures, Names, start);

        Assert.Equal(20, NumberFitting.Right(pictures, Names, fitted));
        Assert.True(fitted.Overlap < 0.4f || fitted.Confidence > 0.3f);
        fitted.Validate();
    }

    [Fact]
    public void What_reads_everything_right_stays_as_it_is()
    {
        LabelledNumber[] pictures = [new([Digit(4, 0, 0.9f), Digit(2, 11, 0.9f)], "42"), new([Digit(4, 0, 0.9f)], "")];
        var start = new NumberReadingOptions { Overlap = 0.41f };

        Assert.Equal(start, NumberFitting.Fit(pictures, Names, start));
        Assert.Equal(1, NumberFitting.Right(pictures, Names, start));
    }

    private static Detection Digit(int digit, float left, float confidence) => new(new Box(left, 0, left + 10, 20), confidence, digit);
}
