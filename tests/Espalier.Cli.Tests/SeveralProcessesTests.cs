using System.Diagnostics;
using Espalier.Cli.Terminal;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Runs;

namespace Espalier.Cli.Tests;

/// <summary>The real command under <c>mpirun</c>; skipped where Open MPI is not installed.</summary>
public sealed class SeveralProcessesTests
{
    private static readonly string[] Training =
        ["train", "data.yaml", "--model", "yolov5n", "--image-size", "64", "--batch", "4", "--threads", "1", "--device",
            "cpu", "--precision", "fp32", "--no-plots"];

    [Fact]
    public async Task Two_processes_with_synchronized_batch_norm_lose_what_one_loses()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        GeneratedPhotos.Write(folder.Path, training: 12, validation: 4);
        using var alone = ChildCommand.Start(folder.Path, [.. Training, "--epochs", "1", "--name", "alone"]);
        await alone.RequireSuccess(token);
        using var together = Launch(folder.Path, 2, [.. Training, "--epochs", "1", "--name", "together", "--sync-bn"]);
        var (code, text) = await Finish(together, token);

        Assert.True(code == 0, text);
        Assert.Equal(Losses("alone"), Losses("together"), (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.Single(text.Split('\n'), line => line.StartsWith("Weights: ", StringComparison.Ordinal));

        double[] Losses(string name) =>
            [.. File.ReadAllLines(new RunFolder(folder.File("runs", name)).Results)[1].Split(',')[1..4]
                .Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
    }

    [Fact]
    public async Task When_one_is_killed_the_other_says_how_to_go_on_and_the_checkpoint_is_good()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        GeneratedPhotos.Write(folder.Path, training: 8, validation: 4);
        var run = new RunFolder(folder.File("runs", "killed"));
        using var launched = Launch(folder.Path, 2, [.. Training, "--epochs", "1000", "--name", "killed"]);
        var ending = Finish(launched, token);
        while (!File.Exists(run.Last) && !ending.IsCompleted) await Task.Delay(20, token);
        Assert.False(ending.IsCompleted);
        using (var one = Process.GetProcessById(ChildOf(launched.Id))) one.Kill();
        var (code, text) = await ending;

        Assert.NotEqual(0, code);
        Assert.Contains("another of its processes has ended. Go on with: espalier train --resume ", text, StringComparison.Ordinal);
        Assert.NotEmpty(Checkpoint.Load(run.Last).Training.Names);
    }

    [Fact]
    public async Task Processes_with_different_options_are_told_so_and_leave_nothing_behind()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        GeneratedPhotos.Write(folder.Path, training: 4, validation: 4);
        using var launched = Start(folder.Path,
            ["-n", "1", .. Command([.. Training, "--epochs", "1"]), ":", "-n", "1", .. Command([.. Training, "--epochs", "2"])]);
        var (code, text) = await Finish(launched, token);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("The 2 processes of this run disagree on their options (process 1 and process 0): start all with the same program, "
            + "options and data.", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("runs")));
    }

    private static Process Launch(string folder, int processes, string[] words) =>
        Start(folder, ["-n", processes.ToString(System.Globalization.CultureInfo.InvariantCulture), .. Command(words)]);

    private static string[] Command(string[] words) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "espalier.dll"), .. words];

    private static Process Start(string folder, string[] words)
    {
        var launcher = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(path => Path.Combine(path, "mpirun"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(launcher is null, "mpirun is not installed");
        var start = new ProcessStartInfo(
            launcher!)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--oversubscribe", "--bind-to", "none", .. words]) start.ArgumentList.Add(word);

        // In a container everybody is root, which Open MPI wants to be told.
        (start.Environment["OMPI_ALLOW_RUN_AS_ROOT"], start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]) = ("1", "1");
        return Process.Start(start)!;
    }

    private static async Task<(int Code, string Text)> Finish(Process process, CancellationToken token)
    {
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        return (process.ExitCode, string.Concat(texts));
    }

    /// <summary>The last process that another started.</summary>
    private static int ChildOf(int parent) => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == parent)
        .Max();

    private static int ParentOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
            return int.Parse(line["PPid:".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
