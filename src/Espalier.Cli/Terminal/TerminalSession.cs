namespace Espalier.Cli.Terminal;

/// <summary>
/// Where a command speaks: results to <see cref="Output"/>, progress and complaints to <see cref="Error"/>. A test hands in
/// writers and reads what a user would see.
/// </summary>
public sealed class TerminalSession
{
    /// <summary>A session over two writers.</summary>
    public TerminalSession(TextWriter output, TextWriter error, bool isInteractive = false, int width = 120, CancellationToken interrupted = default)
    {
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        Width = width;
        Interrupted = interrupted;
    }

    /// <summary>Results: what a pipe or a file would want.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress, notes and the one sentence of a failure.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches <see cref="Error"/>: lines may then be rewritten in place.</summary>
    public bool IsInteractive { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Cancelled by the first Ctrl-C: the command finishes its step, saves, and says how to go on.</summary>
    public CancellationToken Interrupted { get; }

    /// <summary>The session of a real process; the second Ctrl-C ends it at once.</summary>
    public static TerminalSession ForProcess()
    {
        var source = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            if (source.IsCancellationRequested) return;
            pressed.Cancel = true;
            source.Cancel();
        };

        var interactive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new TerminalSession(Console.Out, Console.Error, interactive, ConsoleWidth(interactive), source.Token);
    }

    private static int ConsoleWidth(bool interactive)
    {
        if (!interactive) return 120;
        try
        {
            return Math.Clamp(Console.WindowWidth, 60, 200);
        }
        catch (IOException)
        {
            return 120;
        }
    }
}
