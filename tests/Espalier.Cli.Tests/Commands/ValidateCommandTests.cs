using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.HouseNumbers;
using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier validate</c>.</summary>
public class ValidateCommandTests(TrainedRun trained)
{
    [Fact]
    public void Json_has_every_field_by_its_name()
    {
        var run = CommandRun.WithDecimalComma("validate", trained.Best, "--data", trained.Data, "--split", "val", "--json").Succeeded();

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(8, json.GetProperty("images").GetInt32());
        Assert.Equal(0, json.GetProperty("problems").GetInt32());
        Assert.All(["precision", "recall", "mAP50", "mAP50_95", "meanIoU"],
            name => Assert.InRange(json.GetProperty(name).GetDouble(), 0, 1));
        Assert.All(["AP50", "AP"], name => Assert.InRange(json.GetProperty("coco").GetProperty(name).GetDouble(), 0, 1));
        Assert.Equal(8, json.GetProperty("numberAccuracy").GetProperty("pictures").GetInt32());
        Assert.All(["accuracy", "coverageAt90", "coverageAt95", "coverageAt99"],
            name => Assert.InRange(json.GetProperty("numberAccuracy").GetProperty(name).GetDouble(), 0, 1));
        Assert.Equal(0, json.GetProperty("numberAccuracy").GetProperty("false").GetProperty("pictures").GetInt32());
        Assert.Equal(JsonValueKind.Array, json.GetProperty("numberAccuracy").GetProperty("reliability").ValueKind);
        Assert.True(json.GetProperty("msPerImage").GetDouble() > 0);
        var classes = json.GetProperty("perClass").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 8), classes.Select(item => item.GetProperty("class").GetInt32()));
        Assert.All(classes, item =>
        {
            Assert.Equal(1, item.GetProperty("labels").GetInt32());
            Assert.Equal(item.GetProperty("class").GetRawText(), item.GetProperty("name").GetString());
            Assert.All(["precision", "recall", "AP50", "AP50_95"], name => Assert.InRange(item.GetProperty(name).GetDouble(), 0, 1));
            Assert.InRange(item.GetProperty("coco").GetProperty("AP").GetDouble(), 0, 1);
        });
        Assert.Empty(run.Error);
    }

    [Fact]
    public void What_is_left_out_is_told()
    {
        using var workspace = new Workspace();
        var data = workspace.Write("set/data.yaml", "train: images\nval: images\nnames: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
        for (var i = 0; i < 3; i++)
        {
            workspace.Write($"set/images/{i}.png", File.ReadAllBytes(Path.Combine(trained.Pictures, $"{i}.png")));
            workspace.Write($"set/labels/{i}.txt", i == 2 ? "a row that makes no sense\n" : "1 0.5 0.5 0.4 0.4\n");
        }

        foreach (var words in (string[][])[["validate", trained.Best, "--data", data, "--json"], ["compare", trained.Best, trained.Best,
            "--data", data, "--resamples", "10"], ["quantize", trained.Best, "--data", data, "--output", workspace.At("net.onnx")]])
            Assert.Contains("2.txt: none of its rows makes sense", CommandRun.Of(words).Succeeded().Error, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(CommandRun.Of("validate", trained.Best, "--data", data, "--json").Output)
            .RootElement.GetProperty("problems").GetInt32());
        Assert.Contains("val: 1 doubtful files are left out or mended", CommandRun.Of("data", "stats", data).Succeeded().Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_a_table_with_a_line_for_all_and_one_a_class()
    {
        var text = CommandRun.WithDecimalComma("validate", trained.Best, "--data", trained.Data, "--square", "--batch", "3",
            "--conf", "0.01").Succeeded().Output;

        Assert.Matches(@"(?m)^ *class +images +labels +P +R +F1 +mAP50 +mAP50-95 +COCO AP50 +COCO AP *$", text);
        Assert.Matches(@"(?m)^ *all +8 +8 +\d\.\d{3} ", text);
        Assert.Equal(9, text.Split('\n')
            .Count(line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^ *\w+ +\d+ +\d+ +\d\.\d{3} ")));
        Assert.Matches(@"\d+\.\d ms a picture", text);
    }

    [Fact]
    public void A_reader_is_fitted_and_the_numbers_it_read_wrong_are_drawn()
    {
        using var workspace = new Workspace();

        var run = CommandRun.WithDecimalComma("validate", trained.Best, "--data", trained.Data, "--split", "train", "--fit-reader",
            "--save-plots", "--project", workspace.Project).Succeeded();

        Assert.Matches(@"Fitted: \d numbers right with read --conf 0\.\d+ --overlap 0\.\d+ --gap \d(\.\d+)? --height-ratio \d(\.\d+)?",
            run.Error);
        Assert.All(["number_curve.png", "number_mistakes.png"],
            name => Assert.True(new FileInfo(workspace.At("runs", "validate", name)).Length > 5_000));
    }

    [Fact]
    public void Confidence_is_fitted_and_written_into_the_file_that_is_read_with()
    {
        using var workspace = new Workspace();
        var model = workspace.At("digits.onnx");
        File.WriteAllBytes(model, HouseNumberModel.Read(HouseNumberPrecision.FullPrecision));
        CommandRun.Of("data", "synth", "--output", workspace.At("street"), "--count", "1", "--val", "150", "--empty", "0.5",
            "--fonts", "built-in", "--seed", "3").Succeeded();
        string[] validate = ["validate", model, "--data", workspace.At("street", "data.yaml"), "--looks", "2"];
        OnnxFile.Open(model).With(NumberCalibration.MetadataKey, new NumberCalibration(0, 0, 0, 0, 0, 0, 1).ToJson()).Save(model);

        Assert.Contains("Accepted: 0, of which 0 are right.", CommandRun.Of(validate).Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"accepted from 0\.\d\d on", CommandRun.WithDecimalComma([.. validate, "--fit-confidence"]).Succeeded().Error);
        var run = CommandRun.WithDecimalComma(validate).Succeeded();
        Assert.Matches(@"Whole numbers read right: 0\.\d{3} of \d+; \d\.\d{3} of them can be read with \.95 right, \d\.\d{3} with \.99\.",
            run.Output);
        Assert.Matches(@"Accepted: [1-9]\d*, of which [1-9]\d* are right\.", run.Output);
        Assert.Matches(@"Pictures without a number: \d+; something read in \d+, accepted in \d+\.", run.Output);
    }

    [Theory]
    [InlineData("house-numbers")]
    [InlineData("best.safetensors")]
    public void Confidence_is_written_into_onnx_files_alone(string model)
    {
        var run = CommandRun.Of("validate", model, "--data", trained.Data, "--fit-confidence");

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains("--fit-confidence writes into an .onnx file; export the model first", run.Error, StringComparison.Ordinal);
    }
}
