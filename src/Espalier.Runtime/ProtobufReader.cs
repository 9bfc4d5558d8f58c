using System.Buffers.Binary;
using System.Text;

namespace Espalier.Runtime;

/// <summary>Walks over the fields of a protobuf message without taking it apart;
/// the bytes belong to whoever gave them. What is damaged ends the walk.</summary>
/// <param name="message">The message.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The field's whole number, where it is one; 0 otherwise.</summary>
    public ulong Number { get; private set; }

    /// <summary>The field's bytes: text or a message; empty where it is neither.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The field's bytes as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end, and where the message is damaged.</returns>
    public bool Next()
    {
        Number = 0;
        Bytes = default;
        if (!TryNumber(out var key)) return false;
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        switch (key & 7)
        {
            case 0 when TryNumber(out var number):
                Number = number;
                return true;
            case 1 when _rest.Length >= 8:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case 2 when TryNumber(out var length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            case 5 when _rest.Length >= 4:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            default:
                return false;
        }
    }

    private bool TryNumber(out ulong number)
    {
        number = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            number |= (ulong)(_rest[i] & 127) << (7 * i);
            if (_rest[i] > 127) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
