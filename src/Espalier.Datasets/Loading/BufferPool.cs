using System.Collections.Concurrent;

namespace Espalier.Datasets.Loading;

/// <summary>Pixel buffers of one length, used again and again so that an epoch allocates none.</summary>
internal sealed class BufferPool(int length)
{
    private readonly ConcurrentBag<byte[]> _free = [];

    /// <summary>A buffer with arbitrary contents.</summary>
    public byte[] Rent() => _free.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Gives a buffer back; nobody may use it any more.</summary>
    public void Return(byte[] buffer) => _free.Add(buffer);
}
