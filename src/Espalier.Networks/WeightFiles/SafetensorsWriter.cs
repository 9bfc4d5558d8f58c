using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>Lays out and writes one safetensors file.</summary>
internal sealed class SafetensorsWriter(Weights weights, ImmutableSortedDictionary<string, string> metadata, WeightPrecision precision,
    WeightStorage storage)
{
    private const int Chunk = 1 << 16;
    private const int Alignment = 8;

    // Shapes of sparse arrays are this writer's own; those of a file that was read went with its bitmaps.
    private readonly Dictionary<string, string> _metadata = metadata.Where(item => item.Key != Safetensors.HashKey
        && !item.Key.StartsWith(SparseArrays.KeyPrefix, StringComparison.Ordinal)).ToDictionary();

    /// <summary>Writes the file from the stream's present position on.</summary>
    public void Write(Stream stream)
    {
        var parts = Parts();
        var entries = Layout(parts);
        var header = Header(entries);
        var start = stream.Position;

        // The hash covers the header too, so its own digits go in last.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header.Span);
        stream.Write(header.Span);
        foreach (var entry in entries.OrderBy(entry => entry.Begin)) WriteNumbers(stream, parts[entry.Name].Values, entry, hash);

        var end = stream.Position;
        stream.Position = start + SafetensorsHash.Find(header.Span);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())));
        stream.Position = end;
    }

    /// <summary>The arrays that the file holds, in order: those that were given, or bitmap and numbers in their place.</summary>
    private OrderedDictionary<string, (float[] Values, int[] Shape, ElementType Type)> Parts()
    {
        var parts = new OrderedDictionary<string, (float[], int[], ElementType)>();
        var unfolded = 0L;
        foreach (var name in weights.Names)
        {
            var (array, type) = (weights[name], TypeOf(name, weights[name]));
            if (WeightArray.Count(array.Shape) != array.Values.Length)
                throw new ArgumentException($"'{name}' has {array.Values.Length} values for a shape of {WeightArray.Count(array.Shape)}.");
            if (storage == WeightStorage.Sparse && unfolded + array.Values.Length <= SparseArrays.MaxNumbers
                && SparseArrays.Pack(name, array, type) is { } packed)
            {
                unfolded += array.Values.Length;
                parts.Add(name + SparseArrays.BitmapSuffix, (packed.Bitmap.Values, packed.Bitmap.Shape, ElementType.U8));
                parts.Add(name + SparseArrays.ValuesSuffix, (packed.Values.Values, packed.Values.Shape, type));
                _metadata[SparseArrays.KeyPrefix + name] = SparseArrays.ShapeText(array.Shape);
            }
            else
            {
                parts.Add(name, (array.Values, array.Shape, type));
            }
        }

        return parts;
    }

    /// <summary>
    /// In the header the arrays keep their order; the numbers lie widest type first, so that each array is aligned to its own type, which
    /// Python's reader needs.
    /// </summary>
    private static List<SafetensorsEntry> Layout(OrderedDictionary<string, (float[] Values, int[] Shape, ElementType Type)> parts)
    {
        var begin = 0L;
        var places = new Dictionary<string, SafetensorsEntry>();
        foreach (var (name, (values, shape, type)) in parts.OrderByDescending(part => part.Value.Type.Size()))
        {
            var end = begin + ((long)values.Length * type.Size());
            places.Add(name, new SafetensorsEntry(name, type, shape, begin, end));
            begin = end;
        }

        return [.. parts.Keys.Select(name => places[name])];
    }

    private ElementType TypeOf(string name, WeightArray array)
    {
        const float ExactWholes = 1 << 24;
        if (name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
            && Array.TrueForAll(array.Values, value => value == MathF.Truncate(value) && MathF.Abs(value) <= ExactWholes))
            return ElementType.I64;
        return precision == WeightPrecision.Half && Array.TrueForAll(array.Values, FitsHalf) ? ElementType.F16 : ElementType.F32;
    }

    private static bool FitsHalf(float value) => !float.IsFinite(value) || Math.Abs(value) <= (float)Half.MaxValue;

    /// <summary>The header and before it its length.</summary>
    private ReadOnlyMemory<byte> Header(List<SafetensorsEntry> entries)
    {
        using var stream = new MemoryStream();
        stream.Write(stackalloc byte[sizeof(long)]);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(Safetensors.HashKey, SafetensorsHash.Blank);
            foreach (var (key, text) in _metadata.OrderBy(item => item.Key, StringComparer.Ordinal)) Write(json, key, text);
            json.WriteEndObject();
            foreach (var entry in entries) Write(json, entry);
            json.WriteEndObject();
        }

        while (stream.Length % Alignment != 0) stream.WriteByte((byte)' ');
        var length = stream.Length - sizeof(long);
        if (length > SafetensorsReader.MaxHeader)
        {
            throw new WeightsException(
                $"The weights' names and metadata take {length} bytes; at most {SafetensorsReader.MaxHeader} are allowed.");
        }

        var header = stream.GetBuffer().AsMemory(0, (int)stream.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header.Span, length);
        return header;
    }

    /// <summary>A text piece by piece: for a whole one the writer would take six times its length, and keep that.</summary>
    private static void Write(Utf8JsonWriter json, string key, string text)
    {
        json.WritePropertyName(key);
        var rest = text.AsSpan();
        for (; rest.Length > Chunk; rest = rest[Chunk..])
        {
            json.WriteStringValueSegment(rest[..Chunk], isFinalSegment: false);
            json.Flush();
        }

        json.WriteStringValueSegment(rest, isFinalSegment: true);
    }

    private static void Write(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var length in entry.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Stream stream, float[] values, SafetensorsEntry entry, IncrementalHash hash)
    {
        var buffer = new byte[Chunk];
        var most = Chunk / entry.Type.Size();
        for (var i = 0; i < values.Length; i += most)
        {
            var part = values.AsSpan(i, Math.Min(most, values.Length - i));
            var bytes = buffer.AsSpan(0, part.Length * entry.Type.Size());
            entry.Type.Encode(part, bytes);
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }
}
