using System.Text.Json;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data svhn</c>, end to end.</summary>
public class DataSvhnCommandTests
{
    [Fact]
    public void Street_becomes_a_yolo_folder_whatever_the_culture()
    {
        using var workspace = new Workspace();
        var output = workspace.At("out");

        var run = CommandRun.WithDecimalComma("data", "svhn", workspace.SvhnFolder(photos: 12), "--output", output).Succeeded();

        Assert.Equal($"train: 11 photos, 22 boxes\nval: 1 photo, 2 boxes\nWritten: {Path.Combine(output, "data.yaml")}\n", run.Output);
        Assert.Empty(run.Error);
        Assert.Equal("1 0.25 0.45 0.16666667 0.5\n0 0.41666667 0.45 0.16666667 0.5\n",
            File.ReadAllText(Path.Combine(output, "labels", "val", "street_10.txt")).ReplaceLineEndings("\n"));
        Assert.Equal(File.ReadAllBytes(workspace.At("street", "7.png")),
            File.ReadAllBytes(Path.Combine(output, "images", "train", "street_7.png")));
        Assert.Contains("train: images/train", File.ReadAllText(Path.Combine(output, "data.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_are_chosen_and_json_tells_counts_and_problems()
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder(photos: 6);
        File.Delete(Path.Combine(street, "2.png"));

        var run = CommandRun.Of(
                "data",
                "svhn",
                street,
                "--output",
                workspace.At("out"),
                "--split",
                "train=street:1-4",
                "--split",
                "test=street:5",
                "--json"
            )
            .Succeeded();

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(workspace.At("out", "data.yaml"), json.GetProperty("configuration").GetString());
        Assert.Equal(1, json.GetProperty("unassigned").GetInt32());
        Assert.Equal(
            [("train", 3, 6), ("test", 1, 2)],
            json.GetProperty("splits")
                .EnumerateArray()
                .Select(split =>
                    (split.GetProperty("name").GetString(), split.GetProperty("photos").GetInt32(), split.GetProperty("boxes").GetInt32())
                )
        );
        var problem = Assert.Single(json.GetProperty("problems").EnumerateArray());
        Assert.Equal(Path.Combine(street, "2.png"), problem.GetProperty("path").GetString());
        Assert.True(problem.GetProperty("photoSkipped").GetBoolean());
    }

    [Fact]
    public void What_it_wrote_can_be_trained_on_at_once()
    {
        using var workspace = new Workspace();
        CommandRun.Of("data", "svhn", workspace.SvhnFolder(), "--output", workspace.At("out")).Succeeded();

        var run = CommandRun.Of(
                "train",
                workspace.At("out", "data.yaml"),
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
}
