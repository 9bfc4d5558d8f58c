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
    public static ChildCommand Start(string folder, params string[] words)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "espalier.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        return new ChildCommand(Process.Start(start)!);
    }

    /// <summary>Waits for the end; what it wrote goes with a failure.</summary>
    public async Task RequireSuccess(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        Assert.True(_process.ExitCode == 0, $"exit code {_process.ExitCode}\n{await _output}\n{await _error}");
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
