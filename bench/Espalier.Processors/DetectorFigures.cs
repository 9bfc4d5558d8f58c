using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Processors;

/// <summary>What ONNX Runtime makes of the pictures: predictions, detections and house numbers, in float and in int8.</summary>
internal static class DetectorFigures
{
    private const int Classes = 10;

    /// <summary>float32 sums in another order.</summary>
    private const double Summation = 1e-5;

    /// <summary>What may be wrong with a confidence or a box for whoever reads it.</summary>
    private const double Decision = 1e-3;

    private static readonly DetectorOptions Calm = new() { Threads = 1, Spinning = false };

    public static IEnumerable<Figure> Of(Material material) =>
        [
        Predictions(material), .. Shipped(material, HouseNumberPrecision.FullPrecision),
        .. Shipped(material, HouseNumberPrecision.Quantized),
    ];

    private static Figure Predictions(Material material)
    {
        using var network = OnnxNetwork.Open(OnnxEmission.Emit(material.Checkpoint).ToBytes(), Calm);
        return Figure.Near("ONNX Runtime, float: predictions", Summation,
            network.Predict(material.Pixels, Material.PictureCount, Material.Side, Material.Side));
    }

    private static IEnumerable<Figure> Shipped(Material material, HouseNumberPrecision precision)
    {
        var (content, name) = (HouseNumberModel.Read(precision), precision == HouseNumberPrecision.Quantized ? "int8" : "float");
        using (var detector = Detector.Open(content, Calm))
        {
            var found = material.Street.SelectMany(drawn => detector.Detect(drawn.Picture)).ToArray();
            yield return Figure.Same($"house-numbers, {name}: digits found", found.Select(detection => detection.Class));
            yield return Figure.Near($"house-numbers, {name}: confidences", Decision, found.Select(detection => detection.Confidence));
            yield return Figure.Near($"house-numbers, {name}: boxes", Decision, found.SelectMany(Edges));
        }

        using (var detector = Detector.Open(content, Calm with { Suppression = NmsOptions.ForValidation }))
        {
            var report = DetectionMetrics.Report([.. material.Street.Select(drawn => PictureEvaluation.Evaluate(
                detector.Detect(drawn.Picture), drawn.Digits.Select(digit => new LabelledBox(digit.Digit, digit.Box))))], Classes);
            yield return Figure.Near($"house-numbers, {name}: mAP50", Decision, report.MeanAveragePrecision50);
            yield return Figure.Near($"house-numbers, {name}: mAP50-95", Decision, report.MeanAveragePrecision50To95);
        }

        using var reader = HouseNumberReader.Open(content, detector: Calm);
        var numbers = material.Street.SelectMany(drawn => reader.Read(drawn.Picture)).ToArray();
        yield return Figure.Same($"house-numbers, {name}: numbers read", numbers.Select(number => number.Text));
        yield return Figure.Near($"house-numbers, {name}: numbers' confidences", Decision, numbers.Select(number => number.Confidence));
    }

    private static IEnumerable<float> Edges(Detection detection)
    {
        var (left, top, right, bottom) = detection.Box;
        return [left, top, right, bottom];
    }
}
