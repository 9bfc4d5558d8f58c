namespace Espalier.Tests.BadInput;

/// <summary>Files and folders that are not there: one sentence with the path, exit code 1, nothing left behind.</summary>
public class MissingFileTests(TrainedRun trained)
{
    [Theory]
    [InlineData("predict", "WEIGHTS", "--source", "PICTURES", "--project", "RUNS")]
    [InlineData("validate", "WEIGHTS", "--data", "DATA")]
    [InlineData("train", "DATA", "--weights", "WEIGHTS", "--image-size", "64", "--project", "RUNS")]
    [InlineData("prune", "WEIGHTS", "--data", "DATA", "--keep-flops", "0.5", "--project", "RUNS")]
    [InlineData("export", "WEIGHTS")]
    [InlineData("quantize", "WEIGHTS", "--data", "DATA")]
    [InlineData("compare", "WEIGHTS", "WEIGHTS", "--data", "DATA")]
    [InlineData("bench", "WEIGHTS")]
    [InlineData("model", "WEIGHTS")]
    public void Missing_weights(params string[] words)
    {
        using var workspace = new Workspace();
        var missing = workspace.At("none.safetensors");

        var sentence = workspace.Refusal([
            .. words.Select(word =>
                word switch
                {
                    "WEIGHTS" => missing,
                    "PICTURES" => trained.Pictures,
                    "DATA" => trained.Data,
                    "RUNS" => workspace.Project,
                    _ => word,
                }
            ),
        ]);

        Assert.StartsWith($"There is no file '{missing}'{(words[0] == "train" ? ": leave --weights out" : ".")}", sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data()
    {
        using var workspace = new Workspace();
        var missing = workspace.At("none", "data.yaml");

        Assert.Equal($"There is no file {missing}.", workspace.TrainingRefusal(missing));
        Assert.Equal($"There is no file {missing}.", workspace.Refusal("validate", trained.Best, "--data", missing));
    }

    [Fact]
    public void Missing_photo_folder_of_a_split()
    {
        using var workspace = new Workspace();
        var data = workspace.Write("data.yaml", "train: images\nval: images\nnames: [cat]\n");

        Assert.Contains(workspace.At("images"), workspace.TrainingRefusal(data), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_source()
    {
        using var workspace = new Workspace();
        var missing = workspace.At("none.png");

        Assert.Equal($"There is no file or folder '{missing}'.", workspace.PredictionRefusal(trained.Best, missing));
        Assert.Contains("no folder", workspace.PredictionRefusal(trained.Best, workspace.At("none", "*.png")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "FILE")]
    [InlineData("train", "DATA", "--model", "FILE", "--image-size", "64", "--project", "RUNS")]
    public void Missing_architecture(params string[] words)
    {
        using var workspace = new Workspace();
        var missing = workspace.At("none.yaml");

        var sentence = workspace.Refusal(
            [.. words.Select(word => word switch { "FILE" => missing, "DATA" => trained.Data, "RUNS" => workspace.Project, _ => word })]);

        Assert.StartsWith($"'{missing}' is neither a file nor a built-in architecture (yolov5n, ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_hyper_parameters()
    {
        using var workspace = new Workspace();
        var missing = workspace.At("hyp.yaml");

        Assert.Contains($"'{missing}' cannot be read", workspace.TrainingRefusal(trained.Data, "--hyp", missing), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_street_folder()
    {
        using var workspace = new Workspace();
        var missing = workspace.At("none");
        Directory.CreateDirectory(workspace.At("empty"));

        Assert.Equal($"There is no folder {missing}; 'espalier data download' fetches SVHN's.",
            workspace.Refusal("data", "svhn", missing, "--output", workspace.At("out")));
        Assert.Equal($"There is no digitStruct.mat in {workspace.At("empty")}.",
            workspace.Refusal("data", "svhn", workspace.At("empty"), "--output", workspace.At("out")));
    }

    [Fact]
    public void Missing_run_to_resume()
    {
        using var workspace = new Workspace();

        Assert.Contains($"no run to resume below '{workspace.Project}'",
            workspace.Refusal("train", "--project", workspace.Project, "--resume"), StringComparison.Ordinal);
        Assert.Contains("does not exist", workspace.Refusal("train", "--resume", workspace.At("train7")), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_without_pictures()
    {
        using var workspace = new Workspace();
        workspace.Write("set/images/readme.txt", "nothing to see");
        workspace.Write("set/list.txt", "\n");
        var data = workspace.Write("set/data.yaml", "train: images\nval: images\nnames: [cat]\n");

        Assert.Contains($"There is no photo in {workspace.At("set", "images")} (.png, ", workspace.TrainingRefusal(data),
            StringComparison.Ordinal);
        Assert.Contains($"folder '{workspace.At("set", "images")}' holds no pictures (.png, ",
            workspace.PredictionRefusal(trained.Best, workspace.At("set", "images")), StringComparison.Ordinal);
        Assert.Contains("No picture matches", workspace.PredictionRefusal(trained.Best, workspace.At("set", "images", "*.png")),
            StringComparison.Ordinal);
        Assert.Contains("names no pictures", workspace.PredictionRefusal(trained.Best, workspace.At("set", "list.txt")),
            StringComparison.Ordinal);
    }
}
