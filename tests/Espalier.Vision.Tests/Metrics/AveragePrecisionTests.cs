namespace Espalier.Vision.Tests;

public sealed class AveragePrecisionTests
{
    [Fact]
    public void Padilla_s_example_gives_the_oracle_s_three_numbers()
    {
        var hits = EvaluationCases.Padilla().Where(picture => picture.Verdicts.Count > 0).Select(picture => picture.Verdicts[0].IsYolov5Hit(0)).ToArray();
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

    [Fact]
    public void No_detections_score_nothing()
    {
        Assert.Equal(0, AveragePrecision.Coco([], []));
        Assert.Equal(0, AveragePrecision.EveryPoint([], []));
    }
}
