using System.Diagnostics;
using System.Globalization;

namespace Espalier.Cli.Terminal;

/// <summary>
/// One line of progress: rewritten in place for a person, written once at its end for a log. Never more than ten updates a second.
/// </summary>
public sealed class ProgressLine
{
    private const int BarWidth = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TerminalSession _terminal;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private TimeSpan _nextUpdate = TimeSpan.Zero;

    /// <summary>Starts the clock.</summary>
    public ProgressLine(TerminalSession terminal) => _terminal = terminal;

    /// <summary>Shows how far things are.</summary>
    /// <param name="text">What stands before the bar.</param>
    /// <param name="done">Steps done.</param>
    /// <param name="total">Steps in all, at least 1.</param>
    public void Update(string text, int done, int total)
    {
        if (!_terminal.IsInteractive || _elapsed.Elapsed < _nextUpdate) return;
        _nextUpdate = _elapsed.Elapsed + Interval;
        _terminal.Error.Write("\r" + Render(text, done, total));
        _terminal.Error.Flush();
    }

    /// <summary>Writes the last state and ends the line.</summary>
    public void Finish(string text, int done, int total)
    {
        if (_terminal.IsInteractive) _terminal.Error.Write('\r');
        _terminal.Error.WriteLine(Render(text, done, total));
        _terminal.Error.Flush();
    }

    private string Render(string text, int done, int total)
    {
        var share = Math.Clamp((double)done / Math.Max(total, 1), 0, 1);
        var filled = (int)Math.Round(share * BarWidth);
        var bar = new string('━', filled) + new string('╌', BarWidth - filled);
        var remaining = done == 0 || done >= total ? string.Empty : $"<{Clock(_elapsed.Elapsed / done * (total - done))}";
        return string.Create(CultureInfo.InvariantCulture, $"{text}: {share * 100,3:0}% {bar} {done}/{total} [{Clock(_elapsed.Elapsed)}{remaining}]");
    }

    private static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);
}
