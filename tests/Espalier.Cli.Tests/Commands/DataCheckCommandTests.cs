using System.Text.Json;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data check</c>, end to end.</summary>
public class DataCheckCommandTests(TrainedRun trained)
{
    [Fact]
    public void Findings_are_counted_named_and_no_failure_unless_strict()
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder(photos: 2);

        var run = CommandRun.WithDecimalComma("data", "check", street).Succeeded();

        Assert.Equal(
            $"mendable  identical-photo: 1  (--fix: kept once)\n    {Path.Combine(street, "2.png")}: has the same pixels as "
                + $"{Path.Combine(street, "1.png")}\n"
                + $"1 finding in 2 photos with 4 labels\n",
            run.Output);
        Assert.Equal(ExitCodes.Failed, CommandRun.Of("data", "check", street, "--strict").Code);
    }

    [Fact]
    public void A_cleaned_copy_passes_the_strict_check()
    {
        using var workspace = new Workspace();
        workspace.YoloFolder(pictures: 6);
        workspace.Write("set/labels/2.txt", "12 .5 .5 .2 .2\n");

        var yaml = workspace.At("set", "data.yaml");
        var strict = CommandRun.Of("data", "check", yaml, "--strict");
        Assert.Equal(ExitCodes.Failed, strict.Code);
        Assert.Contains($"Next: espalier data view {yaml} --output sheet.png, then espalier train {yaml} --weights house-numbers "
            + "--image-size 160 --batch 8 --epochs 50\n", strict.Error, StringComparison.Ordinal);
        var run = CommandRun.Of("data", "check", yaml, "--fix", workspace.At("clean"), "--drop", "similar-photo", "--json").Succeeded();

        Assert.Equal(1, JsonDocument.Parse(run.Output).RootElement.GetProperty("counts").EnumerateArray()
            .Single(count => count.GetProperty("kind").GetString() == "wrong-class").GetProperty("count").GetInt32());
        CommandRun.Of("data", "check", workspace.At("clean"), "--strict").Succeeded();
    }

    [Fact]
    public void A_model_is_asked_where_one_is_given()
    {
        var run = CommandRun.Of("data", "check", trained.Data, "--weights", trained.Best, "--json").Succeeded();

        // After one epoch it finds nothing in the eight pictures.
        var kinds = JsonDocument.Parse(run.Output).RootElement.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("kind").GetString()).ToList();
        Assert.Equal(8, kinds.Count(kind => kind == "model-sees-nothing"));
    }

    [Fact]
    public void What_cannot_be_checked_is_said_in_one_sentence()
    {
        using var workspace = new Workspace();
        Directory.CreateDirectory(workspace.At("empty"));
        Assert.Contains("neither a data.yaml nor a digitStruct.mat", workspace.Refusal("data", "check", workspace.At("empty")),
            StringComparison.Ordinal);
        Assert.Contains("There is no file", workspace.Refusal("data", "check", workspace.At("gone.yaml")), StringComparison.Ordinal);
        workspace.Write("other/images/a.png", [1]);
        var yaml = workspace.Write("other/data.yaml", "train: images\nnames: [cat, dog]\n");
        Assert.Contains("knows the classes 0, 1, … 9 (10), but the data have cat, dog",
            workspace.Refusal("data", "check", yaml, "--weights", trained.Best), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_make_no_sense_are_refused()
    {
        Assert.Equal(ExitCodes.WrongWords, CommandRun.Of("data", "check", "x", "--drop", "tiny-box").Code);
        var run = CommandRun.Of("data", "check", "x", "--fix", "y", "--drop", "box-over-edge");
        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains("--drop is one or several of", run.Error, StringComparison.Ordinal);
    }
}
