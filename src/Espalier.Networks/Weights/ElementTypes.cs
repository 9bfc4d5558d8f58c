using System.Buffers.Binary;

namespace Espalier.Networks;

/// <summary>Sizes and conversions of <see cref="ElementType"/>; files are little-endian.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes a number.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        _ => 1,
    };

    /// <summary>Converts bytes to numbers.</summary>
    /// <param name="type">What the bytes are.</param>
    /// <param name="bytes">As many as <paramref name="values"/> need.</param>
    /// <param name="values">Where the numbers go.</param>
    public static void Decode(this ElementType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var size = type.Size();
        for (var i = 0; i < values.Length; i++)
        {
            var number = bytes.Slice(i * size, size);
            values[i] = type switch
            {
                ElementType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(number),
                ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(number),
                ElementType.F32 => BinaryPrimitives.ReadSingleLittleEndian(number),
                ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(number),
                ElementType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(number),
                ElementType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(number) << 16),
                ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(number),
                ElementType.I8 => (sbyte)number[0],
                _ => number[0],
            };
        }
    }

    /// <summary>Converts numbers to bytes, for the types that are written.</summary>
    public static void Encode(this ElementType type, ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var size = type.Size();
        for (var i = 0; i < values.Length; i++)
        {
            var number = bytes.Slice(i * size, size);
            switch (type)
            {
                case ElementType.I64:
                    BinaryPrimitives.WriteInt64LittleEndian(number, (long)values[i]);
                    break;
                case ElementType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(number, (Half)values[i]);
                    break;
                case ElementType.U8:
                    number[0] = (byte)values[i];
                    break;
                default:
                    BinaryPrimitives.WriteSingleLittleEndian(number, values[i]);
                    break;
            }
        }
    }
}
