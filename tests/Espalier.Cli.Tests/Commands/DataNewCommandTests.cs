using System.Globalization;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier data new</c> and <c>data prelabel</c>: from a folder of photos to a data set.</summary>
public class DataNewCommandTests(TrainedRun trained)
{
    [Fact]
    public void What_Label_Studio_exports_becomes_a_data_set_that_trains()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 10; i++) Photo(workspace, $"export/images/{i}.png", i, $"export/labels/{i}.txt");
        Photo(workspace, "export/images/background.png", 10, null);
        workspace.Write("export/labels/background.txt", "");
        workspace.Write("export/classes.txt", "cat\ndog\n");

        var run = CommandRun.Of("data", "new", workspace.At("export"), "--output", workspace.At("set")).Succeeded();

        Assert.Contains("train: 9 photos, 8 boxes", run.Output, StringComparison.Ordinal);
        Assert.Contains("val: 2 photos, 2 boxes", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nClasses and their boxes: cat (5), dog (5); photos without a box: 1\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Fewer than 20 boxes: cat (5), dog (5). A class wants 50 to 100 for a first detector.", run.Error,
            StringComparison.Ordinal);
        Assert.Contains("Fewer than 20 boxes: cat (5), dog (5).", CommandRun.Of("data", "check", workspace.At("set")).Succeeded().Error,
            StringComparison.Ordinal);
        Assert.Contains($"Next: espalier data check {workspace.At("set", "data.yaml")}\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("dog", File.ReadAllText(workspace.At("set", "data.yaml")), StringComparison.Ordinal);
        CommandRun.Of(
                "train",
                workspace.At("set"),
                "--image-size",
                "64",
                "--batch",
                "4",
                "--epochs",
                "1",
                "--no-plots",
                "--no-autoanchor",
                "--project",
                workspace.Project
            )
            .Succeeded();
    }

    [Fact]
    public void Lists_of_classes_that_contradict_each_other_are_refused_and_one_that_goes_on_where_another_ends_counts()
    {
        using var workspace = new Workspace();
        foreach (var (folder, seed) in new[] { ("a", 0), ("b", 10) })
        {
            for (var i = 0; i < 3; i++) Photo(workspace, $"photos/{folder}/{seed + i}.png", seed + i, $"photos/{folder}/{seed + i}.txt");
        }

        workspace.Write("photos/a/classes.txt", "cat\ndog\n");
        workspace.Write("photos/b/classes.txt", "dog\ncat\nbird\n");
        string[] words = ["data", "new", workspace.At("photos"), "--output", workspace.At("set")];
        Assert.StartsWith($"{workspace.At("photos", "a", "classes.txt")} numbers the classes otherwise than "
            + $"{workspace.At("photos", "b", "classes.txt")}, ", workspace.Refusal(words), StringComparison.Ordinal);

        workspace.Write("photos/b/classes.txt", "cat\ndog\nbird\n");
        Assert.Contains("cat (4), dog (2), bird (0)", CommandRun.Of(words).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_classes_that_are_empty_or_there_twice_are_not_passed_over()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 3; i++) Photo(workspace, $"photos/{i}.png", i, $"photos/{i}.txt");
        string[] words = ["data", "new", workspace.At("photos"), "--output", workspace.At("set")];
        workspace.Write("photos/classes.txt", "cat\r\n\r\ndog\r\nbird\r\n");
        Assert.Contains("is a class without a name", workspace.Refusal(words), StringComparison.Ordinal);
        workspace.Write("photos/classes.txt", "cat\ndog\ncat\n");
        Assert.Contains("The class 'cat' of ", workspace.Refusal(words), StringComparison.Ordinal);

        workspace.Write("photos/classes.txt", "\ncat\r\ndog\r\n\r\n");
        Assert.Contains("cat (2), dog (1)", CommandRun.Of(words).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Photos_that_look_alike_are_not_parted()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 9; i++) Photo(workspace, $"photos/{i}.png", i, $"photos/{i}.txt");
        File.Copy(workspace.At("photos", "0.png"), workspace.At("photos", "9.png"));
        Photo(workspace, "photos/a_jpg.rf.1111.png", 20, "photos/a_jpg.rf.1111.txt");
        Photo(workspace, "photos/a_jpg.rf.2222.png", 21, "photos/a_jpg.rf.2222.txt");

        CommandRun.Of("data", "new", workspace.At("photos"), "--output", workspace.At("set"), "--classes", "cat", "dog").Succeeded();

        Assert.Equal(["8.png", "a_jpg.rf.1111.png", "a_jpg.rf.2222.png"], Directory.GetFiles(workspace.At("set", "images", "val"))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(workspace.At("set", "images", "train", "9.png")));
    }

    [Fact]
    public void A_data_set_with_splits_keeps_them()
    {
        using var workspace = new Workspace();
        workspace.YoloFolder("roboflow/train", 3);
        workspace.YoloFolder("roboflow/valid", 2);
        File.Delete(workspace.At("roboflow", "train", "data.yaml"));
        File.Delete(workspace.At("roboflow", "valid", "data.yaml"));
        workspace.Write("roboflow/data.yaml",
            "train: ../train/images\nval: ../valid/images\nnc: 10\nnames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']\n");

        var run = CommandRun.Of("data", "new", workspace.At("roboflow"), "--output", workspace.At("set")).Succeeded();

        Assert.Contains("train: 3 photos", run.Output, StringComparison.Ordinal);
        Assert.Contains("val: 2 photos", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Photos_without_labels_need_names_and_are_then_labelled_by_a_model()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 5; i++) Photo(workspace, $"photos/{i}.png", i, null);
        Assert.Contains("names the classes; name them with --classes",
            workspace.Refusal("data", "new", workspace.At("photos"), "--output", workspace.At("set")), StringComparison.Ordinal);

        var run = CommandRun.Of("data", "new", workspace.At("photos"), "--output", workspace.At("set"), "--classes", "cat", "7", "3")
            .Succeeded();
        Assert.Contains("Nothing is labelled yet", run.Error, StringComparison.Ordinal);

        workspace.Write("set/labels/train/0.txt", "0 0.5 0.5 0.1 0.1\n");
        var labelled = CommandRun.Of("data", "prelabel", trained.Best, workspace.At("set", "images", "train"), "--conf", "0.00001")
            .Succeeded();
        Assert.Contains("3 label files with ", labelled.Output, StringComparison.Ordinal);
        Assert.Contains("; 1 had one already and kept it (--overwrite labels them anew)", labelled.Output, StringComparison.Ordinal);
        Assert.Equal("0 0.5 0.5 0.1 0.1\n", File.ReadAllText(workspace.At("set", "labels", "train", "0.txt")));
        Assert.All(File.ReadAllLines(workspace.At("set", "labels", "train", "1.txt")),
            row => Assert.Equal(5, row.Split(' ').Count(value => double.Parse(value, CultureInfo.InvariantCulture) >= 0)));

        // The model knows ten digits; the set has two of them, under numbers of its own.
        Assert.Equal(["cat", "7", "3"], File.ReadAllLines(workspace.At("set", "labels", "train", "classes.txt")));
        Assert.All(
            Directory.EnumerateFiles(workspace.At("set", "labels", "train"), "?.txt").Where(file => Path.GetFileName(file) != "0.txt")
                .SelectMany(File.ReadAllLines),
            row => Assert.Contains(row[..2], (string[])["1 ", "2 "]));
    }

    [Fact]
    public void Where_nothing_is_found_there_is_no_label_file_and_a_better_run_may_label_anew()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 2; i++) Photo(workspace, $"photos/{i}.png", i, null);
        string[] words = ["data", "prelabel", trained.Best, workspace.At("photos"), "--conf"];

        var nothing = CommandRun.Of([.. words, "1"]).Succeeded();
        Assert.Contains("0 label files with 0 boxes written to ", nothing.Output, StringComparison.Ordinal);
        Assert.Contains("; in 2 nothing was found: no file", nothing.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was found at --conf 1: train the model for longer", nothing.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(workspace.At("photos"), "*.txt"));

        Assert.Contains("2 label files with ", CommandRun.Of([.. words, "0.00001"]).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("0 label files with 0 boxes", CommandRun.Of([.. words, "1"]).Succeeded().Output, StringComparison.Ordinal);
        Assert.True(File.Exists(workspace.At("photos", "0.txt")));
        CommandRun.Of([.. words, "1", "--overwrite"]).Succeeded();
        Assert.False(File.Exists(workspace.At("photos", "0.txt")));
    }

    [Theory]
    [InlineData("photos", "photos/classes.txt")]
    [InlineData("export/images", "export/classes.txt")]
    [InlineData("export/images", "export/labels/classes.txt")]
    public void A_list_of_classes_that_is_there_says_what_numbers_new_labels_have(string photos, string list)
    {
        using var workspace = new Workspace();
        Photo(workspace, photos + "/1.png", 1, null);
        workspace.Write(list, "cat\n7\n3\n");

        CommandRun.Of("data", "prelabel", trained.Best, workspace.At(photos), "--conf", "0.00001").Succeeded();

        var rows = File.ReadAllLines(workspace.At(photos.Replace("images", "labels", StringComparison.Ordinal), "1.txt"));
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(row[..2], (string[])["1 ", "2 "]));
    }

    [Fact]
    public void Labels_of_two_classes_do_not_lie_on_one_object()
    {
        using var workspace = new Workspace();
        Photo(workspace, "photos/1.png", 1, null);
        CommandRun.Of("data", "prelabel", trained.Best, workspace.At("photos"), "--conf", "0.00001").Succeeded();

        var boxes = File.ReadAllLines(workspace.At("photos", "1.txt")).Select(row => row.Split(' ')).Select(row => (Class: row[0],
            Box: Box.FromCenter(Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4])))).ToList();
        Assert.True(boxes.Select(found => found.Class).Distinct().Count() > 1);

        // What reaches over the edge is cut to the photo afterwards.
        var inside = boxes.Where(found => found.Box is { Left: > 0.01f, Top: > 0.01f, Right: < 0.99f, Bottom: < 0.99f }).ToList();
        Assert.True(inside.Count > 1);
        for (var i = 0; i < inside.Count; i++)
        {
            for (var j = 0; j < i; j++) Assert.True(BoxOverlap.IoU(inside[i].Box, inside[j].Box) < 0.5, $"{inside[i]} {inside[j]}");
        }

        static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_model_of_other_classes_labels_nothing()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 5; i++) Photo(workspace, $"photos/{i}.png", i, null);
        CommandRun.Of("data", "new", workspace.At("photos"), "--output", workspace.At("set"), "--classes", "cat", "dog").Succeeded();

        Assert.Equal(
            $"{trained.Best} finds 0, 1, … 9 (10), and the data set has none of these classes: it has cat, dog.",
            workspace.Refusal("data", "prelabel", trained.Best, workspace.At("set", "images", "train"))
        );
        Assert.Empty(Directory.EnumerateFiles(workspace.At("set", "labels"), "*.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_of_photos_in_the_place_of_a_data_set_says_what_to_do()
    {
        using var workspace = new Workspace();
        Photo(workspace, "photos/1.png", 1, null);
        var folder = workspace.At("photos");

        Assert.Contains($"espalier data new {folder} --output FOLDER", workspace.TrainingRefusal(folder), StringComparison.Ordinal);
        Assert.Contains($"espalier data new {folder} --output FOLDER", workspace.Refusal("data", "check", folder),
            StringComparison.Ordinal);
    }

    private static void Photo(Workspace workspace, string name, int seed, string? labels)
    {
        workspace.Write(name, PictureWriter.EncodePng(Scenes.Noise(48, 48, seed)));
        if (labels is not null) workspace.Write(labels, $"{seed % 2} 0.5 0.5 0.4 0.4\n");
    }
}
