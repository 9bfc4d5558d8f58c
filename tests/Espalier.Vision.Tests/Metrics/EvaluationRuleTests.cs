using Espalier.Core;

namespace Espalier.Vision.Tests;

/// <summary>The rules by which detections are counted, at their edges.</summary>
public sealed class EvaluationRuleTests
{
    private static readonly Box Square = new(0, 0, 10, 10);

    [Fact]
    public void An_overlap_counts_from_the_threshold_itself_on()
    {
        Assert.Equal([.5f, .55f, .6f, .65f, .7f, .75f, .8f, .85f, .9f, .95f], IoUThresholds.Values.ToArray());
        Assert.Equal(IoUThresholds.Count, IoUThresholds.CocoValues.Length);

        // Three quarters of a label so large that yolov5's 1e-7 is lost.
        var verdict = PictureEvaluation.Evaluate([new Detection(new(0, 0, 1024, 768), .9f, 0)],
            [new LabelledBox(0, new(0, 0, 1024, 1024))]).Verdicts[0];

        Assert.Equal(.75f, verdict.IoU);
        Assert.Equal((0b111111, 0b111111), (verdict.Yolov5Hits, verdict.CocoHits));
        Assert.Equal([true, true, true, true, true, true, false, false, false, false],
            Enumerable.Range(0, IoUThresholds.Count).Select(verdict.IsYolov5Hit));
        Assert.Equal([true, true, true, true, true, true, false, false, false, false],
            Enumerable.Range(0, IoUThresholds.Count).Select(verdict.IsCocoHit));
    }

    [Fact]
    public void A_verdict_says_what_the_detection_was_and_how_well_it_covers_its_label()
    {
        var evaluation = PictureEvaluation.Evaluate(
            [new(new(20, 20, 30, 30), .3f, 1), new(new(0, 0, 10, 6), .8f, 2), new(Square, .8f, 3)],
            [new(2, Square), new(1, new(50, 50, 60, 60))]);

        Assert.Equal([2, 1], evaluation.LabelClasses);
        Assert.Equal([(.8f, 2), (.8f, 3), (.3f, 1)], evaluation.Verdicts.Select(verdict => (verdict.Confidence, verdict.Class)));
        Assert.Equal([.6f, 0, 0], evaluation.Verdicts.Select(verdict => verdict.IoU), (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.All(evaluation.Verdicts, verdict => Assert.True(verdict.CountsForCoco));
    }

    [Fact]
    public void Equally_confident_detections_keep_their_order_and_pictures_theirs()
    {
        var evaluations = Enumerable.Range(0, 3).Select(picture => PictureEvaluation.Evaluate(
            Enumerable.Range(0, 4).Select(i => new Detection(new(0, 0, 1 + i, 1), i == 3 ? .9f : .5f, 1)), [new(1, new(0, 0, 2, 1))]))
            .ToArray();

        Assert.Equal([1f / 2, 1f / 2, 1, 2f / 3], evaluations[0].Verdicts.Select(verdict => verdict.IoU),
            (one, other) => Math.Abs(one - other) < 1e-5);
        var gathered = ClassDetections.Gather(evaluations, 2);
        Assert.Equal([0, 1, 2, 0, 0, 0, 1, 1, 1, 2, 2, 2], gathered[1].Pictures);
        Assert.Equal(evaluations.Select(evaluation => evaluation.Verdicts[0]), gathered[1].Verdicts[..3]);
        Assert.Equal(evaluations.SelectMany(evaluation => evaluation.Verdicts.Skip(1)), gathered[1].Verdicts[3..]);
        Assert.Equal((0, 3), (gathered[0].LabelCount, gathered[1].LabelCount));
        Assert.Empty(gathered[0].Verdicts);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_detection_of_a_class_beyond_is_named_as_a_label_is(int index)
    {
        var message = $"Class {index} was met, but there are only 2 classes.";

        Assert.Equal(message, Assert.Throws<EspalierException>(() => ClassDetections.Gather(
            [PictureEvaluation.Evaluate([new Detection(Square, .5f, index)], [])], 2)).Message);
        Assert.Equal(message, Assert.Throws<EspalierException>(() => ClassDetections.Gather(
            [PictureEvaluation.Evaluate([], [new LabelledBox(index, Square)])], 2)).Message);
    }

    [Fact]
    public void The_confusion_matrix_counts_above_its_confidence_and_its_overlap()
    {
        // An overlap of .45 to the bit is not above it, one of a little more is.
        var (edge, beyond) = (new Box(0, 0, 1000, 450), new Box(0, 0, 1000, 451));
        var label = new LabelledBox(1, new(0, 0, 1000, 1000));
        (int Taken, int Missed, int Wrong) Count(Box box, float confidence)
        {
            var matrix = ConfusionMatrix.Of([PictureEvaluation.Evaluate([new Detection(box, confidence, 0)], [label])], 2);
            return (matrix[0, 1], matrix[2, 1], matrix[0, 2]);
        }

        Assert.Equal((1, 0, 0), Count(beyond, .26f));
        Assert.Equal((0, 1, 1), Count(edge, .26f));
        Assert.Equal((0, 1, 0), Count(beyond, .25f));
        Assert.Equal((0, 1, 0), Count(edge, .25f));
    }

    [Fact]
    public void The_confusion_matrix_pairs_by_falling_overlap_and_a_detection_with_what_it_covers_best()
    {
        LabelledBox[] labels = [new(0, Square), new(1, new(0, 2, 10, 12))];
        Detection[] detections = [new(new(0, 1, 10, 10), .9f, 2), new(Square, .8f, 0), new(new(0, 2, 10, 12), .3f, 1)];
        var confusions = PictureEvaluation.Evaluate(detections, labels).Confusions;

        // The first covers the first label best, which the second covers better.
        Assert.Equal([new(0, 0), new(1, 1), new(2, ConfusionEntry.Background)], confusions);
    }

    [Fact]
    public void Cells_outside_the_confusion_matrix_are_refused()
    {
        var matrix = ConfusionMatrix.Of([], 2);

        Assert.Equal((2, 2, 0), (matrix.ClassCount, matrix.Background, matrix[2, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("predicted", () => matrix[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("predicted", () => matrix[-1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("actual", () => matrix[0, 3]);
        Assert.Throws<ArgumentOutOfRangeException>("actual", () => matrix[0, -1]);
    }

    [Fact]
    public void A_classes_numbers_are_read_at_the_best_confidence()
    {
        // Two labels on two pictures; at .6 and above one right and one wrong, below it the other label is found.
        PictureEvaluation[] pictures =
        [
            PictureEvaluation.Evaluate([new(Square, .9f, 1), new(new(50, 50, 60, 60), .8f, 1)], [new(1, Square)]),
            PictureEvaluation.Evaluate([new(new(0, 0, 10, 8), .6f, 1), new(new(70, 0, 80, 9), .05f, 1)], [new(1, Square)]),
        ];

        var report = DetectionMetrics.Report(pictures, 3);
        var metrics = Assert.Single(report.PerClass);

        Assert.Equal((1, 2, 2), (metrics.Class, metrics.Pictures, metrics.Labels));
        Assert.InRange(report.BestConfidence, .06, .59);
        Assert.InRange(metrics.Precision, .6, 2.0 / 3);
        Assert.Equal(1, metrics.Recall);
        Assert.Equal(2 * metrics.Precision / (metrics.Precision + 1), metrics.F1, 1e-9);
        Assert.Equal(metrics.Curves.Precision[(int)Math.Round(report.BestConfidence * 999)], metrics.Precision);
        Assert.Equal((2, 1), (metrics.TruePositives, metrics.FalsePositives));
        Assert.Equal((metrics.Precision, metrics.Recall, metrics.F1), (report.Precision, report.Recall, report.F1));
        Assert.Equal(.9, report.MeanIoU, 1e-6);

        // Precision 1 up to a recall of half, two thirds beyond; at IoU .80 the second label is still found, beyond it is not.
        Assert.Equal(metrics.AveragePrecisions[0], metrics.AveragePrecision50);
        Assert.Equal(metrics.AveragePrecisions[0], metrics.AveragePrecisions[5]);
        Assert.True(metrics.AveragePrecisions[7] < metrics.AveragePrecisions[5]);
        Assert.Equal(((51 * 1.0) + (50 * 2.0 / 3)) / 101, metrics.CocoAveragePrecision50, 1e-9);
        Assert.Equal(51.0 / 101, metrics.CocoAveragePrecisions[9], 1e-9);
        Assert.Equal(metrics.AveragePrecisions.Sum() / 10, metrics.AveragePrecision50To95, 1e-12);
        Assert.Equal(metrics.CocoAveragePrecisions.Sum() / 10, metrics.CocoAveragePrecision50To95, 1e-12);
    }

    [Fact]
    public void A_reports_means_are_over_the_classes_that_have_labels()
    {
        PictureEvaluation[] pictures =
        [
            PictureEvaluation.Evaluate([new(Square, .9f, 0), new(new(50, 50, 60, 60), .95f, 2)], [new(0, Square)]),
            PictureEvaluation.Evaluate([new(new(40, 0, 50, 6), .7f, 1)], [new(1, new(40, 0, 50, 10))]),
            PictureEvaluation.Evaluate([], [new(1, Square), new(1, new(40, 0, 50, 10))]),
        ];

        var report = DetectionMetrics.Report(pictures, 4);

        Assert.Equal((3, 4), (report.Pictures, report.Labels));
        Assert.Equal([(0, 1, 1), (1, 2, 3)], report.PerClass.Select(metrics => (metrics.Class, metrics.Pictures, metrics.Labels)));
        foreach (var (mean, of) in ((double, Func<ClassMetrics, double>)[])
            [
                (report.MeanAveragePrecision50, metrics => metrics.AveragePrecisions[0]),
                (report.MeanAveragePrecision50To95, metrics => metrics.AveragePrecisions.Average()),
                (report.CocoAveragePrecision50, metrics => metrics.CocoAveragePrecisions[0]),
                (report.CocoAveragePrecision, metrics => metrics.CocoAveragePrecisions.Average()),
                (report.Precision, metrics => metrics.Precision), (report.Recall, metrics => metrics.Recall),
                (report.F1, metrics => metrics.F1),
            ])
            Assert.Equal((of(report.PerClass[0]) + of(report.PerClass[1])) / 2, mean, 1e-12);
        Assert.Equal((2, 0), (report.TruePositives, report.FalsePositives));
        Assert.Equal((.1 * report.MeanAveragePrecision50) + (.9 * report.MeanAveragePrecision50To95), report.Fitness, 1e-12);
        Assert.Equal(.37, DetectionReport.FitnessOf(1, .3), 1e-12);
        Assert.Equal(new[] { 0, 500, 999 }.Select(point =>
            (report.PerClass[0].Curves.Recall[point] + report.PerClass[1].Curves.Recall[point]) / 2),
            new[] { 0, 500, 999 }.Select(point => report.MeanCurves.Recall[point]));
    }

    [Fact]
    public void Curves_are_what_is_found_above_each_confidence()
    {
        PictureEvaluation[] pictures =
        [
            PictureEvaluation.Evaluate([new(Square, .8f, 0), new(new(50, 50, 60, 60), .6f, 0)],
                [new(0, Square), new(0, new(90, 0, 99, 9))]),
        ];
        var curves = DetectionMetrics.Report(pictures, 1).PerClass[0].Curves;
        double At(double[] curve, double axis) => curve[(int)Math.Round(axis * (ClassCurves.PointCount - 1))];

        Assert.Equal((0.0, 1.0), (ClassCurves.Axis(0), ClassCurves.Axis(999)));
        Assert.Equal((.5, 1.0, 0.0), (At(curves.Recall, .7), At(curves.Precision, .9), At(curves.Recall, .9)));
        Assert.Equal(.75, At(curves.Precision, .7), 2e-3);
        Assert.Equal((.5, .5), (At(curves.Precision, .3), At(curves.Recall, .3)));
        Assert.Equal(.5, At(curves.F1, .3), 1e-9);
        Assert.Equal(.6, At(curves.F1, .7), 2e-3);
        Assert.Equal((1.0, 1.0), (curves.PrecisionAtRecall[0], At(curves.PrecisionAtRecall, .49)));
        Assert.Equal(0, curves.PrecisionAtRecall[^1], 1e-9);
        Assert.True(curves.Recall.Zip(curves.Recall.Skip(1)).All(pair => pair.First >= pair.Second));
    }
}
