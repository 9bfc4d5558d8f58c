namespace Espalier.Runtime;

/// <summary>
/// Buffers that no call uses at the moment, by shape. Any thread may rent and return. Where they come to take too much, those of the shape
/// that was not asked for the longest go; the last one that came back stays, however large.
/// </summary>
/// <param name="mostBytes">What is kept at most.</param>
internal sealed class RunBufferPool(long mostBytes = 256 << 20) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Batch, int Height, int Width), Shelf> _free = [];
    private long _bytes;
    private long _calls;
    private bool _disposed;

    /// <summary>Bytes that are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock) return _bytes;
        }
    }

    /// <summary>Buffers of a shape, or null where there are none free.</summary>
    public RunBuffers? TryRent(int batch, int height, int width)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(OnnxNetwork));
            if (!_free.TryGetValue((batch, height, width), out var shelf)) return null;
            shelf.LastCall = ++_calls;
            if (!shelf.Buffers.TryPop(out var rented)) return null;
            _bytes -= rented.Bytes;
            return rented;
        }
    }

    /// <summary>Takes buffers back; those of a run that failed go, for what is in them is unknown.</summary>
    public void Return(RunBuffers buffers)
    {
        lock (_lock)
        {
            if (!_disposed && !buffers.IsSpoiled)
            {
                var shape = (buffers.Batch, buffers.Height, buffers.Width);
                if (!_free.TryGetValue(shape, out var shelf)) _free.Add(shape, shelf = new Shelf());
                shelf.LastCall = ++_calls;
                shelf.Buffers.Push(buffers);
                _bytes += buffers.Bytes;
                if (_bytes > mostBytes) LetGo(buffers);
                return;
            }
        }

        buffers.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var buffers in _free.Values.SelectMany(shelf => shelf.Buffers)) buffers.Dispose();
            _free.Clear();
            _bytes = 0;
        }
    }

    private void LetGo(RunBuffers newest)
    {
        foreach (var (shape, shelf) in _free.OrderBy(pair => pair.Value.LastCall).ToList())
        {
            while (_bytes > mostBytes && shelf.Buffers.TryPeek(out var buffers) && buffers != newest)
            {
                shelf.Buffers.Pop();
                _bytes -= buffers.Bytes;
                buffers.Dispose();
            }

            if (shelf.Buffers.Count == 0) _free.Remove(shape);
            if (_bytes <= mostBytes) return;
        }
    }

    private sealed class Shelf
    {
        public Stack<RunBuffers> Buffers { get; } = [];

        public long LastCall { get; set; }
    }
}
