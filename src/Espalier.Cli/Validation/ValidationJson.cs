using System.Text.Json.Serialization;
using Espalier.Cli.Terminal;
using Espalier.Datasets;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Validation;

/// <summary>What <c>validate --json</c> prints: the names are a promise to programs.</summary>
internal sealed record ValidationJson
{
    public required string Weights { get; init; }

    public required string Data { get; init; }

    public required string Split { get; init; }

    public required int Images { get; init; }

    public required int Labels { get; init; }

    /// <summary>Photos and labels that were left out or mended.</summary>
    public required int Problems { get; init; }

    public required double Precision { get; init; }

    public required double Recall { get; init; }

    public required double F1 { get; init; }

    public required double BestConfidence { get; init; }

    [JsonPropertyName("mAP50")]
    public required double MeanAveragePrecision50 { get; init; }

    [JsonPropertyName("mAP50_95")]
    public required double MeanAveragePrecision50To95 { get; init; }

    public required CocoJson Coco { get; init; }

    public required double MeanIoU { get; init; }

    public required IReadOnlyList<ClassJson> PerClass { get; init; }

    /// <summary>Whole house numbers read right, and the share that can be read at three accuracies;
    /// null where the classes are no digits.</summary>
    public required NumberAccuracyJson? NumberAccuracy { get; init; }

    public required double MsPerImage { get; init; }

    public required double NetworkMsPerImage { get; init; }

    /// <summary>The whole text.</summary>
    public static string Format(string weights, ValidationRequest request, ValidationOutcome outcome, DetectionDataset dataset,
        NumberAccuracy? numbers)
    {
        var report = outcome.Report;
        var json = new ValidationJson
        {
            Weights = weights,
            Data = request.Data,
            Split = request.Split,
            Images = report.Pictures,
            Labels = report.Labels,
            Problems = dataset.Problems.Count,
            Precision = report.Precision,
            Recall = report.Recall,
            F1 = report.F1,
            BestConfidence = report.BestConfidence,
            MeanAveragePrecision50 = report.MeanAveragePrecision50,
            MeanAveragePrecision50To95 = report.MeanAveragePrecision50To95,
            Coco = new CocoJson(report.CocoAveragePrecision50, report.CocoAveragePrecision),
            MeanIoU = report.MeanIoU,
            PerClass = [.. report.PerClass.Select(metrics => ClassJson.Of(metrics, dataset.ClassNames[metrics.Class]))],
            NumberAccuracy = numbers is null ? null : NumberAccuracyJson.Of(numbers),
            MsPerImage = outcome.Timing.Total,
            NetworkMsPerImage = outcome.Timing.Network,
        };
        return JsonOutput.Text(json);
    }
}

/// <summary>How often whole numbers are right, and the share of pictures that can be read with at least .90,
/// .95 and .99 of them right.</summary>
/// <remarks>Then: in how many pictures a number was accepted, and how many of those are right; what was read where there is none; how
/// often each confidence is right.</remarks>
internal sealed record NumberAccuracyJson(double Accuracy, int Pictures, double CoverageAt90, double CoverageAt95, double CoverageAt99,
    int Accepted, int AcceptedRight, FalseNumbers False, IReadOnlyList<ReliabilityBand> Reliability)
{
    public static NumberAccuracyJson Of(NumberAccuracy numbers) => new(numbers.Accuracy, numbers.Pictures, numbers.CoverageAt(0.9),
        numbers.CoverageAt(0.95), numbers.CoverageAt(0.99), numbers.Accepted, numbers.AcceptedRight, numbers.False, numbers.Reliability);
}

/// <summary>Average precisions by COCO's rule.</summary>
internal sealed record CocoJson([property: JsonPropertyName("AP50")] double At50, [property: JsonPropertyName("AP")] double Mean);

/// <summary>One class that has labels.</summary>
internal sealed record ClassJson(
    int Class, string Name, int Images, int Labels, double Precision, double Recall, double F1,
    [property: JsonPropertyName("AP50")] double AveragePrecision50,
    [property: JsonPropertyName("AP50_95")] double AveragePrecision50To95,
    CocoJson Coco)
{
    public static ClassJson Of(ClassMetrics metrics, string name) => new(metrics.Class, name, metrics.Pictures, metrics.Labels,
        metrics.Precision, metrics.Recall, metrics.F1, metrics.AveragePrecision50, metrics.AveragePrecision50To95,
        new CocoJson(metrics.CocoAveragePrecision50, metrics.CocoAveragePrecision50To95));
}
