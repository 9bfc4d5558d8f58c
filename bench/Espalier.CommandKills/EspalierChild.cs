using System.Diagnostics;

namespace Espalier.CommandKills;

/// <summary>Starts the command under test.</summary>
/// <param name="command">The espalier command's path.</param>
/// <param name="folder">The working folder of its processes; temporary files of the system's go to a folder in it.</param>
internal sealed class EspalierChild(string command, string folder)
{
    /// <summary>Where its processes work.</summary>
    public string Folder => folder;

    /// <summary>Runs it to its end.</summary>
    /// <returns>How long that took.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public TimeSpan Finish(IReadOnlyList<string> words)
    {
        var life = Live(words, null);
        return life.Problem is null ? life.Duration : throw new InvalidOperationException(life.Problem);
    }

    /// <summary>Runs it until it ends or, after some time, is killed.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="killedAfter">When it is killed; null for never.</param>
    public ChildLife Live(IReadOnlyList<string> words, TimeSpan? killedAfter)
    {
        var clock = Stopwatch.StartNew();
        using var child = Process.Start(new ProcessStartInfo(command, words)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName,
                ["DOTNET_EnableDiagnostics"] = "0", // Whose sockets a killed process leaves in the folder for temporary files.
            },
        }) ?? throw new InvalidOperationException("no process was started");
        var (output, errors) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        var killed = killedAfter is { } wait && !child.WaitForExit(wait);
        if (killed) child.Kill();
        child.WaitForExit();
        Task.WaitAll(output, errors);

        // One that ended by itself in the last moment was not killed.
        killed &= child.ExitCode != 0;
        return new ChildLife(killed, clock.Elapsed, killed || child.ExitCode == 0
            ? null : $"'{string.Join(' ', words)}' ended with exit code {child.ExitCode}: {errors.Result.Trim()}");
    }
}

/// <summary>How a process lived.</summary>
/// <param name="WasKilled">Whether it was killed.</param>
/// <param name="Duration">How long it lived.</param>
/// <param name="Problem">What it said where it failed by itself; null otherwise.</param>
internal sealed record ChildLife(bool WasKilled, TimeSpan Duration, string? Problem);
