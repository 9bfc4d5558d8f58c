using System.Buffers.Binary;
using System.Text;

namespace Espalier.Datasets.Matlab5;

/// <summary>Reads the content of a matrix element from front to back: flags, dimensions, name, and the tag of its numbers.</summary>
/// <param name="file">For messages.</param>
/// <param name="content">The element's content.</param>
/// <param name="length">How many bytes it states.</param>
/// <param name="bigEndian">The file's order of bytes.</param>
internal sealed class Matlab5ElementReader(Matlab5File file, Stream content, long length, bool bigEndian)
{
    private const int MaximumDimensions = 16;
    private const int MaximumNameLength = 256;
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    private const uint ComplexFlag = 0x0800;
    private long _left = length;
    private byte[] _short = [];

    /// <summary>The bytes of the numbers that follow the head.</summary>
    public long NumberBytes { get; private set; }

    /// <summary>Reads up to the numbers.</summary>
    /// <param name="offset">Where the element stands in the file, for messages and to find it again.</param>
    /// <returns>Null where the element is no array of real numbers.</returns>
    public Matlab5Variable? ReadHead(long offset)
    {
        var flags = ReadSmall(offset, Matlab5Type.UInt32, 8, "flags");
        if (flags.Length != 8) throw file.Error($"the flags of the element at {offset} have {flags.Length} bytes, not 8");
        var flagWord = UInt32(flags);
        var dimensions = ReadDimensions(offset, out var count);
        var name = Encoding.ASCII.GetString(ReadSmall(offset, Matlab5Type.Int8, MaximumNameLength, "name"));
        var arrayClass = (int)(flagWord & 0xFF);
        if (arrayClass is < FirstNumericClass or > LastNumericClass || (flagWord & ComplexFlag) != 0) return null;
        var (stored, size) = ReadTag(offset);
        if (SizeOf(stored) is not { } each)
            throw file.Error($"the numbers of {name} are stored as type {(uint)stored}, which is none of numbers");
        if (count > long.MaxValue / 8 || size != count * each)
            throw file.Error($"the array {name} has {size} bytes where {count} numbers of {each} bytes are stated");
        NumberBytes = size;
        return new Matlab5Variable(name, arrayClass, dimensions, stored, count, offset);
    }

    /// <summary>Reads bytes of the numbers.</summary>
    public void ReadNumbers(Span<byte> destination)
    {
        // A tag of four bytes carries its numbers within it.
        var within = Math.Min(_short.Length, destination.Length);
        _short.AsSpan(0, within).CopyTo(destination);
        _short = _short[within..];
        content.ReadExactly(destination[within..]);
    }

    /// <summary>Bytes a number; null for what is no number.</summary>
    public static int? SizeOf(Matlab5Type type) => type switch
    {
        Matlab5Type.Int8 or Matlab5Type.UInt8 => 1,
        Matlab5Type.Int16 or Matlab5Type.UInt16 => 2,
        Matlab5Type.Int32 or Matlab5Type.UInt32 or Matlab5Type.Single => 4,
        Matlab5Type.Double or Matlab5Type.Int64 or Matlab5Type.UInt64 => 8,
        _ => null,
    };

    private int[] ReadDimensions(long offset, out long count)
    {
        var bytes = ReadSmall(offset, Matlab5Type.Int32, 4 * MaximumDimensions, "dimensions");
        if (bytes.Length < 8 || bytes.Length % 4 != 0)
            throw file.Error($"the dimensions of the element at {offset} have {bytes.Length} bytes");
        var dimensions = new int[bytes.Length / 4];
        count = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = (int)UInt32(bytes.AsSpan(4 * i));
            if (dimensions[i] < 0) throw file.Error($"a dimension of the element at {offset} is {dimensions[i]}");
            if (dimensions[i] > 0 && count > int.MaxValue * 8L / dimensions[i])
                throw file.Error($"the dimensions of the element at {offset} make too large an array");
            count *= dimensions[i];
        }

        return dimensions;
    }

    private byte[] ReadSmall(long offset, Matlab5Type expected, int maximum, string what)
    {
        var (type, size) = ReadTag(offset);
        if (type != expected) throw file.Error($"the {what} of the element at {offset} have the type {(uint)type}, not {(uint)expected}");
        if (size > maximum) throw file.Error($"the {what} of the element at {offset} have {size} bytes, at most {maximum} make sense");
        if (_short.Length > 0 || size == 0)
        {
            var within = _short;
            _short = [];
            return within;
        }

        var padded = (int)(size + 7 & ~7L);
        Take(offset, padded);
        var bytes = new byte[padded];
        content.ReadExactly(bytes);
        return bytes[..(int)size];
    }

    // A tag whose upper half is not zero is short: size and type in four bytes, up to four bytes of content in the next four.
    private (Matlab5Type Type, long Size) ReadTag(long offset)
    {
        Span<byte> tag = stackalloc byte[8];
        Take(offset, 8);
        content.ReadExactly(tag);
        var word = UInt32(tag);
        if (word >> 16 == 0) return ((Matlab5Type)word, UInt32(tag[4..]));
        var size = (int)(word >> 16);
        if (size > 4) throw file.Error($"a short tag in the element at {offset} states {size} bytes");
        _short = tag.Slice(4, size).ToArray();
        return ((Matlab5Type)(word & 0xFFFF), size);
    }

    private void Take(long offset, int bytes)
    {
        _left -= bytes;
        if (_left < 0) throw file.Error($"the element at {offset} is shorter than its parts");
    }

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
