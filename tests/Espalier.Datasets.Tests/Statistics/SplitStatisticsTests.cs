using Espalier.Datasets;
using Espalier.Datasets.Statistics;
using Espalier.Vision;
using FsCheck.Xunit;

namespace Espalier.Tests.Statistics;

public class SplitStatisticsTests
{
    [Fact]
    public void Boxes_photos_and_places_are_measured()
    {
        var statistics = SplitStatistics.Of("train", new DetectionDataset(
            [
                new DatasetEntry("a", 100, 50, [new LabelledBox(0, new Box(0, 0, 10, 20)), new LabelledBox(1, new Box(90, 40, 100, 50))]),
                new DatasetEntry("b", 200, 100, []),
            ],
            ["x", "y"], []));

        Assert.Equal((2, 1, 2), (statistics.Totals.Photos, statistics.Totals.BackgroundPhotos, statistics.Totals.Objects));
        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 0], statistics.ObjectsPerPhoto.Counts);
        Assert.Equal(new Quantiles(10, 10.5, 15, 19.5, 20, 15), statistics.BoxHeight);
        Assert.Equal(0.4, statistics.HeightShare!.Maximum, 6);
        Assert.Equal(1, statistics.Positions[0][0] + statistics.Positions[1][0]);
        Assert.Equal(1, statistics.Positions[4][4]);
        Assert.Equal(150, statistics.PhotoWidth!.Median);
    }

    [Fact]
    public void A_split_of_backgrounds_has_no_box_measures()
    {
        var statistics = SplitStatistics.Of("train", new DetectionDataset([new DatasetEntry("b", 200, 100, [])], ["x"], []));

        Assert.Null(statistics.Aspect);
        Assert.All(statistics.BoxHeights.Counts, count => Assert.Equal(0, count));
    }

    [Property(MaxTest = 200)]
    public bool Every_value_falls_into_one_bin_and_quantiles_never_cross(int[] values)
    {
        var histogram = Histogram.Of(values.Select(value => (double)value), 0, 1, 5, 100);
        var spread = Quantiles.Of(values.Select(value => (double)value));
        return histogram.Counts.Sum() == values.Length
            && histogram.Counts[3] == values.Count(value => value >= 100)
            && (spread is null ? values.Length == 0 : spread.Minimum <= spread.Low && spread.Low <= spread.Median
                && spread.Median <= spread.High && spread.High <= spread.Maximum);
    }
}
