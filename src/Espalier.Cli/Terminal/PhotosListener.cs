using System.Diagnostics;
using Espalier.Pipelines;

namespace Espalier.Cli.Terminal;

/// <summary>How far very many photos are, how many a second, and how long the rest takes: a line that is rewritten for a person, a line now
/// and then for a log.</summary>
/// <param name="terminal">Where.</param>
internal sealed class PhotosListener(TerminalSession terminal) : IPipelineListener
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly ProgressLine _line = new(terminal);
    private readonly Stopwatch _elapsed = new();
    private TimeSpan _next;

    /// <summary>Photos done.</summary>
    public int Done { get; private set; }

    /// <summary>Photos in all; 0 before the first.</summary>
    public int Total { get; private set; }

    public void OnNote(string note) => terminal.Say(note);

    public void OnProgress(string work, int done, int total)
    {
        // From the first photo on: what was loaded before it says nothing about the rest.
        if (!_elapsed.IsRunning) _next = terminal.IsInteractive ? TimeSpan.Zero : BetweenLines;
        _elapsed.Start();
        (Done, Total) = (done, total);
        if (_elapsed.Elapsed < _next) return;
        var rate = Invariant($"{done / Math.Max(_elapsed.Elapsed.TotalSeconds, 1e-3):0}/s");
        if (terminal.IsInteractive)
        {
            _next = _elapsed.Elapsed + TimeSpan.FromMilliseconds(100);
            _line.Update($"{work}, {rate}", done, total);
        }
        else
        {
            _next += BetweenLines;
            terminal.Say(Invariant($"{done} of {total} {work.ToLowerInvariant()}, {rate}, ")
                + $"{ProgressLine.Clock(_elapsed.Elapsed / done * (total - done))} left");
        }
    }
}
