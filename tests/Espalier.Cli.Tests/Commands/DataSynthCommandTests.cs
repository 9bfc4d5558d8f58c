using System.Text.Json;
using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data synth</c>, end to end.</summary>
public class DataSynthCommandTests
{
    [Fact]
    public void Street_is_written_as_yolo_and_as_format_1_whatever_the_culture()
    {
        using var workspace = new Workspace();
        var output = workspace.At("street");

        var run = CommandRun.WithDecimalComma("data", "synth", "--output", output, "--count", "6", "--val", "2", "--test",
            "1", "--seed", "4", "--fonts", "built-in").Succeeded();

        Assert.Matches(@"^train: 6 pictures, \d+ boxes\nval: 2 pictures, \d+ boxes\ntest: 1 pictures, \d+ boxes\nwithout a number: \d+\n",
            run.Output);
        Assert.Contains("equal options make the same street on every machine", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"Written: {workspace.At("street", "data.yaml")}\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
        Assert.All(
            ["street.json", "images/train/6.png", "images/train/digitStruct.mat", "labels/train/6.txt", "images/val/2.png",
                "images/test/1.png"],
            file => Assert.True(File.Exists(Path.Combine(output, file)), file));
        CommandRun.Of("data", "svhn", Path.Combine(output, "images", "train"), "--output", workspace.At("again"), "--split",
            "train=train:1-5", "--split", "val=train:6").Succeeded();
    }

    [Fact]
    public void Equal_words_make_equal_files_and_json_counts_them()
    {
        using var workspace = new Workspace();
        string[] Words(string name, string threads) => ["data", "synth", "--output", workspace.At(name), "--count", "4",
            "--val", "1", "--empty", "0.5", "--fonts", "built-in", "--threads", threads, "--json"];

        var json = JsonDocument.Parse(CommandRun.Of(Words("a", "1")).Succeeded().Output).RootElement;
        CommandRun.Of(Words("b", "4")).Succeeded();

        Assert.Equal(File.ReadAllBytes(workspace.At("a", "images", "train", "4.png")),
            File.ReadAllBytes(workspace.At("b", "images", "train", "4.png")));
        Assert.Equal(workspace.At("a", "data.yaml"), json.GetProperty("configuration").GetString());
        Assert.Equal(10, json.GetProperty("digits").GetArrayLength());
        Assert.Equal(
            json.GetProperty("splits").EnumerateArray().Sum(split => split.GetProperty("boxes").GetInt32()),
            json.GetProperty("digits").EnumerateArray().Sum(count => count.GetInt32()));
    }

    [Fact]
    public void Found_fonts_are_told_of()
    {
        using var workspace = new Workspace();

        var run = CommandRun.Of("data", "synth", "--output", workspace.At("street"), "--count", "1", "--val", "1").Succeeded();

        Assert.Matches(@"Faces: built in, and \d+ fonts found here; --fonts built-in makes the same street on every machine\n", run.Output);
    }

    [Fact]
    public void What_it_wrote_can_be_trained_on_at_once()
    {
        using var workspace = new Workspace();
        CommandRun.Of("data", "synth", "--output", workspace.At("street"), "--count", "8", "--val", "4", "--difficulty",
            "easy", "--empty", "0", "--fonts", "built-in").Succeeded();

        var run = CommandRun.Of(
                "train",
                workspace.At("street", "data.yaml"),
                "--image-size",
                "32",
                "--batch",
                "8",
                "--epochs",
                "1",
                "--no-autoanchor",
                "--project",
                workspace.Project
            )
            .Succeeded();

        Assert.Contains("The classes are named as digits are: flips are off", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Folders_that_cannot_be_used_are_one_sentence()
    {
        using var workspace = new Workspace();
        workspace.Write("taken/letter.txt", "dear reader");
        workspace.Write("set/data.yaml", "names: [a]");
        var below = Path.Combine(workspace.Write("file", "x"), "out");

        Assert.Contains("is not empty and holds no data set", Refusal(workspace.At("taken")), StringComparison.Ordinal);
        Assert.Contains("--overwrite replaces it", Refusal(workspace.At("set")), StringComparison.Ordinal);
        Assert.StartsWith($"{below} cannot be written: ", Refusal(below), StringComparison.Ordinal);
        Assert.Contains("There is no folder 'nowhere' to look for fonts in", Refusal(workspace.At("new"), "nowhere"),
            StringComparison.Ordinal);

        string Refusal(string output, string fonts = "built-in") =>
            workspace.Refusal("data", "synth", "--output", output, "--count", "2", "--val", "1", "--fonts", fonts);
    }

    [Fact]
    public void Photos_of_digits_are_put_into_numbers_and_a_file_that_is_none_is_one_sentence()
    {
        using var workspace = new Workspace();
        using (var stream = File.Create(workspace.At("crops.mat")))
        {
            CroppedDigitsWriter.Write(stream, [.. Enumerable.Range(0, 20).Select(_ => Picture.Filled(32, 32, 0, 230, 0))],
                [.. Enumerable.Range(0, 20).Select(i => i % 10)]);
        }

        string[] words = ["data", "synth", "--count", "12", "--val", "1", "--fonts", "built-in", "--output"];
        var run = CommandRun.Of([.. words, workspace.At("with"), "--crops", workspace.At("crops.mat")]).Succeeded();
        CommandRun.Of([.. words, workspace.At("without")]).Succeeded();

        Assert.Contains("Photos of digits: 20", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"crops\": 20", File.ReadAllText(workspace.At("with", "street.json")), StringComparison.Ordinal);
        Assert.Contains(Enumerable.Range(1, 12), i => !Bytes("with", i).SequenceEqual(Bytes("without", i)));
        workspace.Write("none.mat", "no such file");
        Assert.Contains("none.mat", workspace.Refusal([.. words, workspace.At("new"), "--crops", workspace.At("none.mat")]),
            StringComparison.Ordinal);

        byte[] Bytes(string name, int i) => File.ReadAllBytes(workspace.At(name, "images", "train", $"{i}.png"));
    }

    [Fact]
    public void Decoys_and_the_margin_of_boxes_are_as_asked()
    {
        using var workspace = new Workspace();

        string[] words = ["data", "synth", "--output", workspace.At("street"), "--count", "1", "--val", "1", "--fonts", "built-in"];
        CommandRun.Of([.. words, "--decoys", "1", "--box-margin", "0"]).Succeeded();

        var recipe = File.ReadAllText(workspace.At("street", "street.json"));
        Assert.Contains("\"decoyShare\": 1,", recipe, StringComparison.Ordinal);
        Assert.Contains("\"boxMargin\": 0,", recipe, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_it_leaves_nothing()
    {
        using var workspace = new Workspace();
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = EspalierCommand.Run(
            ["data", "synth", "--output", workspace.At("street"), "--count", "2000", "--fonts", "built-in"],
            new TerminalSession(output, error, interrupted: new CancellationToken(canceled: true))
        );

        Assert.NotEqual(ExitCodes.Done, code);
        Assert.Empty(workspace.Entries());
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("--difficulty", "hard", "--difficulty is one of street, easy, not 'hard'.")]
    [InlineData("--balance", "even", "--balance is one of svhn, uniform, not 'even'.")]
    [InlineData("--fonts", "", "--fonts must not be empty.")]
    public void Words_that_make_no_sense(string option, string value, string sentence)
    {
        var run = CommandRun.Of("data", "synth", "--output", "never-written", option, value);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.StartsWith($"espalier: {sentence}", run.Error, StringComparison.Ordinal);
    }
}
