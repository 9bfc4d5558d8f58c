using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Networks;
using Espalier.Runtime;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier export</c>.</summary>
public class ExportCommandTests(TrainedRun trained)
{
    [Fact]
    public void A_checkpoint_is_written_as_onnx_and_agrees_with_the_network()
    {
        using var workspace = new Workspace();
        var file = workspace.At("out", "net.onnx");

        var run = CommandRun.WithDecimalComma("export", trained.Best, "--output", file).Succeeded();

        Assert.Matches(@"net\.onnx  \d+\.\d\d MB, \d+ operations, images \(1, 3, 64, 64\), 10 classes", run.Output);
        Assert.Matches(@"Agrees with the network: largest difference \d\.\de[-−]\d", run.Output);
        using var detector = Detector.Open(file);
        Assert.Equal(10, detector.ClassNames.Count);
        Assert.Equal(["out", Path.Combine("out", "net.onnx")], workspace.Entries());
    }

    [Fact]
    public void A_file_whose_widths_were_filled_up_is_timed_beside_one_of_the_networks_own()
    {
        using var workspace = new Workspace();
        CommandRun.Of(
                "prune",
                trained.Best,
                "--data",
                trained.Data,
                "--by",
                "l1",
                "--keep-channels",
                "0.6",
                "--round",
                "4",
                "--uniform",
                "--no-latency",
                "--project",
                workspace.Project
            )
            .Succeeded();
        string[] words = ["export", workspace.At("runs", "prune", "pruned.safetensors"), "--channel-block", "16", "--no-check"];

        var run = CommandRun.WithDecimalComma(words).Succeeded();
        Assert.Matches(
            @"\nFilled up to blocks of 16\. On this machine \(\d+ threads?\): \d+\.\d\d "
                + @"ms a picture, unfilled \d+\.\d\d ms(, \d+\.\d\d × the speed|: too unsteady)",
            run.Output
        );

        JsonElement Ratio(params string[] more) =>
            JsonDocument.Parse(CommandRun.Of([.. words, "--json", .. more]).Succeeded().Output).RootElement.GetProperty("speedRatio");
        Assert.True(Ratio().GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, Ratio("--no-latency").ValueKind);
        Assert.DoesNotContain("On this machine", CommandRun.Of("export", trained.Best, "--output", workspace.At("whole.onnx"))
            .Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_lies_beside_the_weights_where_no_other_is_named()
    {
        using var workspace = new Workspace();
        File.Copy(trained.Best, workspace.At("net.safetensors"));

        CommandRun.Of("export", workspace.At("net.safetensors"), "--no-check").Succeeded();

        Assert.Equal(["net.onnx", "net.safetensors"], workspace.Entries());
    }

    [Theory]
    [InlineData(new string[0], "1", "64", "64")]
    [InlineData(new[] { "--dynamic" }, "any", "any", "any")]
    [InlineData(new[] { "--dynamic", "all" }, "any", "any", "any")]
    [InlineData(new[] { "--dynamic", "batch", "--image-size", "96" }, "any", "96", "96")]
    [InlineData(new[] { "--dynamic", "size", "--batch", "4" }, "4", "any", "any")]
    [InlineData(new[] { "--image-size", "64", "96", "--batch", "2", "--half", "--nms", "--conf", "0.3" }, "2", "64", "96")]
    public void What_is_free_and_what_is_fixed_is_chosen(string[] options, string batch, string height, string width)
    {
        using var workspace = new Workspace();
        var file = workspace.At("net.onnx");

        var json = JsonDocument.Parse(CommandRun.Of(["export", trained.Best, "--output", file, "--json", .. options]).Succeeded().Output)
            .RootElement;

        Assert.Equal((batch, height, width),
            (json.GetProperty("batch").GetString(), json.GetProperty("height").GetString(), json.GetProperty("width").GetString()));
        Assert.Equal(new FileInfo(file).Length, json.GetProperty("bytes").GetInt64());
        using var network = OnnxNetwork.Open(file);
        Assert.Equal((Number(batch), Number(height), Number(width)), (network.Facts.Batch, network.Facts.Height, network.Facts.Width));
        Assert.Equal(options.Contains("--nms"), network.Facts.Suppression is not null);

        static int? Number(string text) => text == "any" ? null : int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("--dynamic is one of batch, size, all, not 'width'.", "--dynamic", "width")]
    [InlineData("--conf has an effect only together with --nms.", "--conf", "0.3")]
    [InlineData("--image-size fixes what --dynamic leaves free; use --dynamic batch, or leave one out.", "--dynamic", "--image-size", "64")]
    [InlineData("--batch fixes what --dynamic leaves free; use --dynamic size, or leave one out.", "--dynamic", "batch", "--batch", "2")]
    [InlineData("--image-size takes one side or a height and a width, not 3 numbers.", "--image-size", "64", "64", "64")]
    [InlineData("The image size must be a multiple of the network's stride, 32, but is 100; the nearest is 96.", "--image-size", "100")]
    public void Words_that_contradict_each_other(string sentence, params string[] options)
    {
        using var workspace = new Workspace();

        var run = CommandRun.Of(["export", trained.Best, "--output", workspace.At("net.onnx"), .. options]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains($"espalier: {sentence}{Environment.NewLine}", run.Error, StringComparison.Ordinal);
        Assert.Empty(workspace.Entries());
    }

    [Fact]
    public void A_file_that_suppresses_by_itself_is_read_measured_and_looked_at_like_any_other()
    {
        using var workspace = new Workspace();
        var file = workspace.At("net.onnx");
        CommandRun.Of("export", trained.Best, "--output", file, "--nms", "--conf", "0.3", "--iou", "0.6", "--max-detections", "100")
            .Succeeded();

        CommandRun.Of("read", file, "--source", trained.Pictures).Succeeded();
        CommandRun.Of("bench", file, "--seconds", "0.1", "--rounds", "1").Succeeded();
        CommandRun.Of("predict", file, "--source", trained.Pictures, "--no-pictures").Succeeded();
        CommandRun.Of("predict", file, "--source", trained.Pictures, "--no-pictures", "--conf", "0.5", "--classes", "1,2").Succeeded();
        Assert.Contains("the confidence threshold must be within 0.3…1, but is 0.2.",
            CommandRun.Of("predict", file, "--source", trained.Pictures, "--conf", "0.2").Error, StringComparison.Ordinal);
        using var reader = HouseNumberReader.Open(file);
        Assert.Equal(10, reader.ClassNames.Count);
    }

    [Fact]
    public void What_cannot_be_exported_is_refused()
    {
        using var workspace = new Workspace();
        var none = workspace.At("none.safetensors");

        Assert.Equal($"There is no file '{none}'.", workspace.Refusal("export", none));
        Assert.Equal($"'{workspace.At("a.onnx")}' is an ONNX file already; export takes a checkpoint.",
            workspace.Refusal("export", workspace.At("a.onnx")));
        Assert.StartsWith("Cannot write '/dev/null/x.onnx': ",
            workspace.Refusal("export", trained.Best, "--no-check", "--output", "/dev/null/x.onnx"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_training_goes_along_as_facts()
    {
        using var workspace = new Workspace();
        CommandRun.Of("export", trained.Best, "--no-check", "--output", workspace.At("net.onnx")).Succeeded();
        using var network = OnnxNetwork.Open(workspace.At("net.onnx"));
        var metadata = network.Facts.Metadata;

        Assert.Equal("32", metadata["stride"]);
        Assert.Equal("{0: '0', 1: '1', 2: '2', 3: '3', 4: '4', 5: '5', 6: '6', 7: '7', 8: '8', 9: '9'}", metadata["names"]);
        Assert.Equal("64", metadata["espalier.imageSize"]);
        Assert.Contains(metadata.Keys, key => key.StartsWith("espalier.training.", StringComparison.Ordinal));
        Assert.Equal(Checkpoint.Load(trained.Best).Graph.Detect.Anchors.Length, JsonDocument.Parse(metadata["espalier.anchors"])
            .RootElement.GetArrayLength());
    }
}
