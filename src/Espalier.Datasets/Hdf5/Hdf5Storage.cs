using System.Buffers.Binary;

namespace Espalier.Datasets.Hdf5;

/// <summary>
/// The bytes of one HDF5 file by address, little-endian, bounds-checked, read in blocks that are kept for a while.
/// Plain reads and not a memory map: a file that shrinks meanwhile is then an error and not a crash, and memory stays
/// at <see cref="BlockCount"/> blocks however large the file is. Not for several threads.
/// </summary>
internal sealed class Hdf5Storage : IDisposable
{
    private const int BlockBits = 16;
    private const int BlockSize = 1 << BlockBits;
    private const int BlockCount = 512;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly byte[]?[] _blocks = new byte[BlockCount][];
    private readonly long[] _blockIndices = new long[BlockCount];
    private long _work;

    /// <summary>Takes over a stream that can seek.</summary>
    public Hdf5Storage(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        FileLength = stream.Length;
        _work = 100_000 + 4 * FileLength;
        Array.Fill(_blockIndices, -1);
    }

    /// <summary>Bytes in the file.</summary>
    public long FileLength { get; }

    /// <summary>What every address counts from: the end of the user block.</summary>
    public long BaseAddress { get; set; }

    /// <summary>The largest address, exclusive.</summary>
    public long Length => FileLength - BaseAddress;

    /// <summary>
    /// Pays for a piece of work. One pass over an honest file needs far less than a few steps a byte; a file whose parts
    /// refer to each other over and over runs out, which bounds the time that any file can take.
    /// </summary>
    public void Spend(long steps)
    {
        _work -= steps;
        if (_work < 0) throw Error("it refers to the same structures over and over");
    }

    /// <summary>The byte at an address.</summary>
    public byte Byte(long address) => Block(address, 1, out var offset)[offset];

    /// <summary>The 16-bit unsigned number at an address.</summary>
    public ushort UInt16(long address)
    {
        Span<byte> bytes = stackalloc byte[2];
        Copy(address, bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    /// <summary>The 32-bit unsigned number at an address.</summary>
    public uint UInt32(long address)
    {
        Span<byte> bytes = stackalloc byte[4];
        Copy(address, bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>The 64-bit number at an address; what does not fit a <see cref="long"/> comes back negative.</summary>
    public long Int64(long address)
    {
        Span<byte> bytes = stackalloc byte[8];
        Copy(address, bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Copies bytes from an address on.</summary>
    public void Copy(long address, Span<byte> target)
    {
        Check(address, target.Length);
        while (target.Length > 0)
        {
            var block = Block(address, 1, out var offset);
            var count = Math.Min(target.Length, BlockSize - offset);
            block.AsSpan(offset, count).CopyTo(target);
            target = target[count..];
            address += count;
        }
    }

    /// <summary>Throws unless the range lies within the file.</summary>
    public void Check(long address, long length)
    {
        if (address < 0 || length < 0 || address > Length - length)
        {
            throw Error($"it refers outside itself ({length} bytes at {(ulong)address}, the file has {Length})");
        }
    }

    /// <summary>Throws unless the four bytes at an address are a structure's signature.</summary>
    public void CheckSignature(long address, ReadOnlySpan<byte> signature, string structure)
    {
        Span<byte> bytes = stackalloc byte[4];
        Copy(address, bytes);
        if (!bytes.SequenceEqual(signature)) throw Error($"there is no {structure} at {address}");
    }

    /// <summary>The exception for something wrong with this file.</summary>
    public Hdf5Exception Error(string what, Exception? inner = null)
    {
        var message = $"{_name} is not a usable MATLAB 7.3 (HDF5) file: {what}.";
        return inner is null ? new Hdf5Exception(message) : new Hdf5Exception(message, inner);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private byte[] Block(long address, int length, out int offset)
    {
        Check(address, length);
        var position = BaseAddress + address;
        var index = position >> BlockBits;
        offset = (int)(position & (BlockSize - 1));
        var slot = (int)(index % BlockCount);
        var block = _blocks[slot];
        if (block is null || _blockIndices[slot] != index)
        {
            _blocks[slot] = block ??= new byte[BlockSize];
            _blockIndices[slot] = -1;
            Load(index, block);
            _blockIndices[slot] = index;
        }

        return block;
    }

    private void Load(long index, byte[] block)
    {
        var start = index << BlockBits;
        var count = (int)Math.Min(BlockSize, FileLength - start);
        try
        {
            _stream.Position = start;
            _stream.ReadExactly(block, 0, count);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Error("reading stopped: " + exception.Message.TrimEnd('.'), exception);
        }
    }
}
