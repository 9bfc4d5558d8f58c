using System.Text.Json;
using Espalier.Tests;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Training.Tests.Runs;

/// <summary>Prediction on ordinary photos against what the reference finds with the same COCO weights
/// (oracle/coco-detections.json).</summary>
public sealed class PredictorTests
{
    private const float PixelTolerance = 2;
    private const float ConfidenceTolerance = 0.01f;

    [Theory]
    [InlineData("bus.jpg", false)]
    [InlineData("bus.jpg", true)]
    [InlineData("zidane.jpg", false)]
    [InlineData("zidane.jpg", true)]
    public void Coco_weights_find_what_the_reference_finds(string photo, bool square)
    {
        var expected = Reference($"{photo} {(square ? "square" : "auto")}");
        var picture = PictureReader.Read(SharedMaterial.Require("data", "images", photo));
        using var predictor = Predictor.Open(
            SharedMaterial.Require("data", "weights", "yolov5n.pt"),
            new PredictorOptions
            {
                ImageSize = 640,
                Square = square,
                Device = "cpu",
            }
        );
        var found = predictor.Detect(picture);

        Assert.Equal(expected.Select(detection => detection.Class), found.Select(detection => detection.Class));
        foreach (var (reference, mine) in expected.Zip(found))
        {
            var box = mine.Box;
            Assert.Equal(reference.Confidence, mine.Confidence, ConfidenceTolerance);
            Assert.Equal(reference.Box.Left, box.Left, PixelTolerance);
            Assert.Equal(reference.Box.Top, box.Top, PixelTolerance);
            Assert.Equal(reference.Box.Right, box.Right, PixelTolerance);
            Assert.Equal(reference.Box.Bottom, box.Bottom, PixelTolerance);
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
