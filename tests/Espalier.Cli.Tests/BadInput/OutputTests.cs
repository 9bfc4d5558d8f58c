using Espalier.Cli.Terminal;

namespace Espalier.Tests.BadInput;

/// <summary>Output folders that cannot be written. Permissions do not bind every user; a folder below a file is impossible for
/// all.</summary>
public class OutputTests(TrainedRun trained)
{
    [Fact]
    public void Training_into_a_folder_that_cannot_be()
    {
        using var workspace = new Workspace();
        var project = Path.Combine(workspace.Write("file", "x"), "runs");

        // What was found out about the data before stands above the sentence.
        var run = CommandRun.Of("train", trained.Data, "--image-size", "64", "--batch", "4", "--epochs", "1", "--project", project);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.StartsWith($"espalier: The output folder '{project}' cannot be written: ", run.Error.TrimEnd().Split('\n')[^1],
            StringComparison.Ordinal);
        Assert.Equal(["file"], workspace.Entries());
    }

    [Fact]
    public void Predicting_into_a_folder_that_cannot_be()
    {
        using var workspace = new Workspace();
        var project = Path.Combine(workspace.Write("file", "x"), "runs");

        var sentence = workspace.Refusal("predict", trained.Best, "--source", trained.Pictures, "--project", project, "--json");

        Assert.StartsWith($"The output folder '{project}' cannot be written: ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Predicting_writes_nowhere_when_nothing_is_to_be_written()
    {
        using var workspace = new Workspace();
        var project = Path.Combine(workspace.Write("file", "x"), "runs");

        CommandRun.Of("predict", trained.Best, "--source", trained.Pictures, "--project", project, "--no-pictures").Succeeded();
    }

    [Fact]
    public void Converting_into_a_folder_that_cannot_be()
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder();
        var output = Path.Combine(workspace.Write("file", "x"), "out");

        Assert.StartsWith($"{output} cannot be written: ", workspace.Refusal("data", "svhn", street, "--output", output),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Converting_over_something_else()
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder();
        workspace.Write("taken/letter.txt", "dear reader");
        workspace.Write("set/data.yaml", "names: [a]");

        Assert.Contains("is not empty and holds no data set", workspace.Refusal("data", "svhn", street, "--output", workspace.At("taken")),
            StringComparison.Ordinal);
        Assert.Contains("--overwrite", workspace.Refusal("data", "svhn", street, "--output", workspace.At("set")),
            StringComparison.Ordinal);
        Assert.Contains("lie within each other", workspace.Refusal("data", "svhn", street, "--output", Path.Combine(street, "out")),
            StringComparison.Ordinal);
    }
}
