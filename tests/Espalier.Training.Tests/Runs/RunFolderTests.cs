using Espalier.Core;
using Espalier.Tests;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

public sealed class RunFolderTests
{
    [Fact]
    public void Folders_count_up()
    {
        using var folder = new TemporaryFolder();
        var project = folder.File("runs");

        Assert.Equal(
            [Path.Combine(project, "train"), Path.Combine(project, "train2"), Path.Combine(project, "train3"),
                Path.Combine(project, "predict")],
            new[] { "train", "train", "train", "predict" }.Select(name => RunFolder.CreateNext(project, name).Path));
    }

    [Fact]
    public void File_of_that_name_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("train"), "mine");

        Assert.Equal(folder.File("train2"), RunFolder.CreateNext(folder.Path, "train").Path);
    }

    [Fact]
    public void Newest_run_is_the_one_saved_last()
    {
        using var folder = new TemporaryFolder();
        var runs = Enumerable.Range(0, 3).Select(_ => RunFolder.CreateNext(folder.Path, "train")).ToList();
        foreach (var (run, hours) in runs.Zip([2, 0, 1]))
        {
            Directory.CreateDirectory(run.Weights);
            File.WriteAllText(run.Last, "");
            File.SetLastWriteTimeUtc(run.Last, DateTime.UtcNow.AddHours(-hours));
        }

        Assert.Equal(runs[1], RunFolder.FindNewest(folder.Path));
        Assert.Null(RunFolder.FindNewest(folder.File("elsewhere")));
    }

    [Fact]
    public void Folder_that_cannot_be_made_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        Assert.Contains(folder.File("file"), Assert.Throws<EspalierException>(() => RunFolder.CreateNext(folder.File("file"), "train"))
            .Message);
    }
}
