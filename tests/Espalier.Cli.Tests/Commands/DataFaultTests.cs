using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary>Data as people have them, end to end: read right or refused in a sentence.</summary>
public class DataFaultTests
{
    [Fact]
    public void A_yolo_folder_goes_to_coco_and_back_by_one_command()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 4);

        var there = CommandRun.Of("data", "convert", data, "--to", "coco", "--output", workspace.At("coco")).Succeeded();
        var back = CommandRun.Of("data", "convert", workspace.At("coco", "annotations", "instances_val.json"), "--output",
            workspace.At("back"), "--json").Succeeded();

        Assert.Contains("val: 4 photos, 4 boxes", there.Output, StringComparison.Ordinal);
        var split = Assert.Single(JsonDocument.Parse(back.Output).RootElement.GetProperty("splits").EnumerateArray());
        Assert.Equal(4, split.GetProperty("boxes").GetInt32());
        Assert.True(File.Exists(workspace.At("back", "data.yaml")));
        Assert.Contains("holds the classes 0 to 9",
            Refusal("data", "convert", Named(workspace), "--to", "svhn", "--output", workspace.At("svhn")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_coco_file_in_the_place_of_a_data_set_is_told_with_the_command_that_converts_it()
    {
        using var workspace = new Workspace();
        var json = workspace.Write("coco.json", "{\"images\": [], \"annotations\": [], \"categories\": []}");
        var data = workspace.Write("data.yaml", "train: coco.json\nval: coco.json\nnames: [a]\n");

        foreach (
            var message in new[]
            {
                workspace.TrainingRefusal(data),
                workspace.TrainingRefusal(json),
                workspace.Refusal("data", "stats", data),
                workspace.Refusal("data", "view", json, "--output", workspace.At("a.png")),
            }
        )
        {
            Assert.Contains("COCO", message, StringComparison.Ordinal);
            Assert.Contains("data convert", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pictures_that_lost_rows_are_counted_and_kept_where_asked()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 6);
        File.AppendAllText(workspace.At("set", "labels", "2.txt"), "1 1.3 .5 .2 .2\n");
        File.AppendAllText(workspace.At("set", "labels", "4.txt"), "1 .3 .5 .2 .2 .97\n");

        var run = CommandRun.Of("data", "stats", data, "--split", "train", "--json").Succeeded();
        var kept = CommandRun.Of("data", "stats", data, "--split", "train", "--json", "--keep-partial").Succeeded();

        Assert.Equal((4, 4), Totals(run.Output));
        Assert.Contains("2 pictures are left out, 2 of them for rows that cannot be used", run.Error, StringComparison.Ordinal);
        Assert.Equal((6, 6), Totals(kept.Output));
    }

    [Fact]
    public void A_split_that_was_not_exported_is_said_and_the_others_go_on()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 2);
        File.AppendAllText(data, "test: ../test/images\nis_coco: False\ntask: detect\n");

        var run = CommandRun.Of("data", "stats", data, "--json").Succeeded();

        Assert.Equal(2, JsonDocument.Parse(run.Output).RootElement.GetArrayLength());
        Assert.Contains("test is not there", run.Error, StringComparison.Ordinal);
        Assert.Contains("missing-split: 1", CommandRun.Of("data", "check", data).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("There is no folder", workspace.Refusal("data", "stats", data, "--split", "test"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_learn_is_refused_before_training()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        for (var i = 0; i < 8; i++) File.WriteAllText(workspace.At("set", "labels", $"{i}.txt"), "");

        Assert.Contains("There is no object to learn in 'train'", workspace.TrainingRefusal(data), StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Project));
    }

    [Fact]
    public void Training_without_val_judges_by_pictures_that_it_does_not_learn_from()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 11);
        File.WriteAllText(data, File.ReadAllText(data).Replace("val: images\n", "", StringComparison.Ordinal));

        var run = CommandRun.Of("train", data, "--image-size", "64", "--batch", "4", "--epochs", "1", "--project", workspace.Project)
            .Succeeded();

        Assert.Contains("has no split 'val': every tenth picture of 'train' (1 of 11)", run.Error + run.Output, StringComparison.Ordinal);
    }

    private static string Named(Workspace workspace)
    {
        workspace.Write("named/images/a.png", PictureWriter.EncodePng(Scenes.Square(40, 40, 3, 5, 20)));
        workspace.Write("named/labels/a.txt", "0 .5 .5 .2 .2\n");
        return workspace.Write("named/data.yaml", "train: images\nnames: [cup]\n");
    }

    private static string Refusal(params string[] arguments)
    {
        var run = CommandRun.Of(arguments);
        Assert.Equal(ExitCodes.Failed, run.Code);
        return run.Sentence();
    }

    private static (int Photos, int Objects) Totals(string json)
    {
        var totals = JsonDocument.Parse(json).RootElement[0].GetProperty("totals");
        return (totals.GetProperty("photos").GetInt32(), totals.GetProperty("objects").GetInt32());
    }
}
