using Espalier.Core;

namespace Espalier.Vision.Tests;

/// <summary>What a paired bootstrap draws, and the interval that it makes of it.</summary>
public sealed class BootstrapIntervalTests
{
    [Fact]
    public void The_same_draw_serves_both_sets_and_all_pictures_are_drawn_alike()
    {
        var (first, second) = (Pictures(20), Pictures(20));
        var places = first.Concat(second).Zip(Enumerable.Range(0, 20).Concat(Enumerable.Range(0, 20)))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        var draws = new List<int[]>();
        PairedBootstrap.Compare(first, second, pictures =>
        {
            lock (draws) draws.Add([.. pictures.Select(picture => places[picture])]);
            return 0;
        }, resamples: 400, seed: 1);

        Assert.All(draws, draw => Assert.Equal(20, draw.Length));
        var drawn = draws.Skip(2).Select(draw => string.Join(' ', draw)).GroupBy(draw => draw).ToArray();
        Assert.Equal(400, drawn.Length);
        Assert.All(drawn, draw => Assert.Equal(2, draw.Count()));
        var times = draws.Skip(2).SelectMany(draw => draw).CountBy(place => place).ToDictionary();
        Assert.Equal(20, times.Count);
        Assert.All(times.Values, count => Assert.InRange(count, 650, 950)); // 800 on average.
    }

    [Theory]
    [InlineData(1, 10, 10)]
    [InlineData(2, 10.025, 10.975)]
    [InlineData(41, 11, 49)]
    [InlineData(21, 10.5, 29.5)]
    public void Percentiles_lie_between_the_resamples_beside_them(int resamples, double lower, double upper)
    {
        // Resamples give 10, 11, 12 … in some order.
        var (first, second) = (Pictures(3), Pictures(3));
        var given = 9;
        var result = PairedBootstrap.Compare(first, second, pictures => ReferenceEquals(pictures, second)
            || pictures.Any(first.Contains) ? 0 : Interlocked.Increment(ref given), resamples);

        Assert.Equal(lower, result.Lower, 1e-9);
        Assert.Equal(upper, result.Upper, 1e-9);
    }

    [Theory]
    [InlineData(-2, -1, true)]
    [InlineData(1, 2, true)]
    [InlineData(-1, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(-1, 0, false)]
    public void A_difference_is_significant_where_the_interval_leaves_out_zero(double lower, double upper, bool isSignificant) =>
        Assert.Equal(isSignificant, new BootstrapComparison(1, 1, lower, upper, 10).IsSignificant);

    [Fact]
    public void What_cannot_be_compared_is_said()
    {
        var pictures = Pictures(3);
        PictureEvaluation[] other = [pictures[0], PictureEvaluation.Evaluate([], [new LabelledBox(1, new(0, 0, 5, 5))]), pictures[2]];
        string Refusal(PictureEvaluation[] first, PictureEvaluation[] second) => Assert.Throws<EspalierException>(
            () => PairedBootstrap.Compare(first, second, _ => 0)).Message;

        Assert.Equal("There are no pictures to compare on.", Refusal([], []));
        Assert.Equal("Results over 3 and 2 pictures cannot be compared in pairs.", Refusal(pictures, pictures[..2]));
        Assert.Equal("The results are not of the same pictures: picture 2 has other labels in the two sets.", Refusal(pictures, other));
        Assert.Throws<OptionException>(() => PairedBootstrap.Compare(pictures, pictures, _ => 0, PairedBootstrap.MaximumResamples + 1));
    }

    [Fact]
    public void The_quick_mean_leaves_out_classes_that_were_not_drawn()
    {
        Box box = new(0, 0, 10, 10);
        var resampled = new ResampledPrecision(
            [
                PictureEvaluation.Evaluate([new Detection(box, .9f, 0)], [new LabelledBox(0, box)]),
                PictureEvaluation.Evaluate([], [new LabelledBox(1, box)]),
                PictureEvaluation.Evaluate([], []),
            ], 3);
        var whole = resampled.MeanAveragePrecision50([1, 0, 0]);

        Assert.InRange(whole, .99, 1);
        Assert.Equal(whole / 2, resampled.MeanAveragePrecision50([1, 1, 0]), 1e-12);
        Assert.Equal(whole, resampled.MeanAveragePrecision50([3, 0, 2]), 1e-12);
        Assert.Equal(0, resampled.MeanAveragePrecision50([0, 2, 0]));
        Assert.Equal(0, resampled.MeanAveragePrecision50([0, 0, 2]));
    }

    private static PictureEvaluation[] Pictures(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => PictureEvaluation.Evaluate([], [new LabelledBox(0, new(0, 0, 5, 5))]))];
}
