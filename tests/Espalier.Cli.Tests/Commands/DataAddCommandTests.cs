using System.Text.Json;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data add</c>: what was made by <c>data new</c> gets more photos.</summary>
public class DataAddCommandTests
{
    [Fact]
    public void What_is_added_and_left_out_is_said_and_what_to_do_next()
    {
        using var workspace = new Workspace();
        var data = DataSet(workspace);
        for (var i = 4; i < 9; i++) Photo(workspace, $"new/{i}", i);
        workspace.Write("new/classes.txt", "dog\ncat\n");

        var run = CommandRun.Of("data", "add", workspace.At("new"), "--to", data).Succeeded();

        Assert.StartsWith("train: 3 photos, 3 boxes\nval: 1 photo, 1 box\nidentical-photo: 1\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  {workspace.At("new", "4.png")}: has the same pixels as {workspace.At("set", "images", "val", "4.png")}, whose "
            + "labels stay: left out\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"\nAdded to: {data}\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"Next: espalier data check {data}\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("names no class", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("1 ", File.ReadAllText(workspace.At("set", "labels", "train", "6.txt")), StringComparison.Ordinal);
        CommandRun.Of("data", "check", data, "--strict").Succeeded();
    }

    [Fact]
    public void For_programs_all_of_it_is_JSON_and_numbers_without_names_are_spoken_of()
    {
        using var workspace = new Workspace();
        var data = DataSet(workspace);
        Photo(workspace, "new/5", 5);

        var run = CommandRun.Of("data", "add", workspace.At("new"), "--to", workspace.At("set"), "--link", "--json").Succeeded();

        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(data, report.GetProperty("configuration").GetString());
        Assert.Equal([1, 0], report.GetProperty("splits").EnumerateArray().Select(split => split.GetProperty("photos").GetInt32()));
        Assert.Contains($"{workspace.At("new")} names no class: its numbers are taken for those of the data set, cat, dog.\n", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_added_is_refused_and_leaves_nothing()
    {
        using var workspace = new Workspace();
        var data = DataSet(workspace);
        Photo(workspace, "new/6", 6);
        workspace.Write("new/classes.txt", "bird\n");

        Assert.Equal(
            $"The class 'bird' of {workspace.At("new")} should be there once among those of {data}, which are cat, dog.",
            workspace.Refusal("data", "add", workspace.At("new"), "--to", data));
        Assert.Equal($"There is no folder {workspace.At("nothing")}.",
            workspace.Refusal("data", "add", workspace.At("nothing"), "--to", data));
        Assert.Contains("There is no data.yaml in", workspace.Refusal("data", "add", workspace.At("set"), "--to", workspace.At("new")),
            StringComparison.Ordinal);
    }

    private static string DataSet(Workspace workspace)
    {
        for (var i = 0; i < 5; i++) Photo(workspace, $"photos/{i}", i);
        CommandRun.Of("data", "new", workspace.At("photos"), "--output", workspace.At("set"), "--classes", "cat", "dog").Succeeded();
        return workspace.At("set", "data.yaml");
    }

    private static void Photo(Workspace workspace, string name, int seed)
    {
        workspace.Write($"{name}.png", PictureWriter.EncodePng(Scenes.Noise(48, 48, seed)));
        workspace.Write($"{name}.txt", $"{seed % 2} 0.5 0.5 0.4 0.4\n");
    }
}
