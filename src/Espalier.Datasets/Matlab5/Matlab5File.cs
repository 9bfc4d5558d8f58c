using System.Buffers.Binary;
using System.IO.Compression;

namespace Espalier.Datasets.Matlab5;

/// <summary>
/// The part of MATLAB's level-5 format ("MAT-File Format", MathWorks) that arrays of numbers need: the head, elements with long and
/// short tags, zlib-compressed elements, either order of bytes. Opening it reads heads only; the numbers are streamed, so that an array of
/// gigabytes costs no memory.
/// </summary>
/// <remarks>Whatever is wrong with the bytes, <see cref="Matlab5Exception"/> is what is thrown. Not for several threads.</remarks>
internal sealed class Matlab5File : IDisposable
{
    private const int HeadLength = 128;
    private const int MaximumVariables = 256;
    private readonly Stream _stream;
    private readonly string _name;
    private readonly bool _bigEndian;

    private Matlab5File(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        _bigEndian = ReadHead();
        Variables = Guard(ReadVariables);
    }

    /// <summary>The numeric arrays, in the order of the file; of other variables nothing is kept.</summary>
    public IReadOnlyList<Matlab5Variable> Variables { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="Matlab5Exception">It is not there, of another form, or damaged.</exception>
    public static Matlab5File Open(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Matlab5Exception(File.Exists(path) ? $"{path} cannot be opened: {exception.Message.TrimEnd('.')}."
                : $"There is no file {path}.", exception);
        }

        return Open(stream, path);
    }

    /// <summary>Opens a stream that can seek, and takes it over.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">What messages call them.</param>
    public static Matlab5File Open(Stream stream, string name)
    {
        try
        {
            return new Matlab5File(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>A variable by its name.</summary>
    public Matlab5Variable Variable(string name) =>
        Variables.FirstOrDefault(variable => variable.Name == name) ?? throw Error($"it has no numeric array {name}");

    /// <summary>A variable's numbers, from its first on.</summary>
    public Matlab5Numbers OpenNumbers(Matlab5Variable variable) => Guard(() =>
    {
        var element = OpenElement(variable.Offset, out var length, out _);
        try
        {
            var reader = new Matlab5ElementReader(this, element, length, _bigEndian);
            reader.ReadHead(variable.Offset);
            return new Matlab5Numbers(this, element, reader, variable, _bigEndian);
        }
        catch
        {
            element.Dispose();
            throw;
        }
    });

    /// <summary>The exception for something wrong with this file.</summary>
    public Matlab5Exception Error(string what, Exception? cause = null)
    {
        var message = $"{_name} cannot be read as a MATLAB 5 file: {what}.";
        return cause is null ? new Matlab5Exception(message) : new Matlab5Exception(message, cause);
    }

    /// <summary>Does something with the file's bytes; what the system or zlib complains of becomes the one exception.</summary>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Error(exception is EndOfStreamException ? "it is truncated" : exception is InvalidDataException
                ? "its compressed data are damaged" : exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private bool ReadHead()
    {
        Span<byte> head = stackalloc byte[HeadLength];
        if (_stream.Length < HeadLength) throw Error($"it has {_stream.Length} bytes, its head alone takes {HeadLength}");
        _stream.Position = 0;
        _stream.ReadExactly(head);
        if (head[..4].SequenceEqual("\x89HDF"u8) || head.StartsWith("MATLAB 7.3"u8)) throw Error("it is of version 7.3, which is HDF5");
        var little = head[126..].SequenceEqual("IM"u8);
        if (!little && !head[126..].SequenceEqual("MI"u8)) throw Error("its head does not end in IM or MI");
        var version = little ? BinaryPrimitives.ReadUInt16LittleEndian(head[124..]) : BinaryPrimitives.ReadUInt16BigEndian(head[124..]);
        return version == 0x0100 ? !little : throw Error($"its head states the version {version >> 8}.{version & 255}, not 1.0");
    }

    private List<Matlab5Variable> ReadVariables()
    {
        var variables = new List<Matlab5Variable>();
        long offset = HeadLength;
        for (var count = 0; offset < _stream.Length; count++)
        {
            if (count == MaximumVariables) throw Error($"it has more than {MaximumVariables} variables");
            using var element = OpenElement(offset, out var length, out var end);
            if (length >= 0 && new Matlab5ElementReader(this, element, length, _bigEndian).ReadHead(offset) is { } variable)
                variables.Add(variable);
            offset = end;
        }

        return variables;
    }

    /// <summary>Opens an element's content, inflated where it is compressed.</summary>
    /// <param name="offset">Where its tag stands.</param>
    /// <param name="length">Bytes of the matrix; −1 where the element is none.</param>
    /// <param name="end">Where the next element begins.</param>
    private Stream OpenElement(long offset, out long length, out long end)
    {
        Span<byte> tag = stackalloc byte[8];
        _stream.Position = offset;
        _stream.ReadExactly(tag);
        var (type, size) = ((Matlab5Type)UInt32(tag), (long)UInt32(tag[4..]));
        if (size > _stream.Length - offset - 8)
            throw Error($"the element at {offset} has {size} bytes, but the file ends after {_stream.Length - offset - 8}");

        // Elements are padded to eight bytes, except compressed ones.
        end = offset + 8 + (type == Matlab5Type.Compressed ? size : size + 7 & ~7L);
        var content = new SliceStream(_stream, offset + 8, size);
        length = type == Matlab5Type.Matrix ? size : -1;
        if (type != Matlab5Type.Compressed) return content;
        var inflated = new ZLibStream(content, CompressionMode.Decompress);
        inflated.ReadExactly(tag);
        if ((Matlab5Type)UInt32(tag) == Matlab5Type.Matrix) length = UInt32(tag[4..]);
        return inflated;
    }

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
