using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>Reads the JSON header of a safetensors file, trusting nothing in it.</summary>
internal sealed class SafetensorsHeader(string source)
{
    private const long MaxNumbers = 1 << 30;
    private const int MaxName = 1_000;
    private const int MaxDimensions = 16;

    /// <summary>The arrays in the header's order, and the metadata.</summary>
    /// <exception cref="WeightsException">The header makes no sense.</exception>
    public (List<SafetensorsEntry> Entries, ImmutableSortedDictionary<string, string> Metadata) Parse(ReadOnlyMemory<byte> header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return Parse(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new WeightsException($"{source} is no safetensors file: its header is not JSON, or a name stands twice in it.",
                exception);
        }
        catch (InvalidOperationException exception)
        {
            // A text with broken Unicode is found only when it is read.
            throw new WeightsException($"{source} is no safetensors file: its header is not Unicode.", exception);
        }
    }

    /// <summary>The lengths of a JSON list such as <c>[16,3,6,6]</c>, within the limits of an array; null where it is none.</summary>
    public static int[]? Shape(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var reader = new SafetensorsHeader(string.Empty);
            if (document.RootElement.ValueKind != JsonValueKind.Array) return null;
            var lengths = reader.Lengths(string.Empty, document.RootElement);
            reader.Count(string.Empty, lengths);
            return lengths;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or WeightsException)
        {
            return null;
        }
    }

    private (List<SafetensorsEntry> Entries, ImmutableSortedDictionary<string, string> Metadata) Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Wrong("its header is not a JSON object");
        var entries = new List<SafetensorsEntry>();
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == "__metadata__") metadata = Metadata(member.Value);
            else entries.Add(Entry(member.Name, member.Value));
        }

        return (entries, metadata);
    }

    private ImmutableSortedDictionary<string, string> Metadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Wrong("its metadata is not a JSON object");
        return value.EnumerateObject().ToImmutableSortedDictionary(
            item => item.Name,
            item => item.Value.ValueKind == JsonValueKind.String
                ? item.Value.GetString()! : throw Wrong("its metadata holds more than text"),
            StringComparer.Ordinal);
    }

    private SafetensorsEntry Entry(string name, JsonElement value)
    {
        if (name.Length is 0 or > MaxName) throw Wrong($"a name has {name.Length} characters");
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var typeName) || typeName.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out var offsets)
            || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2)
            throw Wrong($"'{name}' lacks dtype, shape or data_offsets");
        if (!Enum.TryParse<ElementType>(typeName.GetString(), out var type) || type.ToString() != typeName.GetString())
            throw Wrong($"'{name}' holds {typeName.GetString()}, which is none of {string.Join(", ", Enum.GetNames<ElementType>())}");

        var lengths = Lengths(name, shape);
        var numbers = Count(name, lengths);
        var (begin, end) = (Offset(name, offsets[0]), Offset(name, offsets[1]));
        if (end - begin != numbers * type.Size())
            throw Wrong($"'{name}' has {numbers} numbers of {type.Size()} bytes, but {end - begin} bytes");
        return new SafetensorsEntry(name, type, lengths, begin, end);
    }

    private int[] Lengths(string name, JsonElement shape)
    {
        if (shape.GetArrayLength() > MaxDimensions) throw Wrong($"'{name}' has more than {MaxDimensions} dimensions");
        return [.. shape.EnumerateArray().Select(length
            => length.ValueKind == JsonValueKind.Number && length.TryGetInt32(out var whole) && whole >= 0
                ? whole
                : throw Wrong($"'{name}' has a length that is not a whole number from 0 to {int.MaxValue}"))];
    }

    private long Count(string name, int[] lengths)
    {
        var count = 1L;
        foreach (var length in lengths)
        {
            // Both factors stay below 2³¹, so their product cannot overflow.
            count *= length;
            if (count > MaxNumbers) throw Wrong($"'{name}' has more than {MaxNumbers} numbers");
        }

        return count;
    }

    private long Offset(string name, JsonElement offset)
        => offset.ValueKind == JsonValueKind.Number && offset.TryGetInt64(out var position) && position is >= 0 and <= long.MaxValue / 2
            ? position
            : throw Wrong($"'{name}' has an offset that is not a whole number from 0");

    private WeightsException Wrong(string reason) => new($"{source} is no usable safetensors file: {reason}.");
}
