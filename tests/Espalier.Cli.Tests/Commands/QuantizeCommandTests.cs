using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Runtime;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier quantize</c>, and that what it writes is a model like any other.</summary>
public class QuantizeCommandTests(TrainedRun trained)
{
    [Fact]
    public void A_checkpoint_becomes_a_small_file_that_is_judged_read_and_measured()
    {
        using var workspace = new Workspace();
        File.Copy(trained.Best, workspace.At("net.safetensors"));

        var run = CommandRun.WithDecimalComma("quantize", workspace.At("net.safetensors"), "--data", trained.Data, "--pictures", "8")
            .Succeeded();

        Assert.Matches(@"net\.int8\.onnx  \d+\.\d\d MB, in float32 \d+\.\d\d MB; (every convolution in int8|.* in float)", run.Output);
        Assert.Matches(@"mAP50 \d\.\d{4}, in float32 \d\.\d{4}", run.Output);
        Assert.Matches(
            @"\nOn this machine \(\d+ threads?\): \d+\.\d\d ms a picture, in float32 \d+\.\d\d ms"
                + @"(, \d+\.\d\d × the speed(: .+)?|: too unsteady .+)\n$",
            run.Output
        );
        Assert.Equal(["net.int8.onnx", "net.safetensors"], workspace.Entries());
        var file = workspace.At("net.int8.onnx");
        using (var network = OnnxNetwork.Open(file))
        {
            Assert.Equal((1, 64, 64), (network.Facts.Batch, network.Facts.Height, network.Facts.Width));
            Assert.NotNull(network.Facts.RawHeads);
            Assert.Equal("int8", network.Facts.Metadata["espalier.precision"]);
        }

        CommandRun.Of("validate", file, "--data", trained.Data).Succeeded();
        CommandRun.Of("compare", trained.Best, file, "--data", trained.Data, "--resamples", "10").Succeeded();
        CommandRun.Of("predict", file, "--source", trained.Pictures, "--no-pictures").Succeeded();
        CommandRun.Of("read", file, "--source", trained.Pictures).Succeeded();
        CommandRun.Of("bench", file, "--seconds", "0.1", "--rounds", "1").Succeeded();
        var nodes = CommandRun.WithDecimalComma("bench", file, "--nodes", "--threads", "1").Succeeded().Output;
        Assert.Matches(@"QLinearConv +57 +\d+ +\d+\.\d %", nodes);
        Assert.Contains("--rounds has no effect together with --nodes", CommandRun.Of("bench", file, "--nodes", "--rounds", "3").Error,
            StringComparison.Ordinal);
        Assert.Contains("fixed at 64 × 64, so it cannot be 96", CommandRun.Of("bench", file, "--nodes", "--image-size", "96").Error,
            StringComparison.Ordinal);
        Assert.Contains("--tolerance has an effect only together with --keep auto", CommandRun.Of("quantize", trained.Best,
            "--data", trained.Data, "--keep", "none", "--tolerance", "1").Error, StringComparison.Ordinal);
        Assert.Contains("--nodes takes .onnx files", CommandRun.Of("bench", trained.Best, "--nodes").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mse")]
    [InlineData("min-max")]
    [InlineData("percentile")]
    [InlineData("entropy")]
    public void Every_calibration_and_the_standard_interface_are_to_be_had(string method)
    {
        using var workspace = new Workspace();
        var file = workspace.At("out", "net.onnx");

        var json = JsonDocument.Parse(CommandRun.Of(
            "quantize", trained.Best, "--data", trained.Data, "--calibration", method, "--pictures", "4", "--interface",
            "standard", "--keep", "none", "--weight-bits", "8",
            "--no-bias-correction", "--image-size", "64", "96", "--batch", "2", "--output", file, "--json").Succeeded().Output).RootElement;

        Assert.Equal((method, 8), (json.GetProperty("calibration").GetString(), json.GetProperty("weightBits").GetInt32()));
        Assert.Equal(new FileInfo(file).Length, json.GetProperty("bytes").GetInt64());
        Assert.True(json.GetProperty("bytes").GetInt64() < json.GetProperty("float32Bytes").GetInt64() / 2);
        Assert.All(["millisecondsBefore", "millisecondsAfter", "speedRatio"],
            name => Assert.True(json.GetProperty(name).GetDouble() > 0, name));
        using var network = OnnxNetwork.Open(file);
        Assert.Equal((2, 64, 96), (network.Facts.Batch, network.Facts.Height, network.Facts.Width));
        Assert.All(["mAP50", "mAP50_95", "float32MAP50", "float32MAP50_95"],
            name => Assert.InRange(json.GetProperty(name).GetDouble(), 0, 1));
        Assert.Equal(96, json.GetProperty("imageSize").GetInt32()); // judged in squares of the longer side
        Assert.Null(network.Facts.RawHeads);
    }

    [Fact]
    public void What_is_held_out_of_train_to_judge_by_is_not_calibrated_on()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        File.WriteAllText(data, File.ReadAllText(data).Replace("val: images\n", "", StringComparison.Ordinal));

        var run = CommandRun.Of("quantize", trained.Best, "--data", data, "--keep", "none", "--no-latency", "--output",
            workspace.At("net.onnx")).Succeeded();

        Assert.Contains("Calibrating on 7 pictures", run.Error, StringComparison.Ordinal);
        Assert.Contains("On 1 pictures of val", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_kept_in_float_by_name_and_by_measurement()
    {
        using var workspace = new Workspace();
        string[] Kept(params string[] options) =>
            [
                .. JsonDocument
                    .Parse(
                        CommandRun
                            .Of([
                                "quantize",
                                trained.Best,
                                "--data",
                                trained.Data,
                                "--pictures",
                                "4",
                                "--output",
                                workspace.At("net.onnx"),
                                "--no-latency",
                                "--json",
                                .. options,
                            ])
                            .Succeeded()
                            .Output
                    )
                    .RootElement.GetProperty("keptFloat")
                    .EnumerateArray()
                    .Select(name => name.GetString()!),
            ];

        Assert.Equal(["model.0.conv", "model.1.conv"], Kept("--keep", "model.1.conv", "model.0.conv"));
        Assert.Empty(Kept("--keep", "none"));
        Assert.Empty(Kept("--tolerance", "100"));
    }

    [Fact]
    public void What_cannot_be_quantized_is_refused_and_nothing_is_written()
    {
        using var workspace = new Workspace();
        var output = workspace.At("net.onnx");
        void Refused(int code, string sentence, params string[] words)
        {
            var run = CommandRun.Of(["quantize", .. words, "--output", output]);
            Assert.Equal(code, run.Code);
            Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
            Assert.Empty(workspace.Entries());
        }

        Refused(ExitCodes.Failed, "is an ONNX file already; quantize takes a checkpoint", "some.onnx", "--data", trained.Data);
        Refused(ExitCodes.WrongWords, "There is no convolution 'model.99' to keep; they are named like model.0.conv.", trained.Best,
            "--data", trained.Data, "--keep", "model.99", "--pictures", "4");
        Refused(ExitCodes.WrongWords, "--calibration is one of mse, min-max, percentile, entropy, not 'best'.", trained.Best,
            "--data", trained.Data, "--calibration", "best");
        Refused(ExitCodes.WrongWords, "must be a multiple of the network's stride, 32, but is 100", trained.Best, "--data",
            trained.Data, "--image-size", "100");
        Refused(ExitCodes.Failed, "no.yaml", trained.Best, "--data", workspace.At("no.yaml"));
        Refused(ExitCodes.Failed, "has no split 'night'", trained.Best, "--data", trained.Data, "--train-split", "night");
    }
}
