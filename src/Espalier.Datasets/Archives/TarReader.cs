using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Espalier.Datasets.Archives;

/// <summary>
/// Reads a tar archive front to back: POSIX ustar, with the long names of GNU (<c>L</c>) and PAX (<c>x</c>, <c>g</c>). Files and folders
/// are handed out; links, devices and whatever else are refused, for no data set needs them.
/// </summary>
/// <remarks>
/// Why not System.Formats.Tar: it takes memory for a long name of whatever size the archive states, before a limit can be checked.
/// Whatever is wrong with the bytes, <see cref="ArchiveException"/> is what is thrown.
/// </remarks>
/// <param name="stream">The unpacked bytes; need not seek.</param>
/// <param name="name">What messages call the archive.</param>
/// <param name="maximumBytes">How many bytes are read at most, headers and padding included.</param>
internal sealed class TarReader(Stream stream, string name, long maximumBytes = long.MaxValue)
{
    private const int BlockSize = 512;

    // PAX headers also carry times and owners; a path alone is far below this.
    private const int MaximumMetadata = 64 << 10;

    // Before one file several headers may speak of it, but not without end.
    private const int MaximumHeadersInARow = 8;
    private const int MaximumTrailer = 1 << 20;
    private readonly byte[] _block = new byte[BlockSize];
    private long _spent;
    private long _left;
    private int _padding;
    private int _number;

    /// <summary>The next file or folder; null at the archive's end, after which only zeros follow.</summary>
    public TarEntry? Next()
    {
        Skip(_left + _padding);
        (_left, _padding) = (0, 0);
        string? longName = null;
        long? longSize = null;
        for (var headers = 0; ; headers++)
        {
            if (headers == MaximumHeadersInARow) throw Error($"entry {_number} has more than {MaximumHeadersInARow} headers");
            ReadBlock();
            if (!_block.AsSpan().ContainsAnyExcept((byte)0))
            {
                if (headers > 0) throw Error("it ends after the header of an entry that does not follow");
                RequireEnd();
                return null;
            }

            _number++;
            CheckSum();
            var size = Number(124, 12);
            switch ((char)_block[156])
            {
                case 'L': longName = Text(ReadMetadata(size)); break;
                case 'x': ReadPax(ReadMetadata(size), ref longName, ref longSize); break;
                case 'g': ReadMetadata(size); break;
                case '0' or '\0' or '7': return Begin(longName ?? HeaderPath(), longSize ?? size);
                case '5': return new TarEntry(longName ?? HeaderPath(), IsFolder: true, 0);
                case '1' or '2':
                    throw Error($"its entry {_number} ({Shorten(longName ?? HeaderPath())}) is a link; "
                    + $"data sets hold files and folders only");
                default:
                    throw Error($"its entry {_number} ({Shorten(longName ?? HeaderPath())}) is of type 0x{_block[156]:X2}; data sets "
                    + $"hold files and folders only");
            }
        }
    }

    /// <summary>Reads from the file that was handed out last.</summary>
    /// <returns>How many bytes; 0 at the file's end.</returns>
    public int Read(Span<byte> buffer)
    {
        if (_left == 0) return 0;
        var read = stream.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (read == 0) throw Error($"it is cut off within its entry {_number}");
        Spend(read);
        _left -= read;
        return read;
    }

    /// <summary>The exception for something wrong with this archive.</summary>
    public ArchiveException Error(string what, Exception? cause = null)
    {
        var message = $"The archive {name} cannot be unpacked: {what}.";
        return cause is null ? new ArchiveException(message) : new ArchiveException(message, cause);
    }

    private TarEntry Begin(string path, long size)
    {
        // Old archives mark a folder by a slash at its end.
        if (path.EndsWith('/') && size == 0) return new TarEntry(path, IsFolder: true, 0);
        (_left, _padding) = (size, Padding(size));
        return new TarEntry(path, IsFolder: false, size);
    }

    private string HeaderPath()
    {
        var path = Text(_block.AsSpan(0, 100));
        var prefix = _block.AsSpan(257, 5).SequenceEqual("ustar"u8) && _block[262] == 0 ? Text(_block.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{path}" : path;
    }

    // Records of "LENGTH key=value\n", the length that of the whole record.
    private void ReadPax(byte[] content, ref string? path, ref long? size)
    {
        var rest = content.AsSpan();
        while (rest.Length > 0)
        {
            var space = rest.IndexOf((byte)' ');
            if (space is < 1 or > 8 || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > rest.Length || rest[length - 1] != '\n')
            {
                throw Error($"the extended header before its entry {_number} makes no sense");
            }

            var record = rest[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0) throw Error($"the extended header before its entry {_number} makes no sense");
            var value = record[(equals + 1)..];
            if (record[..equals].SequenceEqual("path"u8)) path = Encoding.UTF8.GetString(value);
            if (record[..equals].SequenceEqual("size"u8))
            {
                size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var stated)
                    ? stated : throw Error($"the extended header before its entry {_number} states no sensible size");
            }

            rest = rest[length..];
        }
    }

    private byte[] ReadMetadata(long size)
    {
        if (size > MaximumMetadata)
            throw Error($"the header before its entry {_number} has {size} bytes, at most {MaximumMetadata} make sense");
        var bytes = new byte[size];
        ReadWhole(bytes);
        Skip(Padding(size));
        return bytes;
    }

    private void CheckSum()
    {
        var sum = 8 * ' ';
        for (var i = 0; i < BlockSize; i++) sum += i is >= 148 and < 156 ? 0 : _block[i];
        if (Number(148, 8) != sum) throw Error($"the header of its entry {_number} does not agree with its checksum");
    }

    // Octal digits, or, marked by the highest bit, a binary number with the highest byte first.
    private long Number(int offset, int length)
    {
        var field = _block.AsSpan(offset, length);
        if (field[0] == 0x80 && length == 12 && BinaryPrimitives.ReadInt64BigEndian(field[4..]) is var binary and >= 0
            && !field[1..4].ContainsAnyExcept((byte)0))
            return binary;
        long value = 0;
        foreach (var digit in field.Trim("\0 "u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw Error($"a number in the header of its entry {_number} makes no sense");
            value = value << 3 | (long)(digit - '0');
        }

        return value;
    }

    private void RequireEnd()
    {
        // A second block of zeros, and what fills the last record.
        for (var trailer = 0; ; trailer += BlockSize)
        {
            var read = stream.ReadAtLeast(_block, BlockSize, throwOnEndOfStream: false);
            if (_block.AsSpan(0, read).ContainsAnyExcept((byte)0) || trailer > MaximumTrailer) throw Error("bytes follow its end");
            Spend(read);
            if (read < BlockSize) return;
        }
    }

    private void ReadBlock() => ReadWhole(_block);

    private void ReadWhole(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Error(_number == 0 ? "it holds no tar archive" : $"it is cut off after its entry {_number}");
        Spend(bytes.Length);
    }

    private void Skip(long bytes)
    {
        while (bytes > 0)
        {
            var read = stream.Read(_block.AsSpan(0, (int)Math.Min(bytes, BlockSize)));
            if (read == 0) throw Error($"it is cut off within its entry {_number}");
            Spend(read);
            bytes -= read;
        }
    }

    private void Spend(int bytes)
    {
        if ((_spent += bytes) > maximumBytes) throw Error($"it unpacks to more than {maximumBytes} bytes");
    }

    private static int Padding(long size) => (int)((BlockSize - size % BlockSize) % BlockSize);

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static string Shorten(string path) => path.Length <= 80 ? path : path[..80] + "…";
}
