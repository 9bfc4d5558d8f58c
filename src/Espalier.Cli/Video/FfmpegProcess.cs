using System.ComponentModel;
using System.Diagnostics;
using Espalier.Core;

namespace Espalier.Cli.Video;

/// <summary>One child process of ffmpeg's, which does not outlive its owner; what it complained of last is kept.</summary>
internal sealed class FfmpegProcess : IDisposable
{
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(500);
    private readonly Process _process;
    private readonly Task _complaints;
    private string? _complaint;

    private FfmpegProcess(Process process)
    {
        _process = process;
        _complaints = Task.Run(KeepLastComplaint);
    }

    /// <summary>What it writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Starts a program; no shell sees its words.</summary>
    /// <exception cref="EspalierException">It cannot be started.</exception>
    public static FfmpegProcess Start(string program, IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(
            program)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true };
        foreach (var word in words) start.ArgumentList.Add(word);
        try
        {
            return new FfmpegProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new EspalierException($"'{program}' cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="path">The file that its complaints begin with, which our sentence names anyway.</param>
    /// <returns>Null where it went well; otherwise the last line of its complaints.</returns>
    public string? WaitForComplaint(string path)
    {
        _process.WaitForExit();
        _complaints.Wait();
        if (_process.ExitCode == 0) return null;
        if (_complaint is null) return Invariant($"ffmpeg ended with code {_process.ExitCode}");
        return _complaint.StartsWith(path + ": ", StringComparison.Ordinal) ? _complaint[(path.Length + 2)..] : _complaint;
    }

    /// <summary>Whether it was ended by the Ctrl-C that interrupts us, too; to be asked once it has ended.</summary>
    /// <param name="interrupted">The child may hear of it before we do.</param>
    public bool EndedByInterruption(CancellationToken interrupted) =>
        _process.ExitCode is 255 or (> 128 and < 160) && interrupted.WaitHandle.WaitOne(Courtesy);

    /// <summary>Ends it at once if it still runs.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _complaints.Wait();
        _process.Dispose();
    }

    // A full pipe would stop the child, so all of it is read.
    private void KeepLastComplaint()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } said) _complaint = said.Length > 300 ? said[..300] : said;
        }
    }
}
