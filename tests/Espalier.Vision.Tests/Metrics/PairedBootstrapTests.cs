using Espalier.Core;
using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class PairedBootstrapTests
{
    [Property(MaxTest = 20)]
    public bool Drawn_pictures_give_the_metric_of_a_set_that_repeats_them(int seed)
    {
        var pictures = EvaluationCases.Random(seed, 25, 3).Evaluate();
        var random = new Random(seed);
        var times = pictures.Select(_ => random.Next(4)).ToArray();
        var repeated = pictures.SelectMany((picture, i) => Enumerable.Repeat(picture, times[i])).ToArray();
        var expected = DetectionMetrics.Report(repeated, 3).MeanAveragePrecision50;
        return Math.Abs(expected - new ResampledPrecision(pictures, 3).MeanAveragePrecision50(times)) < 1e-12;
    }

    [Fact]
    public void The_quick_way_equals_the_general_one()
    {
        var (first, second) = (EvaluationCases.Random(1, 40, 3).Evaluate(), EvaluationCases.Random(2, 40, 3, blur: 9).Evaluate());
        var quick = PairedBootstrap.MeanAveragePrecision50(first, second, 3, resamples: 50, seed: 7);
        var general = PairedBootstrap.Compare(first, second, pictures => DetectionMetrics.Report(pictures, 3).MeanAveragePrecision50,
            resamples: 50, seed: 7);
        Assert.Equal(general.Difference, quick.Difference, 1e-12);
        Assert.Equal(general.Lower, quick.Lower, 1e-12);
        Assert.Equal(general.Upper, quick.Upper, 1e-12);
    }

    [Fact]
    public void A_set_does_not_differ_from_itself()
    {
        var pictures = EvaluationCases.Random(1, 40, 3).Evaluate();
        Assert.Equal((0.0, 0.0, 0.0), PairedBootstrap.MeanAveragePrecision50(pictures, pictures, 3) is var result
            ? (result.Difference, result.Lower, result.Upper) : default);
    }

    [Fact]
    public void A_much_worse_set_is_significantly_worse_and_the_seed_decides_the_interval()
    {
        var (good, bad) = (EvaluationCases.Random(1, 150, 3).Evaluate(), EvaluationCases.Random(2, 150, 3, blur: 40).Evaluate());
        var result = PairedBootstrap.MeanAveragePrecision50(good, bad, 3);
        Assert.True(result.IsSignificant && result.Upper < 0);
        Assert.InRange(result.Difference, result.Lower, result.Upper);
        Assert.Equal(result, PairedBootstrap.MeanAveragePrecision50(good, bad, 3));
        Assert.NotEqual(result, PairedBootstrap.MeanAveragePrecision50(good, bad, 3, seed: 1));
    }

    [Fact]
    public void Sets_of_different_pictures_are_refused()
    {
        var pictures = EvaluationCases.Random(1, 5, 3).Evaluate();
        Assert.Throws<EspalierException>(() => PairedBootstrap.MeanAveragePrecision50(pictures, pictures[..4], 3));
        Assert.Throws<EspalierException>(() => PairedBootstrap.MeanAveragePrecision50(pictures, [.. pictures.Reverse()], 3));
        Assert.Throws<EspalierException>(() => PairedBootstrap.MeanAveragePrecision50([], [], 3));
        Assert.Throws<OptionException>(() => PairedBootstrap.MeanAveragePrecision50(pictures, pictures, 3, resamples: 0));
    }
}
