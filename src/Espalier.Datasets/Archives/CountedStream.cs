namespace Espalier.Datasets.Archives;

/// <summary>Counts what is read of another stream.</summary>
internal sealed class CountedStream(Stream inner) : Stream
{
    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("a counted stream has no length");

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException("a counted stream cannot seek");
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Count += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a counted stream cannot seek");

    public override void SetLength(long value) => throw new NotSupportedException("a counted stream cannot be written");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a counted stream cannot be written");
}
