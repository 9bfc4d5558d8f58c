using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Espalier.Server.Load;

namespace Espalier.Server.Protocols;

/// <summary>A tensor of the Open Inference Protocol, as its binary extension has it: little-endian, a BYTES element with its length in four
/// bytes before it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">FP32, FP16, UINT8, INT32 or BYTES.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Data">Its elements.</param>
internal sealed record InferenceTensor(string Name, string Type, long[] Shape, byte[] Data)
{
    private const int Prefix = sizeof(int);

    /// <summary>A tensor of numbers.</summary>
    public static InferenceTensor Of<T>(string name, string type, long[] shape, ReadOnlySpan<T> values)
        where T : unmanaged => new(name, type, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of texts.</summary>
    public static InferenceTensor Of(string name, IReadOnlyCollection<string> texts)
    {
        using var data = new MemoryStream();
        Span<byte> length = stackalloc byte[Prefix];
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            data.Write(length);
            data.Write(text);
        }

        return new InferenceTensor(name, "BYTES", [texts.Count], data.ToArray());
    }

    /// <summary>Reads an input: its data from the JSON, or from what follows it.</summary>
    /// <param name="input">The element of <c>inputs</c>.</param>
    /// <param name="binary">What has not been taken by inputs before; what this one takes is cut off.</param>
    /// <exception cref="Refusal">It is malformed.</exception>
    public static InferenceTensor Read(JsonElement input, ref ReadOnlyMemory<byte> binary)
    {
        var name = Text(input, "name");
        var type = Text(input, "datatype");
        var width = type switch
        {
            "FP32" => sizeof(float),
            "FP16" => sizeof(ushort),
            "UINT8" => sizeof(byte),
            "BYTES" => 0,
            _ => throw Refusal.Bad($"The datatype of '{name}' must be FP32, FP16, UINT8 or BYTES."),
        };
        var (shape, count) = ReadShape(input, name);
        byte[] data;
        if (input.TryGetProperty("parameters", out var parameters)
            && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("binary_data_size", out var said))
        {
            if (said.ValueKind != JsonValueKind.Number || !said.TryGetInt32(out var size) || size < 0 || size > binary.Length)
                throw Refusal.Bad($"The binary_data_size of '{name}' is more than what follows the JSON.");
            data = binary[..size].ToArray();
            binary = binary[size..];
        }
        else
        {
            if (!input.TryGetProperty("data", out var elements) || elements.ValueKind != JsonValueKind.Array)
                throw Refusal.Bad($"'{name}' has no data.");
            using var written = new MemoryStream();
            Write(elements, type, name, written);
            data = written.ToArray();
        }

        if (width > 0 && data.Length != count * width)
            throw Refusal.Bad($"The shape of '{name}' asks for {count} elements, but its data has {data.Length / width}.");
        var tensor = new InferenceTensor(name, type, shape, data);
        if (width == 0 && tensor.Elements().Count != count)
            throw Refusal.Bad($"The shape of '{name}' asks for {count} elements, but its data has {tensor.Elements().Count}.");
        return tensor;
    }

    /// <summary>The elements of a BYTES tensor.</summary>
    /// <exception cref="Refusal">A length reaches beyond the data.</exception>
    public IReadOnlyList<byte[]> Elements()
    {
        var elements = new List<byte[]>();
        for (var rest = Data.AsSpan(); rest.Length > 0;)
        {
            var length = rest.Length < Prefix ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < 0 || length > rest.Length - Prefix) throw Refusal.Bad($"An element of '{Name}' reaches beyond the data.");
            elements.Add(rest.Slice(Prefix, length).ToArray());
            rest = rest[(Prefix + length)..];
        }

        return elements;
    }

    /// <summary>Writes it as an element of <c>outputs</c>.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="binary">Whether its data follow the JSON.</param>
    /// <exception cref="Refusal">It holds a number that JSON does not know.</exception>
    public void Write(Utf8JsonWriter json, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("datatype", Type);
        json.WriteStartArray("shape");
        foreach (var length in Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", Data.Length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            if (Type == "BYTES") foreach (var text in Elements()) json.WriteStringValue(text);
            else if (Type == "INT32") foreach (var number in MemoryMarshal.Cast<byte, int>(Data)) json.WriteNumberValue(number);
            else foreach (var number in MemoryMarshal.Cast<byte, float>(Data)) json.WriteNumberValue(Finite(number));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private float Finite(float number) => float.IsFinite(number)
        ? number
        : throw Refusal.Bad($"'{Name}' holds NaN or infinity, which JSON does not know; ask for it with binary_data.");

    private static (long[] Shape, long Count) ReadShape(JsonElement input, string name)
    {
        if (!input.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() is 0 or > 8)
            throw Refusal.Bad($"'{name}' has no shape.");
        var lengths = new List<long>();
        var count = 1L;
        foreach (var length in shape.EnumerateArray())
        {
            if (length.ValueKind != JsonValueKind.Number || !length.TryGetInt32(out var value) || value < 0)
                throw Refusal.Bad($"The shape of '{name}' must be whole numbers.");
            lengths.Add(value);
            count = Math.Min(count * value, int.MaxValue);
        }

        return ([.. lengths], count);
    }

    // The protocol allows flat data and nested rows alike.
    private static void Write(JsonElement elements, string type, string name, MemoryStream data)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var element in elements.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                Write(element, type, name, data);
                continue;
            }

            switch (type)
            {
                case "FP32" when element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var value):
                    BinaryPrimitives.WriteSingleLittleEndian(number, value);
                    data.Write(number);
                    break;
                case "UINT8" when element.ValueKind == JsonValueKind.Number && element.TryGetByte(out var value):
                    data.WriteByte(value);
                    break;
                case "BYTES" when element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var value):
                    BinaryPrimitives.WriteInt32LittleEndian(number, value.Length);
                    data.Write(number);
                    data.Write(value);
                    break;
                default:
                    throw Refusal.Bad($"An element of '{name}' is no {(type == "BYTES" ? "base64" : type)}.");
            }
        }
    }

    private static string Text(JsonElement input, string property) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Refusal.Bad($"An input has no {property}.");
}
