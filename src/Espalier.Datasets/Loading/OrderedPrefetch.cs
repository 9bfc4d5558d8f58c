using System.Runtime.ExceptionServices;
using Espalier.Core;

namespace Espalier.Datasets.Loading;

/// <summary>
/// Prepares numbered items on threads of its own, ahead of a consumer that takes them in order. At most a given number of
/// items exist at a time, the one in the consumer's hands included.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
internal sealed class OrderedPrefetch<T> : IDisposable
{
    private readonly Func<int, CancellationToken, T> _prepare;
    private readonly Action<T> _release;
    private readonly int _end;
    private readonly int _capacity;
    private readonly Thread[] _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, Outcome> _ready = [];
    private readonly object _gate = new();
    private int _nextToPrepare;
    private int _firstUnreleased;

    /// <summary>Starts the workers.</summary>
    /// <param name="first">The first item's number.</param>
    /// <param name="end">One more than the last item's number.</param>
    /// <param name="workers">Threads, at least 1.</param>
    /// <param name="ahead">Items prepared beyond the one in the consumer's hands, at least 1.</param>
    /// <param name="prepare">Makes an item; called by several threads at once.</param>
    /// <param name="release">Takes back an item that nobody uses any more.</param>
    public OrderedPrefetch(
        int first, int end, int workers, int ahead, Func<int, CancellationToken, T> prepare, Action<T> release)
    {
        (_nextToPrepare, _firstUnreleased, _end, _capacity) = (first, first, end, ahead + 1);
        (_prepare, _release) = (prepare, release);
        _workers = new Thread[Math.Min(workers, Math.Max(end - first, 0))];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = "Espalier loader" };
            _workers[i].Start();
        }
    }

    /// <summary>Waits for the item with the given number and hands it over.</summary>
    /// <exception cref="EspalierException">Preparing it failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public T Take(int number, CancellationToken cancellationToken)
    {
        using var wake = cancellationToken.Register(Wake);
        Outcome outcome;
        lock (_gate)
        {
            while (!_ready.Remove(number, out outcome))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }
        }

        return outcome.Failure is null ? outcome.Item! : throw Explain(outcome.Failure);
    }

    /// <summary>Takes back the item in the consumer's hands and lets the workers go one further.</summary>
    public void Release(T item)
    {
        _release(item);
        lock (_gate)
        {
            _firstUnreleased++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops the workers, waits for them, and takes back what was never asked for.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Wake();
        foreach (var worker in _workers) worker.Join();
        foreach (var outcome in _ready.Values)
        {
            if (outcome.Failure is null) _release(outcome.Item!);
        }

        _ready.Clear();
        _stop.Dispose();
    }

    private static EspalierException Explain(Exception failure)
    {
        // The user's sentence keeps its place of origin; anything else is named as the loader's own failure.
        if (failure is EspalierException) ExceptionDispatchInfo.Throw(failure);
        return new EspalierException($"The loader failed while preparing a batch: {failure.Message}", failure);
    }

    private void Work()
    {
        while (TryClaim(out var number))
        {
            Outcome outcome;
            try
            {
                outcome = new Outcome(_prepare(number, _stop.Token), null);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever goes wrong here must reach the consumer, or it would wait for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                outcome = new Outcome(default, exception);
            }

            lock (_gate)
            {
                _ready.Add(number, outcome);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits until the next number is within the consumer's reach; false at the end or when stopped.</summary>
    private bool TryClaim(out int number)
    {
        lock (_gate)
        {
            while (true)
            {
                number = _nextToPrepare;
                if (number >= _end || _stop.IsCancellationRequested) return false;
                if (number < _firstUnreleased + _capacity) break;
                Monitor.Wait(_gate);
            }

            _nextToPrepare++;
            return true;
        }
    }

    private void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private readonly record struct Outcome(T? Item, Exception? Failure);
}
