using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Espalier.Networks;

/// <summary>The pickle instructions that push one plain value.</summary>
internal static class PickleScalars
{
    /// <summary>Takes the next bytes of the pickle; refuses where there are fewer.</summary>
    public delegate ReadOnlySpan<byte> Source(int count);

    /// <summary>Reads the value of an instruction; false where the instruction pushes no plain value.</summary>
    public static bool TryRead(char code, Source take, out object? value)
    {
        value = code switch
        {
            'N' => null,
            '\x88' => true,
            '\x89' => false,
            'J' => (long)BinaryPrimitives.ReadInt32LittleEndian(take(4)),
            'K' => (long)take(1)[0],
            'M' => (long)BinaryPrimitives.ReadUInt16LittleEndian(take(2)),
            '\x8a' => Whole(take(take(1)[0])),
            'G' => BinaryPrimitives.ReadDoubleBigEndian(take(8)),
            'X' or 'T' => Text(take(Length(take(4)))),
            'U' or '\x8c' => Text(take(take(1)[0])),
            '\x8d' => Text(take(LongLength(take(8)))),
            'C' => take(take(1)[0]).ToArray(),
            'B' => take(Length(take(4))).ToArray(),
            _ => Unknown,
        };
        return value != Unknown;
    }

    private static object Unknown { get; } = new();

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static int Length(ReadOnlySpan<byte> bytes) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    private static int LongLength(ReadOnlySpan<byte> bytes) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));

    /// <summary>A whole number of any length; beyond 64 bits it saturates, since nothing that is needed is so large.</summary>
    private static long Whole(ReadOnlySpan<byte> bytes) => long.CreateSaturating(new BigInteger(bytes));
}
