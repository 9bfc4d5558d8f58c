using System.Buffers.Binary;

namespace Espalier.Datasets.Matlab5;

/// <summary>The numbers of one array, front to back.</summary>
internal sealed class Matlab5Numbers : IDisposable
{
    private readonly Matlab5File _file;
    private readonly Stream _content;
    private readonly Matlab5ElementReader _reader;
    private readonly Matlab5Variable _variable;
    private readonly bool _bigEndian;
    private long _left;

    internal Matlab5Numbers(Matlab5File file, Stream content, Matlab5ElementReader reader, Matlab5Variable variable, bool bigEndian)
    {
        _file = file;
        _content = content;
        _reader = reader;
        _variable = variable;
        _bigEndian = bigEndian;
        _left = reader.NumberBytes;
    }

    /// <summary>The next bytes as they are stored.</summary>
    /// <exception cref="Matlab5Exception">The data are damaged, or end too early.</exception>
    public void ReadBytes(byte[] destination, int count)
    {
        if (count > _left) throw _file.Error($"the array {_variable.Name} ends too early");
        _file.Guard(() =>
        {
            _reader.ReadNumbers(destination.AsSpan(0, count));
            return 0;
        });
        _left -= count;
    }

    /// <summary>All numbers.</summary>
    /// <param name="maximum">More than this are refused before memory is taken.</param>
    public double[] ReadAll(int maximum)
    {
        if (_variable.Count > maximum)
            throw _file.Error($"the array {_variable.Name} has {_variable.Count} numbers, at most {maximum} make sense here");
        var size = Matlab5ElementReader.SizeOf(_variable.Stored)!.Value;
        var result = new double[_variable.Count];
        var block = new byte[size * Math.Min(result.Length, 1 << 13)];
        for (var done = 0; done < result.Length;)
        {
            var count = Math.Min(block.Length / size, result.Length - done);
            ReadBytes(block, count * size);
            for (var i = 0; i < count; i++) result[done + i] = Number(block.AsSpan(i * size, size));
            done += count;
        }

        return result;
    }

    /// <summary>Reads what follows the numbers, at whose end zlib checks its sum.</summary>
    /// <exception cref="Matlab5Exception">The sum is wrong, or more follows than padding.</exception>
    public void RequireEnd()
    {
        var rest = new byte[16];
        var padding = _file.Guard(() => _content.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false));
        if (padding > 7) throw _file.Error($"bytes follow the numbers of {_variable.Name}");
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private double Number(Span<byte> bytes)
    {
        if (_bigEndian) bytes.Reverse();
        return _variable.Stored switch
        {
            Matlab5Type.Int8 => (sbyte)bytes[0],
            Matlab5Type.UInt8 => bytes[0],
            Matlab5Type.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            Matlab5Type.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            Matlab5Type.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            Matlab5Type.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            Matlab5Type.Single => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            Matlab5Type.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            Matlab5Type.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };
    }
}
