using System.Buffers.Binary;
using System.Text;

namespace Espalier.Datasets.Hdf5;

/// <summary>The bodies of header messages as MATLAB 7.3 writes them (HDF5 file format specification, IV.A.2).</summary>
internal static class Hdf5Messages
{
    /// <summary>An IEEE double, little-endian.</summary>
    public static byte[] DoubleType { get; } = [0x11, 0x20, 0x3F, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0];

    /// <summary>A 16-bit unsigned integer: a character.</summary>
    public static byte[] CharacterType { get; } = [0x10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0];

    /// <summary>A 64-bit unsigned integer.</summary>
    public static byte[] UInt64Type { get; } = [0x10, 0, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0];

    /// <summary>An object's address.</summary>
    public static byte[] ReferenceType { get; } = [0x17, 0, 0, 0, 8, 0, 0, 0];

    /// <summary>No fill value.</summary>
    public static byte[] NoFillValue { get; } = [2, 2, 2, 1, 0, 0, 0, 0];

    /// <summary>A dataspace.</summary>
    public static byte[] Dataspace(ReadOnlySpan<long> extents)
    {
        var message = new byte[8 + 8 * extents.Length];
        message[0] = 1;
        message[1] = (byte)extents.Length;
        for (var i = 0; i < extents.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8 + 8 * i), extents[i]);
        return message;
    }

    /// <summary>A layout with the data in it.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> data)
    {
        var message = new byte[4 + data.Length];
        message[0] = 3;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), (ushort)data.Length);
        data.CopyTo(message.AsSpan(4));
        return message;
    }

    /// <summary>A layout that tells where the data lie.</summary>
    public static byte[] Contiguous(long address, long size)
    {
        var message = new byte[18];
        message[0] = 3;
        message[1] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(2), address);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(10), size);
        return message;
    }

    /// <summary>MATLAB's attribute that tells a variable's class.</summary>
    public static byte[] MatlabClass(string name) =>
        Attribute("MATLAB_class", [0x13, 1, 0, 0, (byte)name.Length, 0, 0, 0], Encoding.ASCII.GetBytes(name));

    /// <summary>MATLAB's attribute for text: elements are 16-bit characters.</summary>
    public static byte[] MatlabIntDecode { get; } = Attribute("MATLAB_int_decode", [0x10, 8, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0], [2, 0, 0, 0]);

    /// <summary>MATLAB's attribute for an empty array, whose data are its extents.</summary>
    public static byte[] MatlabEmpty { get; } = Attribute("MATLAB_empty", [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0], [1]);

    /// <summary>The zeros that bring a length to a multiple of eight.</summary>
    public static ReadOnlySpan<byte> Padding(int length) => "\0\0\0\0\0\0\0"u8[..(-length & 7)];

    private static byte[] Attribute(string name, byte[] datatype, byte[] value)
    {
        using var message = new MemoryStream();
        message.Write([1, 0, (byte)(name.Length + 1), 0, (byte)datatype.Length, 0, 8, 0]);
        WritePadded(message, Encoding.ASCII.GetBytes(name + "\0"));
        WritePadded(message, datatype);
        message.Write([1, 0, 0, 0, 0, 0, 0, 0]);
        message.Write(value);
        return message.ToArray();
    }

    private static void WritePadded(MemoryStream target, byte[] bytes)
    {
        target.Write(bytes);
        target.Write(Padding(bytes.Length));
    }
}
