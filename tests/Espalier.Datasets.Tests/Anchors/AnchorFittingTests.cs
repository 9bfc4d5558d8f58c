using Espalier.Core;
using Espalier.Datasets.Anchors;
using Espalier.Vision;

namespace Espalier.Datasets.Tests;

public sealed class AnchorFittingTests
{
    private static readonly AnchorSize[] Coco =
    [
        new(10, 13), new(16, 30), new(33, 23), new(30, 61), new(62, 45), new(59, 119), new(116, 90), new(156, 198), new(373, 326),
    ];

    [Fact]
    public void Quality_of_the_usual_anchors_is_the_oracles()
    {
        var boxes = AnchorFitting.LabelSizes(OracleEntries(), 320);
        var quality = AnchorFitting.Measure(boxes, Coco);
        Assert.Equal(500, boxes.Length);
        Assert.Equal(1, quality.BestPossibleRecall);
        Assert.Equal(5.286, quality.AnchorsAboveThreshold, .0005);
        Assert.Equal(.658557, quality.Fitness, .658557 * 1e-4);
    }

    [Fact]
    public void Fitted_anchors_are_as_good_as_the_oracles()
    {
        var boxes = AnchorFitting.LabelSizes(OracleEntries(), 320);
        var fitted = AnchorFitting.Fit(boxes, 9, new AnchorFittingOptions(), TestContext.Current.CancellationToken);
        Assert.InRange(AnchorFitting.Measure(boxes, fitted).Fitness, .93, 1);
        Assert.Equal(fitted.OrderBy(anchor => anchor.Area), fitted);
        Assert.Equal(fitted, AnchorFitting.Fit(boxes, 9, new AnchorFittingOptions(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Sufficient_anchors_are_kept_and_insufficient_ones_replaced()
    {
        var boxes = AnchorFitting.LabelSizes(OracleEntries(), 320);
        var options = new AnchorFittingOptions { Generations = 100 };
        var kept = AnchorFitting.Check(boxes, Coco, options, TestContext.Current.CancellationToken);
        Assert.False(kept.Changed);
        Assert.Equal(Coco, kept.Anchors);

        var replaced = AnchorFitting.Check(boxes, Array.ConvertAll(Coco, anchor => new AnchorSize(anchor.Width * 60, anchor.Height * 60)),
            options, TestContext.Current.CancellationToken);
        Assert.True(replaced.Changed);
        Assert.InRange(replaced.Before.BestPossibleRecall, 0, .98);
        Assert.InRange(replaced.After.BestPossibleRecall, .99, 1);
        Assert.Equal([6, 6, 6], replaced.PerLevel(3).Select(level => level.Length));
        Assert.Equal(replaced.Anchors[3].Width, replaced.PerLevel(3)[1][0]);
    }

    [Fact]
    public void Too_few_boxes_keep_the_anchors()
    {
        Assert.False(AnchorFitting.Check([], Coco, new AnchorFittingOptions(), TestContext.Current.CancellationToken).Changed);
        Assert.False(AnchorFitting.Check([new AnchorSize(1000, 2)], Coco, new AnchorFittingOptions(), TestContext.Current.CancellationToken)
            .Changed);
        Assert.Throws<EspalierException>(() => AnchorFitting.Fit([new AnchorSize(9, 9)], 9, new AnchorFittingOptions(),
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Boxes_all_alike_are_fitted_exactly()
    {
        var boxes = Enumerable.Repeat(new AnchorSize(12, 30), 50).ToArray();
        var fitted = AnchorFitting.Fit(boxes, 3, new AnchorFittingOptions { Generations = 50 }, TestContext.Current.CancellationToken);
        Assert.Equal(1, AnchorFitting.Measure(boxes, fitted).Fitness, 1e-6);
    }

    [Fact]
    public void Label_sizes_vary_by_the_photo_and_within_the_bounds()
    {
        var entries = OracleEntries();
        var exact = AnchorFitting.LabelSizes(entries, 320);
        var varied = AnchorFitting.LabelSizes(entries, 320, .1, seed: 1);
        var ratios = exact.Zip(varied, (a, b) => b.Width / a.Width).ToList();
        Assert.InRange(ratios.Min(), .9, .92);
        Assert.InRange(ratios.Max(), 1.08, 1.1);
        Assert.Equal(varied, AnchorFitting.LabelSizes(entries, 320, .1, seed: 1));
    }

    /// <summary>Oracle, "AutoAnchor". Photo sizes there are real numbers: here a thousandth of a pixel is the unit.</summary>
    private static DatasetEntry[] OracleEntries() => [.. Enumerable.Range(0, 200).Select(i =>
    {
        double width = 100 + 50 * Math.Abs(Math.Sin(i + 1)), height = 50 + 20 * Math.Abs(Math.Cos(i + 1));
        var labels = Enumerable.Range(0, i % 4 + 1).Select(j => new LabelledBox(0, new Box(
            0, 0,
            (float)((.08 + .05 * Math.Abs(Math.Sin(3 * i + j))) * width * 1000),
            (float)((.5 + .3 * Math.Abs(Math.Cos(2 * i + j))) * height * 1000))));
        return new DatasetEntry("photo", (int)Math.Round(width * 1000), (int)Math.Round(height * 1000), [.. labels]);
    })];

    [Fact]
    public void Fitting_stops_when_it_is_told_to()
    {
        AnchorSize[] boxes = [.. Enumerable.Range(1, 50).Select(side => new AnchorSize(side + 2, side + 3))];

        Assert.Throws<OperationCanceledException>(() => AnchorFitting.Fit(boxes, 9, new AnchorFittingOptions(),
            new CancellationToken(canceled: true)));
    }
}
