using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>What a whole number's confidence is made of, how it is fitted, and what is accepted.</summary>
public class NumberCalibrationTests
{
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
    private static readonly NumberCalibration Plain = new(0, 1, -2, -0.5, -1, -4, 0.6);

    [Fact]
    public void A_fitted_confidence_is_the_share_that_is_right()
    {
        var random = new Random(5);
        var truth = new NumberCalibration(-0.5, 1.5, -3, -0.4, -0.8, -4, 0);
        var seen = Enumerable.Range(0, 4000).Select(_ =>
        {
            var evidence = new NumberEvidence((random.NextDouble() * 4) - 1, random.NextDouble() / 2, (random.NextDouble() * 3) - 4.6,
                random.Next(2) == 0, random.NextDouble() / 2);
            return (Evidence: evidence, Right: random.NextDouble() < truth.Confidence(evidence));
        }).ToList();

        var fitted = NumberCalibrationFitting.Fit(seen);

        Assert.All(seen.Take(200), number => Assert.Equal(truth.Confidence(number.Evidence), fitted.Confidence(number.Evidence), 0.06f));
        var right = seen.Where(number => number.Right).ToList();
        Assert.InRange(right.Count(number => fitted.Confidence(number.Evidence) < fitted.Acceptance), 1,
            NumberCalibrationFitting.MayLose * right.Count);
    }

    [Fact]
    public void Too_few_numbers_teach_nothing()
    {
        var right = Enumerable.Repeat((new NumberEvidence(1, 0, -4, false, 0), true), 100);
        var wrong = Enumerable.Repeat((new NumberEvidence(0, 0, -4, false, 0), false), 19);
        Assert.StartsWith("100 right and 19 wrong numbers are too few",
            Assert.Throws<EspalierException>(() => NumberCalibrationFitting.Fit([.. right, .. wrong])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubtful_digit_beside_a_number_speaks_against_it_and_one_elsewhere_does_not()
    {
        Detection[] number = [At(1, 10, 0.9f), At(2, 32, 0.9f)];
        var alone = Confidence(number);

        Assert.True(Confidence([.. number, At(4, 56, 0.2f)]) < alone);
        Assert.Equal(alone, Confidence([.. number, At(4, 200, 0.2f)]));
        Assert.Equal(alone, Confidence([.. number, At(4, 56, 0.01f)]));
    }

    [Fact]
    public void Doubtful_digits_alternatives_and_a_digit_alone_speak_against_a_number()
    {
        var two = Confidence([At(1, 10, 0.9f), At(2, 32, 0.9f)]);

        Assert.True(Confidence([At(1, 10, 0.9f), At(2, 32, 0.6f)]) < two);
        Assert.True(Confidence([At(1, 10, 0.9f), At(2, 32, 0.9f), At(3, 32, 0.5f)]) < two);
        Assert.True(Confidence([At(1, 10, 0.9f)]) < two);
    }

    [Fact]
    public void A_wide_gap_between_digits_speaks_against_a_number() =>
        Assert.True(Confidence([At(1, 10, 0.9f), At(2, 40, 0.9f)]) < Confidence([At(1, 10, 0.9f), At(2, 32, 0.9f)]));

    [Theory]
    [InlineData(0.6, true)] // of two digits this is a confidence of .96
    [InlineData(0.99, false)]
    public void A_number_is_accepted_from_the_calibrations_own_confidence_on(double acceptance, bool accepted) =>
        Assert.Equal(accepted, Read(new NumberReadingOptions { Calibration = Plain with { Acceptance = acceptance } }).IsAccepted);

    [Fact]
    public void What_is_asked_for_goes_before_the_calibrations_own_and_without_one_all_is_accepted()
    {
        Assert.False(Read(new NumberReadingOptions { Calibration = Plain, Acceptance = 1 }).IsAccepted);
        Assert.True(Read(new NumberReadingOptions { Calibration = Plain with { Acceptance = 1 }, Acceptance = 0 }).IsAccepted);
        Assert.True(Read(new NumberReadingOptions()).IsAccepted);
        Assert.False(Read(new NumberReadingOptions { Acceptance = 0.9f }).IsAccepted);
        Assert.Throws<OptionException>(() => new NumberReadingOptions { Acceptance = 2 }.Validate());
    }

    [Fact]
    public void It_is_written_and_read_back() => Assert.Equal(Plain, NumberCalibration.FromJson(Plain.ToJson()));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"bias\":1}")]
    [InlineData("{\"bias\":\"1\",\"digits\":1,\"alternative\":1,\"leftOut\":1,\"single\":1,\"gap\":1,\"acceptance\":0.5}")]
    [InlineData("{\"bias\":1,\"digits\":1,\"alternative\":1,\"leftOut\":1,\"single\":1,\"gap\":1,\"acceptance\":1.5}")]
    public void What_is_none_is_refused(string json) => Assert.ThrowsAny<EspalierException>(() => NumberCalibration.FromJson(json));

    private static HouseNumber Read(NumberReadingOptions options) =>
        Assert.Single(NumberReading.Read([At(1, 10, 0.9f), At(2, 32, 0.9f)], Digits, options));

    private static float Confidence(Detection[] found) =>
        Assert.Single(NumberReading.Read(found, Digits, new NumberReadingOptions { Calibration = Plain })).Confidence;

    private static Detection At(int digit, float left, float confidence) => new(new Box(left, 10, left + 20, 40), confidence, digit);
}
