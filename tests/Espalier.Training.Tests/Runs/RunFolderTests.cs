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
        Directory.CreateDirectory(folder.File("backup"));
        File.WriteAllText(folder.File("backup", "last.safetensors"), "");
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

    [Theory]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.Killed)]
    [InlineData(DiskFault.PowerLostNamesKept)]
    [InlineData(DiskFault.PowerLostNamesLost)]
    public void Whole_folder_is_there_with_all_of_its_files_or_not_at_all(DiskFault fault)
    {
        for (var step = 0; ; step++)
        {
            using var folder = new TemporaryFolder();
            var disk = new FaultyDisk(fault, step, folder.Path);
            Disk.Use(disk);
            _ = Record.Exception(() => Make());
            Disk.Use(null);
            var isThere = Directory.Exists(folder.File("prune"));
            if (isThere) RequireWhole("prune");
            if (!disk.WentWrong)
            {
                Assert.True(isThere && step >= 4, $"only {step} steps");
                return;
            }

            // What the dead have left is cleared away by the next, which takes the name where it is free.
            Assert.Equal(folder.File(isThere ? "prune2" : "prune"), Make().Path);
            string[] names = isThere ? ["prune", "prune2"] : ["prune"];
            Assert.All(names, RequireWhole);
            if (!isThere) Assert.Equal([folder.File("prune")], Directory.GetFileSystemEntries(folder.Path));

            RunFolder Make() => RunFolder.CreateWhole(folder.Path, "prune", made =>
            {
                AtomicFile.WriteAllText(made.File("plan.json"), "plan");
                AtomicFile.WriteAllText(made.File("pruned.safetensors"), "weights");
            });

            void RequireWhole(string name)
            {
                Assert.Equal("plan", File.ReadAllText(folder.File(name, "plan.json")));
                Assert.Equal("weights", File.ReadAllText(folder.File(name, "pruned.safetensors")));
                Assert.Equal(2, Directory.GetFileSystemEntries(folder.File(name)).Length);
            }
        }
    }

    [Fact]
    public void Whole_folder_that_another_process_fills_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        RunFolder? second = null;
        var first = RunFolder.CreateWhole(folder.Path, "prune", _ => second = RunFolder.CreateWhole(folder.Path, "prune", _ => { }));

        Assert.Equal((folder.File("prune"), folder.File("prune2")), (first.Path, second!.Path));
    }
}
