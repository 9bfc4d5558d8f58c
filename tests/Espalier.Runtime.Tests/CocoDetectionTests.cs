using System.Text.Json;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Runtime.Tests;

/// <summary>The detector on ordinary photos against what the reference finds with the same COCO weights (oracle/coco-detections.json,
/// "square").</summary>
public sealed class CocoDetectionTests
{
    private const float PixelTolerance = 2;
    private const float ConfidenceTolerance = 0.01f;

    [Theory]
    [InlineData("bus.jpg")]
    [InlineData("zidane.jpg")]
    public void The_original_exporters_file_finds_what_the_reference_finds(string photo)
        => Finds(File.ReadAllBytes(SharedMaterial.Require("data", "weights", "yolov5n.onnx")), photo, square: true);

    [Theory]
    [InlineData("bus.jpg")]
    [InlineData("zidane.jpg")]
    public void Our_own_file_of_the_same_weights_finds_it_too(string photo)
        => Finds(Export(new OnnxOptions { Batch = 1, Height = 640, Width = 640 }), photo, square: true);

    [Theory]
    [InlineData("bus.jpg", true)]
    [InlineData("bus.jpg", false)]
    [InlineData("zidane.jpg", true)]
    [InlineData("zidane.jpg", false)]
    public void A_file_of_free_size_finds_it_in_squares_and_rectangles(string photo, bool square) =>
        Finds(Export(new OnnxOptions()), photo, square);

    [Theory]
    [InlineData("bus.jpg")]
    [InlineData("zidane.jpg")]
    public void Suppression_inside_the_file_finds_it_too(string photo)
        => Finds(Export(new OnnxOptions { Batch = 1, Height = 640, Width = 640, Suppression = NmsOptions.ForPrediction }),
            photo, square: true);

    [Fact]
    public void The_original_exporters_metadata_are_understood()
    {
        using var detector = Detector.Open(SharedMaterial.Require("data", "weights", "yolov5n.onnx"));

        Assert.Equal(80, detector.ClassNames.Count);
        Assert.Equal("person", detector.ClassNames[0]);
        Assert.Equal("toothbrush", detector.ClassNames[79]);
        Assert.Equal((32, 640, 640, 1), (detector.Facts.Stride, detector.Facts.Height, detector.Facts.Width, detector.Facts.Batch));
    }

    private static byte[] Export(OnnxOptions options) =>
        OnnxEmission.Emit(Checkpoint.Open(SharedMaterial.Require("data", "weights", "yolov5n.pt")), options).ToBytes();

    private static void Finds(byte[] file, string photo, bool square)
    {
        // The reference shrinks bilinearly when it predicts.
        using var detector = Detector.Open(file,
            new DetectorOptions { Filter = ResizeFilter.Bilinear, Rectangular = square ? false : null });
        var found = detector.Detect(PictureReader.Read(SharedMaterial.Require("data", "images", photo)));
        var expected = Reference($"{photo} {(square ? "square" : "auto")}");

        Assert.Equal(expected.Select(detection => detection.Class), found.Select(detection => detection.Class));
        foreach (var (reference, mine) in expected.Zip(found))
        {
            Assert.Equal(reference.Confidence, mine.Confidence, ConfidenceTolerance);
            Assert.Equal(reference.Box.Left, mine.Box.Left, PixelTolerance);
            Assert.Equal(reference.Box.Top, mine.Box.Top, PixelTolerance);
            Assert.Equal(reference.Box.Right, mine.Box.Right, PixelTolerance);
            Assert.Equal(reference.Box.Bottom, mine.Box.Bottom, PixelTolerance);
        }
    }

    /// <summary>The detections of a case, most confident first.</summary>
    private static Detection[] Reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedMaterial.Require("oracle", "coco-detections.json")));
        var rows = document.RootElement.GetProperty("cases").GetProperty(name).GetProperty("detections_xyxy_conf_class");
        return [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())
            .Select(row => new Detection(new Box(row[0], row[1], row[2], row[3]), row[4], (int)row[5]))];
    }
}
