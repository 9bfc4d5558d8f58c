using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data stats</c> and <c>espalier data view</c>, end to end.</summary>
public class DataStatsAndViewCommandTests
{
    [Fact]
    public void Statistics_stand_side_by_side_whatever_the_culture()
    {
        using var workspace = new Workspace();
        CommandRun.Of("data", "svhn", workspace.SvhnFolder(photos: 20), "--output", workspace.At("out")).Succeeded();

        var run = CommandRun.WithDecimalComma("data", "stats", workspace.At("out")).Succeeded();

        Assert.Contains("train     18               0      36            2.00", run.Output, StringComparison.Ordinal);
        Assert.Contains("0        18 50.0 ████████████   2 50.0 ████████████", run.Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(CommandRun.Of("data", "stats", workspace.At("out"), "--split", "val", "--json").Succeeded().Output)
            .RootElement;
        Assert.Equal(4, Assert.Single(json.EnumerateArray()).GetProperty("totals").GetProperty("objects").GetInt32());
    }

    [Fact]
    public void A_sheet_is_drawn_and_drawn_alike_again()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();

        var run = CommandRun.Of("data", "view", data, "--output", workspace.At("a.png"), "--count", "5", "--columns", "2", "--seed", "3")
            .Succeeded();
        CommandRun.Of("data", "view", data, "--output", workspace.At("b.png"), "--count", "5", "--columns", "2", "--seed", "3").Succeeded();

        var size = PictureReader.ReadSize(workspace.At("a.png"));
        Assert.Equal($"Written: {workspace.At("a.png")}, 5 of 8 photos, {size.Width} × {size.Height} pixels\n", run.Output);
        Assert.Equal("There is more to see: --count 8 for more, --split val\n", run.Error.ReplaceLineEndings("\n"));
        Assert.Equal(File.ReadAllBytes(workspace.At("a.png")), File.ReadAllBytes(workspace.At("b.png")));
    }

    [Fact]
    public void Photos_that_nobody_has_labelled_yet_are_shown()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        foreach (var label in Directory.EnumerateFiles(Path.GetDirectoryName(data)!, "*.txt", SearchOption.AllDirectories).ToList())
            File.Delete(label);

        var run = CommandRun.Of("data", "view", data, "--output", workspace.At("a.png")).Succeeded();

        Assert.Contains("8 of 8 photos", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_drawn_is_said()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();

        Assert.Contains("has no split 'test', it has: train, val",
            workspace.Refusal("data", "view", data, "--output", workspace.At("a.png"), "--split", "test"), StringComparison.Ordinal);
        Assert.Contains("has no split 'test'", workspace.Refusal("data", "stats", data, "--split", "test"), StringComparison.Ordinal);
        workspace.Write("gone/data.yaml", "val: images/val\ntest: images/test\nnames: [a]\n");
        Assert.StartsWith("Nothing that ", workspace.Refusal("data", "stats", workspace.At("gone")), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.WrongWords, CommandRun.Of("data", "view", data, "--output", workspace.At("a.gif")).Code);
        Assert.Equal(ExitCodes.WrongWords, CommandRun.Of("data", "view", data, "--output", workspace.At("a.png"), "--count", "0").Code);
    }
}
