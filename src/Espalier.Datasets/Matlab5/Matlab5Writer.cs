using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Espalier.Datasets.Matlab5;

/// <summary>Writes arrays of numbers in MATLAB's level-5 format. The counterpart of <see cref="Matlab5File"/>.</summary>
internal sealed class Matlab5Writer
{
    private readonly Stream _stream;
    private readonly bool _compress;
    private readonly bool _bigEndian;

    /// <summary>Begins a file.</summary>
    public Matlab5Writer(Stream stream, bool compress = true, bool bigEndian = false)
    {
        _stream = stream;
        _compress = compress;
        _bigEndian = bigEndian;
        var head = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by Espalier".PadRight(116), head);
        (bigEndian ? "\x01\x00MI"u8 : "\x00\x01IM"u8).CopyTo(head.AsSpan(124));
        stream.Write(head);
    }

    /// <summary>Writes an array.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arrayClass">MATLAB's class.</param>
    /// <param name="stored">How the numbers are stored.</param>
    /// <param name="dimensions">At least two.</param>
    /// <param name="numbers">Their bytes in the file's order.</param>
    public void Write(string name, int arrayClass, Matlab5Type stored, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> numbers)
    {
        using var content = new MemoryStream();
        WriteElement(content, (uint)Matlab5Type.UInt32, [.. Word((uint)arrayClass), .. Word(0)]);
        var extents = new byte[4 * dimensions.Length];
        for (var i = 0; i < dimensions.Length; i++) Word((uint)dimensions[i]).CopyTo(extents, 4 * i);
        WriteElement(content, (uint)Matlab5Type.Int32, extents);
        WriteElement(content, (uint)Matlab5Type.Int8, Encoding.ASCII.GetBytes(name));
        WriteElement(content, (uint)stored, numbers);
        using var element = new MemoryStream();
        WriteElement(element, (uint)Matlab5Type.Matrix, content.ToArray());
        if (!_compress)
        {
            _stream.Write(element.ToArray());
            return;
        }

        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(element.ToArray());
        _stream.Write(Word((uint)Matlab5Type.Compressed));
        _stream.Write(Word((uint)deflated.Length));
        _stream.Write(deflated.ToArray());
    }

    private void WriteElement(MemoryStream target, uint type, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is > 0 and <= 4)
        {
            target.Write(Word((uint)bytes.Length << 16 | type));
            target.Write(bytes);
            target.Write(new byte[4 - bytes.Length]);
            return;
        }

        target.Write(Word(type));
        target.Write(Word((uint)bytes.Length));
        target.Write(bytes);
        target.Write(new byte[(8 - bytes.Length % 8) % 8]);
    }

    private byte[] Word(uint value)
    {
        var bytes = new byte[4];
        if (_bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
