using System.Diagnostics;
using Espalier.Datasets;

namespace Espalier.Cli.Terminal;

/// <summary>A line of progress for bytes: how many, and how fast of late.</summary>
/// <param name="terminal">Where to show it.</param>
/// <param name="what">What is being moved.</param>
internal sealed class TransferLine(TerminalSession terminal, string what) : IProgress<ByteProgress>
{
    private const double Megabyte = 1e6;
    private static readonly TimeSpan SpeedWindow = TimeSpan.FromSeconds(2);
    private readonly ProgressLine _line = new(terminal);
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private TimeSpan _windowStart;
    private long? _windowBytes;
    private string _speed = "";

    /// <inheritdoc/>
    public void Report(ByteProgress value)
    {
        // Bytes that an earlier run fetched say nothing about speed.
        _windowBytes ??= value.Done;
        var window = _elapsed.Elapsed - _windowStart;
        if (window >= SpeedWindow)
        {
            _speed = Invariant($", {(value.Done - _windowBytes.Value) / Megabyte / window.TotalSeconds:0.0} MB/s");
            (_windowStart, _windowBytes) = (_elapsed.Elapsed, value.Done);
        }

        if (value.Total > 0) _line.Update($"{what}, MB{_speed}", (int)(value.Done / Megabyte), Math.Max((int)(value.Total / Megabyte), 1));
        else terminal.Show(Invariant($"{what}: {value.Done / Megabyte:0} MB{_speed}"));
    }
}
