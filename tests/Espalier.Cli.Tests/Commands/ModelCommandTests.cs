using System.Text.Json;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier model</c>.</summary>
public class ModelCommandTests(TrainedRun trained)
{
    [Theory]
    [InlineData("yolov5n", 10, 1_777_447, 4.1671)]
    [InlineData("yolov5n", 80, 1_872_157, 4.4681)]
    [InlineData("yolov5s", 80, 7_235_389, 16.4336)]
    [InlineData("yolov5x", 10, 86_278_375, 203.9429)]
    public void Json_has_the_reference_s_numbers(string model, int classes, long parameters, double gflops)
    {
        var run = CommandRun.WithDecimalComma("model", model, "--classes", $"{classes}", "--json").Succeeded();

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(parameters, json.GetProperty("parameters").GetInt64());
        Assert.Equal(gflops, json.GetProperty("gflops").GetDouble(), 4);
        Assert.True(json.GetProperty("layers").GetInt32() > 100);
        Assert.Equal(25_200, json.GetProperty("predictions").GetInt64());
        Assert.Equal(25, json.GetProperty("rows").GetArrayLength());
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Json_names_the_layers_of_yolov5n() =>
        Assert.Equal((57, 60), Counts(JsonDocument.Parse(CommandRun.Of("model", "yolov5n", "--json").Succeeded().Output).RootElement));

    [Fact]
    public void Text_is_a_table_of_rows_and_a_line_of_totals_whatever_the_culture()
    {
        var text = CommandRun.WithDecimalComma("model", "yolov5n", "--classes", "10").Succeeded().Output;

        Assert.Equal(text, CommandRun.Of("model", "yolov5n", "--classes", "10").Output);
        Assert.StartsWith("yolov5n: 10 classes, 640 × 640 px", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ +0 +-1 +Conv +16×320×320 +1,760 +", text);
        Assert.Contains("1,777,447 parameters, 4.1671 GFLOPs", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
    }

    [Fact]
    public void Weights_and_tables_are_shown_too()
    {
        using var workspace = new Workspace();
        var table = workspace.Write("mine.yaml", "nc: 3\ndepth_multiple: 1\nwidth_multiple: 1\nanchors:\n  - [8, 8]\nbackbone:\n  - [-1, "
            + "1, Conv, [8, 3, 2]]\nhead:\n  - [-1, 1, Detect, [nc, anchors]]\n");

        var weights = CommandRun.Of("model", trained.Best, "--image-size", "64").Succeeded().Output;
        Assert.Contains("10 classes, 64 × 64 px", weights, StringComparison.Ordinal);
        Assert.Contains("1,777,447 parameters", weights, StringComparison.Ordinal);
        Assert.Contains("3 classes", CommandRun.Of("model", table).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_detector_that_comes_along_is_shown_and_an_onnx_file_is_refused_as_one()
    {
        using var workspace = new Workspace();
        var onnx = workspace.Write("net.onnx", "x");

        Assert.StartsWith("house-numbers: 10 classes, 160 × 160 px",
            CommandRun.Of("model", "house-numbers", "--image-size", "160").Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("net.onnx' is an ONNX file", workspace.Refusal("model", onnx), StringComparison.Ordinal);
    }

    private static (int, int) Counts(JsonElement json) =>
        (json.GetProperty("batchNorms").GetInt32(), json.GetProperty("convolutions").GetInt32());

    [Fact]
    public void Channel_groups_are_the_original_ones()
    {
        var json = System.Text.Json.JsonDocument.Parse(CommandRun.Of("model", "yolov5n", "--classes", "10", "--json").Succeeded().Output)
            .RootElement;
        var text = CommandRun.WithDecimalComma("model", "yolov5n", "--classes", "10", "--channels").Succeeded().Output;

        Assert.Equal(4352, json.GetProperty("freeChannels").GetInt32());
        Assert.Equal(50, json.GetProperty("channelGroups").GetArrayLength());
        Assert.Contains("model.4.cv1.conv, model.4.m.0.cv2.conv, model.4.m.1.cv2.conv", text, StringComparison.Ordinal);
        Assert.EndsWith("50 groups, 4,352 channels that may go\n", text, StringComparison.Ordinal);
    }
}
