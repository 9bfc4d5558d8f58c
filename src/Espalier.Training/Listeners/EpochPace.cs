using Espalier.Training.Runs;

namespace Espalier.Training.Listeners;

/// <summary>How long an epoch takes, by the latest ones: what else the machine does changes over a long run.</summary>
internal sealed class EpochPace
{
    private const int Latest = 3;
    private readonly Queue<double> _seconds = new();

    /// <summary>An epoch is done.</summary>
    public void Add(EpochRecord epoch)
    {
        _seconds.Enqueue(epoch.TrainingSeconds + epoch.ValidationSeconds);
        if (_seconds.Count > Latest) _seconds.Dequeue();
    }

    /// <summary>Seconds an epoch; null before the first is done.</summary>
    public double? Seconds => _seconds.Count > 0 ? _seconds.Average() : null;
}
