using Espalier.Core;
using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class DetectionMetricsTests
{
    [Fact]
    public void Padilla_s_example_gives_yolov5_s_summary()
    {
        var report = DetectionMetrics.Report(EvaluationCases.Padilla(), 1);
        Assert.Equal((15, 6, 10), (report.Labels, report.TruePositives, report.FalsePositives));
        Assert.Equal(0.384572, report.Precision, 1e-6);
        Assert.Equal(0.4, report.Recall, 1e-6);
        Assert.Equal(0.392134, report.F1, 1e-6);
        Assert.Equal(0.32265740, report.MeanAveragePrecision50, 1e-7);
        Assert.Equal(0.24816022, report.CocoAveragePrecision50, 1e-7);
        Assert.Equal(1, report.MeanIoU, 1e-6);
    }

    [Fact]
    public void Of_detections_that_claim_one_label_the_most_confident_gets_it()
    {
        LabelledBox[] labels = [new(0, new(0, 0, 10, 10))];
        Detection[] detections = [new(new(0, 0, 10, 7), 0.5f, 0), new(new(0, 0, 10, 10), 0.4f, 0), new(new(0, 0, 10, 10), 0.9f, 1)];
        var verdicts = PictureEvaluation.Evaluate(detections, labels).Verdicts;
        Assert.Equal([0.9f, 0.5f, 0.4f], verdicts.Select(verdict => verdict.Confidence));
        Assert.Equal(0, verdicts[0].Yolov5Hits);
        Assert.Equal(0b0000011111, verdicts[1].Yolov5Hits); // up to IoU .70, with IoU .7
        Assert.Equal(0b1111100000, verdicts[2].Yolov5Hits); // beyond, where the better one fails
        Assert.Equal(verdicts.Select(verdict => verdict.Yolov5Hits), verdicts.Select(verdict => verdict.CocoHits));
    }

    [Fact]
    public void Only_COCO_lets_a_detection_fall_back_on_its_second_best_label()
    {
        LabelledBox[] labels = [new(0, new(0, 0, 10, 10)), new(0, new(0, 2, 10, 12))];
        Detection[] detections = [new(new(0, 0, 10, 10), 0.9f, 0), new(new(0, 0.5f, 10, 10.5f), 0.8f, 0)];
        var verdicts = PictureEvaluation.Evaluate(detections, labels).Verdicts;
        Assert.True(verdicts[0].IsYolov5Hit(0) && verdicts[0].IsCocoHit(0));
        Assert.False(verdicts[1].IsYolov5Hit(0));
        Assert.True(verdicts[1].IsCocoHit(0));
    }

    [Fact]
    public void Of_labels_covered_equally_yolov5_takes_the_first_and_COCO_the_last()
    {
        LabelledBox[] labels = [new(0, new(0, 0, 10, 10)), new(0, new(4, 0, 14, 10))];
        Detection[] detections = [new(new(2, 0, 12, 10), .9f, 0), new(labels[0].Box, .8f, 0), new(labels[1].Box, .7f, 0)];

        var verdicts = PictureEvaluation.Evaluate(detections, labels).Verdicts;

        // The first detection covers two thirds of the union with either: it takes a label at .50, .55, .60 and .65.
        const ushort All = 0b1111111111, Beyond = 0b1111110000;
        Assert.Equal([0b1111, Beyond, All], verdicts.Select(verdict => verdict.Yolov5Hits));
        Assert.Equal([0b1111, All, Beyond], verdicts.Select(verdict => verdict.CocoHits));
    }

    [Fact]
    public void The_best_point_is_that_of_the_curve_smoothed_over_a_tenth_with_its_ends_repeated()
    {
        Assert.Equal(600, DetectionMetrics.HighestPoint(Curve(i => i == 100 ? 10 : i is >= 550 and <= 650 ? .5 : 0)));
        Assert.Equal(0, DetectionMetrics.HighestPoint(Curve(i => i <= 50 ? 1 : 0)));
        Assert.Equal(999, DetectionMetrics.HighestPoint(Curve(i => i >= 949 ? 1 : 0)));
        Assert.Equal(0, DetectionMetrics.HighestPoint(Curve(_ => 1)));

        static double[] Curve(Func<int, double> value) => [.. Enumerable.Range(0, ClassCurves.PointCount).Select(value)];
    }

    [Fact]
    public void A_class_counts_its_pictures_once_and_its_overlap_is_the_mean_of_its_hits()
    {
        LabelledBox[] labels = [new(1, new(0, 0, 10, 10)), new(1, new(40, 0, 50, 10))];
        var report = DetectionMetrics.Report(
            [
                PictureEvaluation.Evaluate(
                    [new(new(0, 0, 10, 7), .9f, 1), new(new(40, 0, 50, 10), .9f, 1), new(new(80, 0, 90, 9), .1f, 1)], labels),
                PictureEvaluation.Evaluate([], []),
            ], 2);

        Assert.Equal((2, 2, 1, 2), (report.Pictures, report.Labels, report.PerClass[0].Pictures, report.PerClass[0].Labels));
        Assert.Equal(1, report.PerClass[0].Class);
        Assert.Equal(.85, report.MeanIoU, 1e-6);
        Assert.Equal((2, 0), (report.TruePositives, report.FalsePositives));
    }

    [Fact]
    public void COCO_looks_at_a_hundred_detections_of_a_class()
    {
        var detections = Enumerable.Range(0, 120).Select(i => new Detection(new(0, 0, 1, 1), 1 - i / 200f, i < 110 ? 0 : 1));
        var verdicts = PictureEvaluation.Evaluate(detections, []).Verdicts;
        Assert.Equal(100, verdicts.Count(verdict => verdict.Class == 0 && verdict.CountsForCoco));
        Assert.Equal(10, verdicts.Count(verdict => verdict.Class == 1 && verdict.CountsForCoco));
    }

    [Property(MaxTest = 20)]
    public void COCO_s_numbers_equal_a_plain_evaluation(int seed)
    {
        var pictures = EvaluationCases.Random(seed, 30, 3);
        var report = DetectionMetrics.Report(pictures.Evaluate(), 3);
        Assert.Equal(Enumerable.Range(0, 3).Average(index => PlainCoco(pictures, index, 0.5f)), report.CocoAveragePrecision50, 1e-9);
        Assert.Equal(Enumerable.Range(0, 3).Average(index => PlainCoco(pictures, index, 0.75f)),
            report.PerClass.Average(metrics => metrics.CocoAveragePrecisions[5]), 1e-9);
    }

    [Property(MaxTest = 20)]
    public bool Order_of_pictures_and_detections_does_not_matter(int seed)
    {
        var pictures = EvaluationCases.Random(seed, 30, 3);
        var report = DetectionMetrics.Report(pictures.Evaluate(), 3);
        new Random(seed).Shuffle(pictures);
        foreach (var (detections, _) in pictures) detections.Reverse();
        var shuffled = DetectionMetrics.Report(pictures.Evaluate(), 3);
        return Same(report.MeanAveragePrecision50To95, shuffled.MeanAveragePrecision50To95)
            && Same(report.CocoAveragePrecision, shuffled.CocoAveragePrecision)
            && Same(report.F1, shuffled.F1) && Same(report.MeanIoU, shuffled.MeanIoU);

        static bool Same(double a, double b) => Math.Abs(a - b) < 1e-9;
    }

    [Fact]
    public void COCO_s_rule_overlaps_boxes_in_its_own_arithmetic_and_yolov5_s_in_yolov5_s()
    {
        // Half of a label of one pixel: yolov5 adds 1e-7 to the union, so that it just misses .5; COCO adds nothing.
        var verdict = PictureEvaluation.Evaluate([new Detection(new(0, 0, 1, .5f), .9f, 0)], [new LabelledBox(0, new(0, 0, 1, 1))])
            .Verdicts[0];

        Assert.True(verdict.IsCocoHit(0));
        Assert.False(verdict.IsYolov5Hit(0));
        Assert.Equal(0, BoxOverlap.CocoIoU(new(3, 3, 3, 3), new(3, 3, 3, 3)));
        Assert.Equal([.5, .55, .6, .65, .7, .75, .8, .85, .8999999999999999, .95], IoUThresholds.CocoValues.ToArray());
    }

    [Fact]
    public void Perfect_detections_have_precision_recall_and_overlap_of_one()
    {
        var pictures = EvaluationCases.Random(1, 20, 3).Select(picture =>
                PictureEvaluation.Evaluate(picture.Labels.Select(label => new Detection(label.Box, 0.9f, label.Class)), picture.Labels)
            )
            .ToArray();
        var report = DetectionMetrics.Report(pictures, 3);
        Assert.Equal((1.0, 1.0, 1.0), (report.Precision, report.Recall, report.CocoAveragePrecision));
        Assert.Equal(1, report.MeanIoU, 1e-5);
        Assert.Equal((report.Labels, 0), (report.TruePositives, report.FalsePositives));
        Assert.Equal(report.Labels, Enumerable.Range(0, 3).Sum(index => report.Confusion[index, index]));
    }

    [Fact]
    public void Nothing_found_or_nothing_labelled_is_zero_not_NaN()
    {
        var nothingFound = DetectionMetrics.Report([PictureEvaluation.Evaluate([], [new LabelledBox(1, new(0, 0, 5, 5))])], 2);
        Assert.Equal((1, 0.0, 0.0, 0.0, 0.0), (nothingFound.PerClass.Count, nothingFound.MeanAveragePrecision50, nothingFound.Precision,
            nothingFound.F1, nothingFound.MeanIoU));
        Assert.Equal((0, 0), (nothingFound.TruePositives, nothingFound.FalsePositives));
        var nothingLabelled = DetectionMetrics.Report([PictureEvaluation.Evaluate([new Detection(new(0, 0, 5, 5), 0.5f, 1)], [])], 2);
        Assert.Equal((0, 0.0, 0.0), (nothingLabelled.PerClass.Count, nothingLabelled.Fitness, nothingLabelled.CocoAveragePrecision));
        Assert.Equal(0, DetectionMetrics.Report([], 2).F1);
    }

    [Fact]
    public void Classes_beyond_the_data_set_are_named() =>
        Assert.Equal(
            "Class 12 was met, but there are only 10 classes.",
            Assert
                .Throws<EspalierException>(() =>
                    DetectionMetrics.Report([PictureEvaluation.Evaluate([], [new LabelledBox(12, new(0, 0, 5, 5))])], 10)
                )
                .Message
        );

    [Fact]
    public void The_confusion_matrix_has_predictions_in_rows_labels_in_columns_and_background_last()
    {
        LabelledBox[] labels = [new(0, new(0, 0, 10, 10)), new(1, new(20, 0, 30, 10)), new(1, new(40, 0, 50, 10))];
        Detection[] detections =
        [
            new(new(0, 0, 10, 10), 0.9f, 0), new(new(0, 0, 10, 9), 0.8f, 1), new(new(20, 0, 30, 10), 0.7f, 0),
            new(new(80, 0, 90, 10), 0.6f, 1), new(new(40, 0, 50, 10), 0.2f, 1),
        ];
        var matrix = ConfusionMatrix.Of([PictureEvaluation.Evaluate(detections, labels)], 2);
        int[][] rows = [.. Enumerable.Range(0, 3)
            .Select(predicted => Enumerable.Range(0, 3).Select(actual => matrix[predicted, actual]).ToArray())];
        Assert.Equal([1, 1, 0], rows[0]);
        Assert.Equal([0, 0, 2], rows[1]);
        Assert.Equal([0, 1, 0], rows[2]);
    }

    [Fact]
    public void Curves_run_from_everything_found_to_nothing()
    {
        var report = DetectionMetrics.Report(EvaluationCases.Padilla(), 1);
        var curves = report.PerClass[0].Curves;
        Assert.Equal(7.0 / 15, curves.Recall[0], 1e-12);
        Assert.Equal(7.0 / 24, curves.Precision[0], 1e-12);
        Assert.Equal((0.0, 1.0, 0.0), (curves.Recall[^1], curves.Precision[^1], curves.F1[^1]));
        Assert.Equal((1.0, 0.0), (curves.PrecisionAtRecall[0], curves.PrecisionAtRecall[^1]));
        Assert.Equal(report.MeanCurves.F1, curves.F1);
    }

    // Written for being read, not for speed: all detections of the class by score, each takes the best free label of its picture.
    private static double PlainCoco((List<Detection> Detections, List<LabelledBox> Labels)[] pictures, int index, float threshold)
    {
        var free = pictures.Select(picture => picture.Labels.Where(label => label.Class == index).ToList()).ToArray();
        var labels = free.Sum(list => list.Count);
        var hits = new List<bool>();
        foreach (var (detection, picture) in pictures.SelectMany((p, i) => p.Detections.Where(d => d.Class == index).Select(d => (d, i)))
            .OrderByDescending(pair => pair.d.Confidence))
        {
            var best = free[picture].Where(label => BoxOverlap.IoU(label.Box, detection.Box) >= threshold)
                .OrderByDescending(label => BoxOverlap.IoU(label.Box, detection.Box)).Cast<LabelledBox?>().FirstOrDefault();
            if (best is { } label2) free[picture].Remove(label2);
            hits.Add(best is not null);
        }

        return Enumerable.Range(0, 101).Average(r => Enumerable.Range(1, hits.Count)
            .Select(n => (Recall: hits.Take(n).Count(hit => hit) / (double)labels, Precision: hits.Take(n).Count(hit => hit) / (double)n))
            .Where(point => point.Recall >= r / 100.0).Select(point => point.Precision).DefaultIfEmpty(0).Max());
    }
}
