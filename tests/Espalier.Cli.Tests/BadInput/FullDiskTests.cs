using System.Diagnostics;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests;
using Espalier.Vision;

namespace Espalier.Tests.BadInput;

/// <summary>
/// A disk that is really full: the built command in a process of its own, writing to a file system of a few blocks that only this
/// process sees. Skipped where the system allows no such thing.
/// </summary>
public class FullDiskTests(TrainedRun trained)
{
    // Mounts, runs, and says what is left, apart from folders that were there before.
    private const string Script = """
        mount -t tmpfs -o size="$1" tmpfs "$2" 2>/dev/null || exit 77
        disk=$2; shift 2
        "$@"; code=$?
        find "$disk" -mindepth 1 -printf 'LEFT %P\n'
        exit $code
        """;

    [Fact]
    public void Training()
    {
        using var workspace = new Workspace();
        var disk = Disk(workspace);

        var run = OnDiskOf(disk, "2m", "train", trained.Data, "--image-size", "64", "--batch", "4", "--epochs", "1", "--project",
            Path.Combine(disk, "runs"));

        Assert.EndsWith("espalier: Cannot write '" + Path.Combine(disk, "runs", "train", "weights", "best.safetensors")
            + "': the disk is full.\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LEFT", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predicting()
    {
        using var workspace = new Workspace();
        var picture = workspace.Write("noise.png", PictureWriter.EncodePng(Scenes.Noise(200, 200, seed: 1)));
        var disk = Disk(workspace);

        var run = OnDiskOf(disk, "64k", "predict", trained.Best, "--source", picture, "--project", Path.Combine(disk, "runs"));

        Assert.Equal("espalier: Cannot write '" + Path.Combine(disk, "runs", "predict", "noise.png") + "': the disk is full.\n", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Converting()
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder();
        for (var i = 1; i <= 10; i++) workspace.Write($"street/{i}.png", PictureWriter.EncodePng(Scenes.Noise(100, 100, i)));
        var disk = Disk(workspace);

        var run = OnDiskOf(disk, "64k", "data", "svhn", street, "--output", Path.Combine(disk, "out"));

        Assert.Matches("^espalier: .* cannot be written: the disk is full\\.\n$", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_log_that_takes_nothing_more_is_no_failure()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "skipped: this system has no /dev/full");
        using var workspace = new Workspace();
        workspace.YoloFolder();

        using var check = ChildCommand.StartUnder(["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"], workspace.Root, "data", "check", "set");

        Assert.Contains(" in 8 photos", await check.RequireSuccess(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Disk(Workspace workspace) => Directory.CreateDirectory(workspace.At("disk")).FullName;

    private static CommandRun OnDiskOf(string disk, string size, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "skipped: needs Linux to mount a small disk for one process");
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        var command = Path.Combine(AppContext.BaseDirectory, "espalier");
        foreach (var word in (string[])["--user", "--map-root-user", "--mount", "bash", "-c", Script, "bash", size,
            disk, command, .. arguments])
            start.ArgumentList.Add(word);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var run = new CommandRun(process.ExitCode, output, error.GetAwaiter().GetResult());
            Assert.SkipWhen(run.Code == 77 || run.Error.StartsWith("unshare:", StringComparison.Ordinal),
                "skipped: this system lets no user mount a small disk");
            Assert.True(run.Code == ExitCodes.Failed, $"exit code {run.Code}: {run.Error}");
            return run;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("skipped: there is no unshare command");
            throw;
        }
    }
}
