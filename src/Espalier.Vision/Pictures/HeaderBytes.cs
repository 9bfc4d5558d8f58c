using Microsoft.Win32.SafeHandles;

namespace Espalier.Vision;

/// <summary>
/// The bytes of a picture file, from memory or from an open file of which only the needed windows are read: a header
/// usually costs one read of 4 KiB, however large the file is.
/// </summary>
internal ref struct HeaderBytes
{
    private const int WindowSize = 4096;
    private readonly SafeFileHandle? _file;
    private readonly string _name;
    private ReadOnlySpan<byte> _window;
    private long _windowStart;

    /// <summary>Over bytes in memory.</summary>
    public HeaderBytes(ReadOnlySpan<byte> bytes, string name)
    {
        _window = bytes;
        _name = name;
        Length = bytes.Length;
    }

    /// <summary>Over an open file.</summary>
    public HeaderBytes(SafeFileHandle file, string name)
    {
        _file = file;
        _name = name;
        Length = RandomAccess.GetLength(file);
    }

    /// <summary>Bytes in all.</summary>
    public long Length { get; }

    /// <summary>The <paramref name="count"/> bytes at <paramref name="offset"/>, valid until the next call;
    /// false where the file ends before.</summary>
    public bool TryRead(long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (offset < 0 || offset > Length - count) return false;
        if (offset < _windowStart || offset + count > _windowStart + _window.Length)
        {
            if (_file is null) return false;
            var window = new byte[Math.Min(Math.Max(count, WindowSize), Length - offset)];
            var read = RandomAccess.Read(_file, window, offset);
            _window = window.AsSpan(0, read);
            _windowStart = offset;
            if (read < count) return false;
        }

        bytes = _window.Slice((int)(offset - _windowStart), count);
        return true;
    }

    /// <summary>The bytes, which must be there.</summary>
    public ReadOnlySpan<byte> Require(long offset, int count) =>
        TryRead(offset, count, out var bytes) ? bytes : throw Problem("is cut off in its header");

    /// <summary>A side of the picture, which must be positive.</summary>
    public readonly int Side(long value) =>
        value is >= 1 and <= int.MaxValue ? (int)value : throw Problem($"is damaged: its header says that a side has {value} pixels");

    /// <summary>The exception to throw about this picture.</summary>
    public readonly PictureException Problem(string what) => new($"{_name} {what}.");
}
