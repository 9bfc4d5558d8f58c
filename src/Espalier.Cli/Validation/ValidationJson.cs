using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Cli.Terminal;
using Espalier.Datasets;
using Espalier.Training.Runs;
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

    public required double MsPerImage { get; init; }

    public required double NetworkMsPerImage { get; init; }

    /// <summary>The whole text.</summary>
    public static string Format(string weights, ValidationRequest request, ValidationOutcome outcome, DetectionDataset dataset)
    {
        var report = outcome.Report;
        var json = new ValidationJson
        {
            Weights = weights,
            Data = request.Data,
            Split = request.Split,
            Images = report.Pictures,
            Labels = report.Labels,
            Precision = report.Precision,
            Recall = report.Recall,
            F1 = report.F1,
            BestConfidence = report.BestConfidence,
            MeanAveragePrecision50 = report.MeanAveragePrecision50,
            MeanAveragePrecision50To95 = report.MeanAveragePrecision50To95,
            Coco = new CocoJson(report.CocoAveragePrecision50, report.CocoAveragePrecision),
            MeanIoU = report.MeanIoU,
            PerClass = [.. report.PerClass.Select(metrics => ClassJson.Of(metrics, dataset.ClassNames[metrics.Class]))],
            MsPerImage = outcome.Timing.Total,
            NetworkMsPerImage = outcome.Timing.Network,
        };
        return JsonSerializer.Serialize(json, JsonOutput.Format) + "\n";
    }
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
    public static ClassJson Of(ClassMetrics metrics, string name) => new(
        metrics.Class, name, metrics.Pictures, metrics.Labels, metrics.Precision, metrics.Recall, metrics.F1,
        metrics.AveragePrecision50, metrics.AveragePrecision50To95, new CocoJson(metrics.CocoAveragePrecision50, metrics.CocoAveragePrecision50To95));
}
