using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Datasets.Download;

/// <summary>How files are fetched.</summary>
internal sealed record DownloadOptions
{
    /// <summary>How often in a row an attempt may bring nothing new before it is given up, 1…100.</summary>
    /// <value>5.</value>
    [Option("--attempts", "How often in a row an attempt may bring nothing before it is given up", 1, 100)]
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each that follows, up to a minute.</summary>
    /// <value>1 s.</value>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long a server may be silent, 0.1 s…1 h.</summary>
    /// <value>60 s.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest file accepted, in bytes.</summary>
    /// <value>16 GiB.</value>
    public long MaximumBytes { get; init; } = 16L << 30;

    /// <summary>How to wait; tests need not.</summary>
    /// <value><see cref="Task.Delay(TimeSpan, CancellationToken)"/>.</value>
    public Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;

    /// <summary>Hears of each attempt that failed and is followed by another.</summary>
    public Action<string>? Retrying { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Attempts, 1, 100, "The number of attempts");
        OptionException.ThrowIfOutside(Silence.TotalSeconds, 0.1, 3600, "The seconds of silence");
    }
}
