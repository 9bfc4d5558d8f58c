namespace Espalier.Vision.Tests;

public sealed class AveragePrecisionTests
{
    [Fact]
    public void Padilla_s_example_gives_the_oracle_s_three_numbers()
    {
        var hits = EvaluationCases.Padilla().Where(picture => picture.Verdicts.Count > 0)
            .Select(picture => picture.Verdicts[0].IsYolov5Hit(0)).ToArray();
        var curve = PrecisionRecallCurve.Of(hits, 15);
        Assert.Equal(0.32265740, AveragePrecision.Yolov5(curve.Recall, curve.Precision), 1e-7);
        Assert.Equal(0.24816022, AveragePrecision.Coco(curve.Recall, curve.Precision), 1e-7);
        Assert.Equal(0.24568668, AveragePrecision.EveryPoint(curve.Recall, curve.Precision), 1e-7);
    }

    [Fact]
    public void Perfect_detections_score_one_by_COCO_and_nearly_one_by_yolov5()
    {
        var curve = PrecisionRecallCurve.Of([true, true, true, true], 4);
        Assert.Equal(1, AveragePrecision.Coco(curve.Recall, curve.Precision), 1e-12);
        Assert.Equal(1, AveragePrecision.EveryPoint(curve.Recall, curve.Precision), 1e-12);

        // The last of yolov5's 101 points is the sentinel (1, 0): half a step is lost, as in yolov5 itself (.995).
        Assert.Equal(0.995, AveragePrecision.Yolov5(curve.Recall, curve.Precision), 1e-12);
    }

    [Theory]
    [InlineData(7, 20)]
    [InlineData(41, 100)]
    [InlineData(47, 100)]
    [InlineData(57, 100)]
    [InlineData(69, 100)]
    [InlineData(7, 10)]
    [InlineData(41, 50)]
    [InlineData(83, 100)]
    [InlineData(47, 50)]
    [InlineData(19, 20)]
    public void A_recall_that_COCO_s_own_threshold_is_a_little_above_does_not_reach_it(int hits, int labels)
    {
        // numpy's linspace gives COCO .35000000000000003 where 7 of 20 are .35: the recall of 7 in 20 counts at 35 thresholds, 0 to .34.
        var curve = PrecisionRecallCurve.Of([.. Enumerable.Repeat(true, hits)], labels);

        Assert.Equal(hits * 100 / labels / 101.0, AveragePrecision.Coco(curve.Recall, curve.Precision), 1e-12);
    }

    [Fact]
    public void Every_other_recall_of_whole_hundredths_reaches_its_threshold()
    {
        int[] apart = [35, 41, 47, 57, 69, 70, 82, 83, 94, 95];
        for (var hundredths = 1; hundredths <= 100; hundredths++)
        {
            if (apart.Contains(hundredths)) continue;
            var curve = PrecisionRecallCurve.Of([.. Enumerable.Repeat(true, hundredths)], 100);
            Assert.Equal((hundredths + 1) / 101.0, AveragePrecision.Coco(curve.Recall, curve.Precision), 1e-12);
        }
    }

    [Fact]
    public void Yolov5_s_curve_begins_at_one_never_rises_and_ends_at_nothing()
    {
        double[] recalls = [9, 9, 9, 9, 9], envelope = [9, 9, 9, 9, 9];

        AveragePrecision.Extend([.2, .4, .6], [.5, .8, .3], recalls, envelope);

        Assert.Equal([0, .2, .4, .6, 1], recalls);
        Assert.Equal([1, .8, .8, .3, 0], envelope);
    }

    [Fact]
    public void Each_rule_takes_the_highest_precision_at_or_beyond_a_recall()
    {
        double[] recall = [.25, .5, .75], precision = [.4, .8, .6];

        Assert.Equal((51 * .8 + 25 * .6) / 101, AveragePrecision.Coco(recall, precision), 1e-12);
        Assert.Equal(.5 * .8 + .25 * .6, AveragePrecision.EveryPoint(recall, precision), 1e-12);
    }

    [Fact]
    public void Yolov5_s_area_begins_at_the_point_of_no_recall() =>
        Assert.Equal(.5, AveragePrecision.Yolov5([.5], [.5]), 1e-12); // straight from (0, 1) by (.5, .5) to (1, 0)

    [Fact]
    public void No_detections_score_nothing()
    {
        Assert.Equal(0, AveragePrecision.Coco([], []));
        Assert.Equal(0, AveragePrecision.EveryPoint([], []));
    }
}
