using Espalier.Reports.Charts;
using Espalier.Reports.Mistakes;
using Espalier.Reports.Photos;
using Espalier.Vision;

namespace Espalier.Reports.Tests;

public sealed class MistakeTests
{
    private static readonly Box There = new(10, 10, 30, 50);
    private static readonly Box Elsewhere = new(60, 10, 80, 50);

    [Theory]
    [InlineData(3, 3, 0, null)]
    [InlineData(3, 8, 0, "says 8, is 3")]
    public void A_detection_on_a_label_is_right_or_of_the_wrong_class(int truth, int found, int shift, string? words)
    {
        var mistakes = Find([new LabelledBox(truth, There)],
            new Detection(new Box(There.Left + shift, There.Top, There.Right + shift, There.Bottom), .9f, found));

        Assert.Equal(words is null ? [] : [words], mistakes);
    }

    [Fact]
    public void What_is_not_there_what_was_missed_and_what_was_found_twice_are_named()
    {
        Assert.Equal(["says 5, nothing there", "missed 3"], Find([new LabelledBox(3, There)], new Detection(Elsewhere, .9f, 5)));
        Assert.Equal(["3 found twice"], Find([new LabelledBox(3, There)], new Detection(There, .9f, 3), new Detection(There, .8f, 3)));
        Assert.Equal(["missed 3"], Find([new LabelledBox(3, There)]));
        Assert.StartsWith("3: box is off (IoU 0.", Find([new LabelledBox(3, There)], new Detection(new Box(20, 10, 45, 50), .9f, 3))[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 6)]
    [InlineData(0, 39, 8)]
    [InlineData(-3.2, 0.017, 5)]
    [InlineData(0, 1e-4, 5)]
    public void Ticks_are_round_within_the_range_and_few(double minimum, double maximum, int most)
    {
        var ticks = AxisTicks.Between(minimum, maximum, most);

        Assert.InRange(ticks.Values.Count, 1, most);
        Assert.All(ticks.Values, value => Assert.InRange(value, minimum - 1e-9, maximum + 1e-9));
        Assert.Contains(ticks.Step / Math.Pow(10, Math.Floor(Math.Log10(ticks.Step) + 1e-9)), new[] { 1.0, 2.0, 5.0 }, new Near());
        Assert.Equal(ticks.Values.Count, ticks.Values.Select(ticks.Text).Distinct().Count());
    }

    private static string[] Find(LabelledBox[] labels, params Detection[] detections) =>
        [.. MistakeFinder.Find(new JudgedPhoto("photo.png", labels, detections), 100)
            .Select(mistake => mistake.Words(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]))];

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(double value) => 0;
    }
}
