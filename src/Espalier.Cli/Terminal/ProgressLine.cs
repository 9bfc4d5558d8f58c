using System.Diagnostics;
using System.Globalization;

namespace Espalier.Cli.Terminal;

/// <summary>
/// One line of progress: rewritten in place for a person, for a log written once at its end or not at all. Never more than ten updates
/// a second.
/// </summary>
internal sealed class ProgressLine
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
        _terminal.Show(Render(text, done, total));
    }

    /// <summary>Writes the last state as a line that stays.</summary>
    public void Finish(string text, int done, int total) => _terminal.Say(Render(text, done, total));

    private string Render(string text, int done, int total)
    {
        var share = Math.Clamp((double)done / Math.Max(total, 1), 0, 1);
        var filled = (int)Math.Round(share * BarWidth);
        var bar = new string('━', filled) + new string('╌', BarWidth - filled);
        var remaining = done == 0 || done >= total ? string.Empty : $"<{Clock(_elapsed.Elapsed / done * (total - done))}";
        return Invariant($"{text}: {share * 100,3:0}% {bar} {done}/{total} [{Clock(_elapsed.Elapsed)}{remaining}]");
    }

    /// <summary>What stands in a line of how much is left; nothing where that is nothing.</summary>
    /// <param name="seconds">So many.</param>
    public static string Left(double seconds) => seconds > 0 ? $", {Clock(TimeSpan.FromSeconds(seconds))} left" : "";

    /// <summary>Minutes and seconds, from an hour on with hours before them.</summary>
    public static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);
}
