using System.Diagnostics;

namespace Espalier.Cli.Tests;

/// <summary>The real command as a process of its own, which can be killed.</summary>
internal sealed class ChildCommand : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ChildCommand(Process process)
    {
        _process = process;

        // A full pipe would stop the child.
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>espalier</c> with words, in a folder.</summary>
    public static ChildCommand Start(string folder, params string[] words) => StartUnder([], folder, words);

    /// <summary>Starts <c>espalier</c> by way of another program, such as <c>taskset -c 0</c>.</summary>
    /// <param name="launcher">The program and its words, before those of <c>espalier</c>; none to start it directly.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="words">What it is told.</param>
    public static ChildCommand StartUnder(string[] launcher, string folder, params string[] words)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] all = [.. launcher, dotnet, Path.Combine(AppContext.BaseDirectory, "espalier.dll"), .. words];
        var start = new ProcessStartInfo(all[0],
            all[1..])
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        return new ChildCommand(Process.Start(start)!);
    }

    /// <summary>Waits for the end and tells what it printed; that, and what it said beside, goes with a failure.</summary>
    public async Task<string> RequireSuccess(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        Assert.True(_process.ExitCode == 0, $"exit code {_process.ExitCode}\n{await _output}\n{await _error}");
        return await _output;
    }

    /// <summary>SIGKILL: no handler runs, nothing is finished.</summary>
    public async Task Kill(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
