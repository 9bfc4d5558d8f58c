using Espalier.Core.Options;
using Espalier.Networks;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime.Tests;

public sealed class WarningTests
{
    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v4")]
    [InlineData("yolov5n-v3")]
    public void No_file_gives_a_warning_at_full_optimization(string architecture)
    {
        var checkpoint = Emitted.Checkpoint(architecture);
        OnnxOptions[] kinds =
        [
            new(), new() { Batch = 1, Height = 64, Width = 64 }, new() { Batch = 3 },
            new() { Height = 64, Width = 96, Precision = WeightPrecision.Half },
            new() { Suppression = NmsOptions.ForPrediction },
            new() { Batch = 1, Height = 64, Width = 64, Suppression = new NmsOptions { Agnostic = true } },
        ];
        foreach (var kind in kinds)
        {
            using var network = OnnxNetwork.Open(OnnxEmission.Emit(checkpoint, kind).ToBytes());
        }

        Assert.Empty(RuntimeWarnings.All);
    }

    [Fact]
    public void A_warning_would_be_heard()
    {
        // A tensor that nothing reads: ONNX Runtime removes it and says so.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO, LogId = "heard" };
        using var session = new InferenceSession(OnnxEmission.Emit(Emitted.Checkpoint("yolov5n")).ToBytes(), options);

        Assert.Contains(RuntimeWarnings.Heard, line => line.Contains("heard", StringComparison.Ordinal));
    }
}
