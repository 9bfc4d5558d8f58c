using System.Buffers.Binary;
using System.Text;

namespace Espalier.Datasets.Hdf5;

/// <summary>
/// Writes HDF5 in MATLAB 7.3's old form, front to back: objects first, then what refers to them. The counterpart of
/// <see cref="Hdf5File"/>, whose parts of the format it uses.
/// </summary>
internal sealed class Hdf5Writer
{
    private const int UserBlock = 512;
    private const int SuperblockSize = 96;
    private const int LargestCompact = 512;
    private readonly Stream _stream;
    private long _end = SuperblockSize;

    /// <summary>Begins a file in an empty stream that can seek.</summary>
    public Hdf5Writer(Stream stream)
    {
        _stream = stream;
        _stream.Write(new byte[UserBlock + SuperblockSize]);
    }

    /// <summary>Writes a data set and tells its address.</summary>
    /// <param name="datatype">A datatype message, see <see cref="Hdf5Messages"/>.</param>
    /// <param name="extents">Slowest first.</param>
    /// <param name="data">The elements.</param>
    /// <param name="attributes">Attribute messages.</param>
    public long WriteDataset(byte[] datatype, ReadOnlySpan<long> extents, byte[] data, params ReadOnlySpan<byte[]> attributes)
    {
        var layout = data.Length <= LargestCompact ? Hdf5Messages.Compact(data) : Hdf5Messages.Contiguous(Append(data), data.Length);
        return WriteHeader([(0x01, Hdf5Messages.Dataspace(extents)), (0x03, datatype), (0x05, Hdf5Messages.NoFillValue), (0x08, layout)],
            attributes);
    }

    /// <summary>Writes a group and tells its address.</summary>
    /// <param name="members">Names and addresses, in any order.</param>
    /// <param name="attributes">Attribute messages.</param>
    public long WriteGroup(IReadOnlyList<(string Name, long Address)> members, params ReadOnlySpan<byte[]> attributes) =>
        WriteHeader([(0x11, WriteSymbolTable(members))], attributes);

    /// <summary>Writes the root group, and the file's beginning.</summary>
    public void Finish(IReadOnlyList<(string Name, long Address)> members)
    {
        var table = WriteSymbolTable(members);
        var root = WriteHeader([(0x11, table)], []);
        var start = new byte[UserBlock + SuperblockSize];
        Encoding.ASCII.GetBytes("MATLAB 7.3 MAT-file, written by Espalier".PadRight(116), start);
        start[125] = 2;
        "IM"u8.CopyTo(start.AsSpan(126));
        var superblock = start.AsSpan(UserBlock);
        ReadOnlySpan<byte> fixedPart = [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10, 0, 0, 0, 0, 0, 8, 8, 0,
            SymbolTableWriter.LeafRank, 0, SymbolTableWriter.NodeRank, 0];
        fixedPart.CopyTo(superblock);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[24..], UserBlock);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[32..], -1);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[40..], UserBlock + _end);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[48..], -1);
        BinaryPrimitives.WriteInt64LittleEndian(superblock[64..], root);
        superblock[72] = 1; // The entry repeats the root's symbol table.
        table.CopyTo(superblock[80..]);
        _stream.Position = 0;
        _stream.Write(start);
    }

    /// <summary>Appends bytes at a multiple of eight and tells their address.</summary>
    internal long Append(ReadOnlySpan<byte> bytes)
    {
        var address = _end;
        _stream.Write(bytes);
        var padding = Hdf5Messages.Padding(bytes.Length);
        _stream.Write(padding);
        _end += bytes.Length + padding.Length;
        return address;
    }

    /// <summary>Where the next bytes will stand.</summary>
    internal long NextAddress => _end;

    private byte[] WriteSymbolTable(IReadOnlyList<(string Name, long Address)> members) => new SymbolTableWriter(this).Write(members);

    /// <summary>Writes an object header of the given messages and tells its address.</summary>
    internal long WriteHeader(ReadOnlySpan<(ushort Kind, byte[] Body)> messages, ReadOnlySpan<byte[]> attributes)
    {
        using var body = new MemoryStream();
        foreach (var (kind, message) in messages) WriteMessage(body, kind, message);
        foreach (var attribute in attributes) WriteMessage(body, 0x0C, attribute);
        var header = new byte[16 + body.Length];
        header[0] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)(messages.Length + attributes.Length));
        header[4] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), (int)body.Length);
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(header.AsSpan(16));
        return Append(header);
    }

    private static void WriteMessage(MemoryStream target, ushort kind, byte[] message)
    {
        Span<byte> head = stackalloc byte[8];
        head.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(head, kind);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)((message.Length + 7) & ~7));
        target.Write(head);
        target.Write(message);
        target.Write(Hdf5Messages.Padding(message.Length));
    }
}
