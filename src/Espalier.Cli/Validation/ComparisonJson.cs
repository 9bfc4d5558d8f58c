using System.Text.Json.Serialization;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Validation;

/// <summary>What <c>compare --json</c> prints: the names are a promise to programs.</summary>
internal sealed record ComparisonJson(ComparedJson First, ComparedJson Second, int Images, IReadOnlyList<OutputDifference> Differences,
    GainJson Gain)
{
    public static ComparisonJson Of(string first, string second, NetworkComparison comparison)
    {
        var gain = comparison.MeanAveragePrecision50;
        return new(
            ComparedJson.Of(first, comparison.First), ComparedJson.Of(second, comparison.Second), comparison.First.Pictures,
            comparison.Differences,
            new GainJson(gain.Difference, gain.Lower, gain.Upper, gain.Resamples));
    }
}

/// <summary>One model of a comparison.</summary>
internal sealed record ComparedJson(
    string Model, double Precision, double Recall,
    [property: JsonPropertyName("mAP50")] double MeanAveragePrecision50,
    [property: JsonPropertyName("mAP50_95")] double MeanAveragePrecision50To95,
    CocoJson Coco, double MeanIoU)
{
    public static ComparedJson Of(string model, DetectionReport report) => new(
        model, report.Precision, report.Recall, report.MeanAveragePrecision50, report.MeanAveragePrecision50To95,
        new CocoJson(report.CocoAveragePrecision50, report.CocoAveragePrecision), report.MeanIoU);
}

/// <summary>mAP50 of the second model minus that of the first, and the 95 % interval of the difference.</summary>
internal sealed record GainJson([property: JsonPropertyName("mAP50")] double MeanAveragePrecision50, double Lower,
    double Upper, int Resamples);
