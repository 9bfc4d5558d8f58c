namespace Espalier.Runtime;

/// <summary>Buffers for one run, which go back to the pool when this is disposed of.</summary>
/// <param name="pool">Where they go.</param>
/// <param name="buffers">The buffers.</param>
internal readonly struct RentedBuffers(RunBufferPool pool, RunBuffers buffers) : IDisposable
{
    public RunBuffers Buffers => buffers;

    public void Dispose() => pool.Return(buffers);
}
