namespace Espalier.Runtime;

/// <summary>Buffers that no call uses at the moment, by shape. Any thread may rent and return.</summary>
internal sealed class RunBufferPool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Batch, int Height, int Width), Stack<RunBuffers>> _free = [];
    private bool _disposed;

    /// <summary>Buffers of a shape, or null where there are none free.</summary>
    public RunBuffers? TryRent(int batch, int height, int width)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(OnnxNetwork));
            return _free.TryGetValue((batch, height, width), out var buffers) && buffers.TryPop(out var rented) ? rented : null;
        }
    }

    /// <summary>Takes buffers back.</summary>
    public void Return(RunBuffers buffers)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                if (!_free.TryGetValue((buffers.Batch, buffers.Height, buffers.Width), out var alike)) _free.Add((buffers.Batch, buffers.Height, buffers.Width), alike = []);
                alike.Push(buffers);
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
            foreach (var buffers in _free.Values.SelectMany(alike => alike)) buffers.Dispose();
            _free.Clear();
        }
    }
}
