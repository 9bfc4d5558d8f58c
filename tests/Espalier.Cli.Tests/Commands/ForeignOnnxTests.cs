using System.Text.Json;
using Espalier.Runtime.Tests;

namespace Espalier.Tests.Commands;

/// <summary>Commands on other people's ONNX files.</summary>
public sealed class ForeignOnnxTests : IDisposable
{
    private const string Names = "{0: '0', 1: '1', 2: '2', 3: '3', 4: '4', 5: '5', 6: '6', 7: '7', 8: '8', 9: '9'}";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Validation_sees_the_same_in_every_layout()
    {
        // The first photo's square, of class 0: left 3, top 5, side 32.
        var data = _workspace.YoloFolder();
        float[] cell = [19, 21, 32, 32, 0.9f, .. new float[9]], row = [19, 21, 32, 32, 0.9f, 1, .. new float[9]],
        detection = [3, 5, 35, 37, 0.9f, 0];
        var columns = Validation("columns.onnx", OnnxBytes.Columns(-1, 64, 64, [8, 16, 32], cell), data);

        Assert.InRange(columns, 0.05, 1);
        Assert.Equal(columns, Validation("rows.onnx", OnnxBytes.Rows(-1, 64, 64, [8, 16, 32], row), data), 1e-9);
        Assert.Equal(columns, Validation("end.onnx", OnnxBytes.Constants(1, 64, 64, ("output0", [1, 6], detection)), data), 1e-9);
    }

    [Fact]
    public void Of_an_end_to_end_file_validation_suppresses_nothing()
    {
        // The surer box overlaps the right one by more than validation allows, and the object by less than counts.
        float[] wrong = [15, 5, 47, 37, 0.95f, 0], right = [8, 5, 40, 37, 0.9f, 0];

        Assert.InRange(Validation("twice.onnx", OnnxBytes.Constants(1, 64, 64, ("output0", [2, 6], [.. wrong, .. right])),
            _workspace.YoloFolder()), 0.01, 1);
    }

    [Fact]
    public void Files_that_suppress_by_arguments_are_not_judged()
    {
        var path = _workspace.Write("nms.onnx", OnnxBytes.Constants(1, 64, 64, ("output0", [1, 6], [3, 5, 35, 37, 0.9f, 0]))
            .WithUltralytics(Names).With("args", "{'nms': True}").ToBytes());

        Assert.Contains("suppresses by itself", _workspace.Refusal("validate", path, "--data", _workspace.YoloFolder()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_no_numbers_are_told()
    {
        var path = _workspace.Write("nan.onnx", OnnxBytes.Constants(1, 64, 64,
            ("output0", [2, 6], [3, float.NaN, 35, 37, 0.9f, 0, 3, 5, 35, 37, 0.8f, 1])).WithUltralytics(Names).ToBytes());
        _workspace.YoloFolder(pictures: 3);
        const string Sentence = "3 rows of the network's output were dropped: they hold NaN or infinity, or a class that there is not.";

        Assert.Contains(Sentence, CommandRun.Of("predict", path, "--source", _workspace.At("set/images"), "--no-pictures")
            .Succeeded().Error, StringComparison.Ordinal);
        Assert.Contains(Sentence, CommandRun.Of("read", path, "--source", _workspace.At("set/images")).Succeeded().Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Other_networks_are_refused_by_name()
    {
        var path = _workspace.Write("pose.onnx", OnnxBytes.Columns(1, 64, 64, [8, 16, 32], new float[56])
            .WithUltralytics("{0: 'person'}", task: "pose").ToBytes());

        Assert.StartsWith($"'{path}' is a pose network, which gives key points",
            _workspace.PredictionRefusal(path, _workspace.YoloFolder()), StringComparison.Ordinal);
    }

    private double Validation(string name, OnnxBytes file, string data) => JsonDocument.Parse(
                CommandRun
                    .Of("validate", _workspace.Write(name, file.WithUltralytics(Names).ToBytes()), "--data", data, "--json")
                    .Succeeded()
                    .Output
            )
            .RootElement.GetProperty("mAP50")
            .GetDouble();
}
