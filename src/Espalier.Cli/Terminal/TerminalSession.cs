using Espalier.Core;

namespace Espalier.Cli.Terminal;

/// <summary>
/// Where a command speaks and listens: results to <see cref="Output"/>, progress and complaints to <see cref="Error"/>, standard input
/// from <see cref="OpenInput"/>. A test hands in its own and reads what a user would see.
/// </summary>
internal sealed class TerminalSession
{
    private const int UsualWidth = 120, WidestLine = 200;

    private int _shownLength;

    /// <summary>A session over two writers.</summary>
    public TerminalSession(TextWriter output, TextWriter error, bool isInteractive = false, int width = UsualWidth,
        Func<Stream>? openInput = null, string? programPath = null, CancellationToken interrupted = default)
    {
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        Width = width;
        Interrupted = interrupted;
        ProgramPath = programPath;
        OpenInput = openInput ?? (() => Stream.Null);
    }

    /// <summary>Results: what a pipe or a file would want.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress, notes and the one sentence of a failure.</summary>
    public TextWriter Error { get; }

    /// <summary>Opens standard input; it is empty where none was given.</summary>
    public Func<Stream> OpenInput { get; }

    /// <summary>Whether a person watches <see cref="Error"/>: lines may then be rewritten in place.</summary>
    public bool IsInteractive { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Cancelled by the first Ctrl-C: the command finishes its step, saves, and says how to go on.</summary>
    public CancellationToken Interrupted { get; }

    /// <summary>The folders where other programs are looked for, as the variable PATH has them; null for none.</summary>
    public string? ProgramPath { get; }

    /// <summary>The session of a real process; the second Ctrl-C ends it at once.</summary>
    public static TerminalSession ForProcess()
    {
        var source = new CancellationTokenSource();
        var error = new ForgivingWriter(Console.Error);
        Console.CancelKeyPress += (_, pressed) =>
        {
            if (source.IsCancellationRequested) return;
            pressed.Cancel = true;
            error.WriteLine(); // Below what stands there in progress.
            error.WriteLine("Stopping; a second Ctrl-C ends it at once.");
            source.Cancel();
        };

        var interactive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new TerminalSession(Console.Out, error, interactive, ConsoleWidth(interactive), Console.OpenStandardInput,
            Environment.GetEnvironmentVariable("PATH"), source.Token);
    }

    /// <summary>Writes a whole line to <see cref="Error"/>, over what stands there in progress.</summary>
    public void Say(string line)
    {
        Clear();
        Error.WriteLine(PlainText.OneLine(line));
        Error.Flush();
    }

    /// <summary>Shows a line that the next one replaces; nothing where nobody watches.</summary>
    public void Show(string line)
    {
        if (!IsInteractive) return;

        // A line that wraps could not be taken back.
        if (line.Length >= Width) line = line[..(Width - 1)];
        Error.Write("\r" + line.PadRight(_shownLength));
        Error.Flush();
        _shownLength = line.Length;
    }

    /// <summary>Takes the shown line away.</summary>
    public void Clear()
    {
        if (_shownLength == 0) return;
        Error.Write("\r" + new string(' ', _shownLength) + "\r");
        Error.Flush();
        _shownLength = 0;
    }

    /// <summary>The columns to write in.</summary>
    /// <param name="window">The window's; 0 where it does not say.</param>
    internal static int ColumnsIn(int window) => window > 0 ? Math.Min(window, WidestLine) : UsualWidth;

    private static int ConsoleWidth(bool interactive)
    {
        try
        {
            return interactive ? ColumnsIn(Console.WindowWidth) : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }

    /// <summary>Says how many predictions were dropped for being no numbers, where there were any.</summary>
    public void SayBroken(long rows)
    {
        if (rows > 0) Say($"{rows} rows of the network's output were dropped: they hold NaN or infinity, or a class that there is not.");
    }
}
