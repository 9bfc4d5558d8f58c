namespace Espalier.Networks.Tests;

/// <summary>Ranges against plain evaluations of what each way of choosing them promises.</summary>
public sealed class RangeChoiceTests
{
    private const int Bins = 400;

    [Theory]
    [InlineData(-0.3f, 7f, 1)]
    [InlineData(-4f, 4.5f, 2)]
    [InlineData(0f, 30f, 3)]
    [InlineData(-2f, -0.1f, 4)]
    [InlineData(-1e-3f, 2e-3f, 5)]
    public void The_least_squared_error_is_that_of_a_plain_search(float low, float high, int seed)
    {
        var histogram = Seen(low, high, seed);
        Same(histogram, CalibrationMethod.SquaredError, Candidates(histogram).MinBy(range => PlainError(histogram, range)));
    }

    [Theory]
    [InlineData(-0.3f, 7f, 1)]
    [InlineData(-4f, 4.5f, 2)]
    [InlineData(0f, 30f, 3)]
    [InlineData(-2f, -0.1f, 4)]
    [InlineData(0.5f, 2f, 5)]
    public void The_least_divergence_is_that_of_a_plain_search(float low, float high, int seed)
    {
        var histogram = Seen(low, high, seed);
        Same(histogram, CalibrationMethod.Entropy, Candidates(histogram).MinBy(range => PlainDivergence(histogram, range)));
    }

    [Theory]
    [InlineData(-1, 1, -0.88f, 0.88f)]
    [InlineData(0, 2, 0, 1.76f)]
    [InlineData(-2, 0, -1.76f, 0)]
    [InlineData(1, 3, 0, 2.76f)]
    public void A_percentile_clips_one_value_in_ten_thousand_half_of_them_at_either_end_that_is_reached(
        float low, float high, float expectedLow, float expectedHigh)
    {
        // 120,000 values, of which twelve may go: thirty bins at either end hold one each.
        var counts = new double[100];
        Array.Fill(counts, 1);
        counts.AsSpan(30, 40).Clear();
        counts[50] = 120_000 - 60;

        var range = RangeChoice.Choose(new ValueHistogram(low, high, counts), CalibrationMethod.Percentile);

        Assert.Equal((expectedLow, expectedHigh), (range.Low, range.High), (one, other) =>
            Math.Abs(one.Item1 - other.Item1) < 1e-5 && Math.Abs(one.Item2 - other.Item2) < 1e-5);
    }

    [Fact]
    public void There_is_no_other_way_to_choose() => Assert.Contains("there is no way to choose a range by 9",
        Assert.Throws<NotSupportedException>(() => RangeChoice.Choose(Seen(0, 1, 1), (CalibrationMethod)9)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_range_holds_zero_and_lays_256_steps_over_what_it_holds()
    {
        var range = new TensorRange(-1, 1.55f);

        Assert.Equal(new TensorRange(0, 5), TensorRange.Holding(2, 5));
        Assert.Equal(new TensorRange(-5, 0), TensorRange.Holding(-5, -2));
        Assert.Equal(new TensorRange(-5, 5), TensorRange.Holding(-5, 2).Union(TensorRange.Holding(-1, 5)));
        Assert.Equal(0.01f, range.Scale, 1e-7f);
        Assert.Equal(100, range.ZeroPoint);
        Assert.Equal([-1f, -0.01f, 0, 0.01f, 0.02f, 1.55f],
            new[] { -9, -0.014f, 0.004f, 0.014f, 0.016f, 9 }.Select(range.Nearest), (one, other) => Math.Abs(one - other) < 1e-6f);
        Assert.Equal(255, TensorRange.Holding(-3, -1).ZeroPoint);
        Assert.Equal(1 / 255f, TensorRange.Pixels.Scale);
        Assert.Equal(1, TensorRange.Sigmoid.Nearest(2));
    }

    /// <summary>A bell about a third of the way, and a few values far from it.</summary>
    private static ValueHistogram Seen(float low, float high, int seed)
    {
        var random = new Random(seed);
        var counts = new double[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            var bell = 1e5 * Math.Exp(-Math.Pow((bin - (Bins / 3.0)) / (10 + (10 * seed)), 2));
            counts[bin] = Math.Floor(bell * (0.5 + random.NextDouble()));
            if (random.Next(12) == 0) counts[bin] += random.Next(20);
        }

        (counts[0], counts[^1]) = (2, 1);
        return new ValueHistogram(low, high, counts);
    }

    private static void Same(ValueHistogram histogram, CalibrationMethod method, TensorRange expected)
    {
        var range = RangeChoice.Choose(histogram, method);
        Assert.Equal(expected.Low, range.Low, 1e-5 * Math.Abs(expected.Low));
        Assert.Equal(expected.High, range.High, 1e-5 * expected.High);

        // What is best is neither the whole range nor the smallest candidate: there was something to choose.
        Assert.NotEqual(TensorRange.Holding(histogram.Low, histogram.High), range);
    }

    /// <summary>The whole range, and 99 smaller ones down to a fifth.</summary>
    private static IEnumerable<TensorRange> Candidates(ValueHistogram histogram)
    {
        var whole = TensorRange.Holding(histogram.Low, histogram.High);
        return Enumerable.Range(0, 100).Select(i => 1 - (0.008 * i))
            .Select(share => new TensorRange((float)(whole.Low * share), (float)(whole.High * share)));
    }

    private static double PlainError(ValueHistogram histogram, TensorRange range)
    {
        var step = (range.High - range.Low) / 255.0;
        return Values(histogram).Sum(value =>
        {
            var clipped = value.Value < range.Low ? range.Low - value.Value : value.Value > range.High ? value.Value - range.High : 0;
            return value.Count * Math.Max(clipped * clipped, step * step / 12);
        });
    }

    private static double PlainDivergence(ValueHistogram histogram, TensorRange range)
    {
        var (step, width) = ((range.High - range.Low) / 255.0, ((double)histogram.High - histogram.Low) / Bins);
        int Bin(double value) => Math.Clamp((int)((value - histogram.Low) / width), 0, Bins - 1);
        int Level(double value) => Math.Clamp((int)((value - range.Low) / step), 0, 255);

        var actual = Values(histogram).GroupBy(value => Bin(Math.Clamp(value.Value, range.Low, range.High)))
            .ToDictionary(group => group.Key, group => group.Sum(value => value.Count));
        var within = Values(histogram).Where(value => value.Count > 0 && value.Value >= range.Low && value.Value <= range.High).ToArray();
        var spread = within.GroupBy(value => Level(value.Value))
            .SelectMany(level => level.Select(value => (Bin: value.Index, Count: level.Average(other => other.Count))))
            .ToDictionary(value => value.Bin, value => value.Count);
        var (seen, kept) = (actual.Values.Sum(), within.Sum(value => value.Count));

        // A range that clips everything says nothing.
        return kept == 0 ? double.PositiveInfinity : actual.Where(entry => entry.Value > 0).Sum(entry =>
            entry.Value / seen * Math.Log(entry.Value / seen / Math.Max(spread.GetValueOrDefault(entry.Key) / kept, 1e-6)));
    }

    private static IEnumerable<(int Index, double Value, double Count)> Values(ValueHistogram histogram) =>
        histogram.Counts.Select((count, i) => (i, histogram.Low + ((i + 0.5) * ((double)histogram.High - histogram.Low) / Bins), count));
}
