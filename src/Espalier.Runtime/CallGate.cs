namespace Espalier.Runtime;

/// <summary>Counts calls that are under way, so that closing waits for them and lets no further one in.</summary>
/// <param name="owner">The type that calls are made to.</param>
internal sealed class CallGate(Type owner)
{
    private readonly object _lock = new(); // closing waits on it
    private int _calls;
    private bool _closed;

    /// <summary>Begins a call, which ends when the result is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public Call Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, owner);
            _calls++;
            return new Call(this);
        }
    }

    /// <summary>Lets no further call in and waits for those that are under way.</summary>
    /// <returns>Whether it was open before.</returns>
    public bool Close()
    {
        lock (_lock)
        {
            var wasOpen = !_closed;
            _closed = true;
            while (_calls > 0) Monitor.Wait(_lock);
            return wasOpen;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_calls == 0) Monitor.PulseAll(_lock);
        }
    }

    /// <summary>A call under way.</summary>
    public readonly struct Call(CallGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
