using System.Diagnostics;

namespace Espalier.Server.Load;

/// <summary>
/// The places for requests, and among those the workers that look at pictures. A request takes a place before its body is read, so that
/// places × the largest request bounds the memory; a place is free again when the request ends, however it ends.
/// </summary>
internal sealed class WorkQueue(ServerOptions options, int workers) : IDisposable
{
    private readonly SemaphoreSlim _workers = new(workers);
    private int _taken;
    private double _meanSeconds;

    /// <summary>Requests under way.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Seconds until a place may be free: what is under way, at the pace of late; 1 at least.</summary>
    public int RetryAfter => Math.Clamp((int)Math.Ceiling(Taken * Volatile.Read(ref _meanSeconds) / workers), 1, options.Timeout);

    /// <summary>Takes a place.</summary>
    /// <returns>False where all are taken.</returns>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= options.Queue) return true;
        Free();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Free() => Interlocked.Decrement(ref _taken);

    /// <summary>Does one piece of work when its turn comes.</summary>
    /// <param name="work">Keeps a core busy.</param>
    /// <param name="cancellation">Ends the waiting; work that has begun is finished.</param>
    /// <returns>What came of it, and how long it waited.</returns>
    public async Task<(T Result, TimeSpan Waited)> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var asked = Stopwatch.GetTimestamp();
        await _workers.WaitAsync(cancellation);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return (work(), Stopwatch.GetElapsedTime(asked, begun));
        }
        finally
        {
            // Lost updates of two workers do no harm to an estimate.
            var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            Volatile.Write(ref _meanSeconds, _meanSeconds == 0 ? seconds : (0.9 * _meanSeconds) + (0.1 * seconds));
            _workers.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();
}
