using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Espalier.Networks;

/// <summary>Reads one safetensors file: header, places, numbers, hash — each checked before the next.</summary>
internal sealed class SafetensorsReader(Stream stream, string source)
{
    /// <summary>The largest header that is read or written, in bytes.</summary>
    public const int MaxHeader = 1 << 26;

    private const int Chunk = 1 << 16;

    /// <summary>The file's content.</summary>
    /// <exception cref="WeightsException">It is damaged or foreign.</exception>
    public SafetensorsFile Read()
    {
        var header = Header();
        var (entries, metadata) = new SafetensorsHeader(source).Parse(header.AsMemory(sizeof(long)));
        CheckPlaces(entries, stream.Length - stream.Position);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var expected = TakeHash(header, metadata);
        hash.AppendData(header);
        var arrays = new Dictionary<string, WeightArray>(entries.Count);
        foreach (var entry in entries.OrderBy(entry => entry.Begin))
            arrays.Add(entry.Name, new WeightArray(entry.Shape, Numbers(entry, hash)));
        if (expected is not null && expected != Convert.ToHexStringLower(hash.GetHashAndReset()))
            throw new WeightsException($"{source} is damaged: its content does not match its SHA-256.");

        var weights = new Weights();
        foreach (var entry in entries) weights[entry.Name] = arrays[entry.Name];
        var (unfolded, rest) = SparseArrays.Unpack(entries.ToDictionary(entry => entry.Name), weights,
            metadata.Remove(Safetensors.HashKey), source);
        return new SafetensorsFile(unfolded, rest) { IsVerified = expected is not null };
    }

    private byte[] Header()
    {
        Span<byte> start = stackalloc byte[sizeof(long)];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            throw new WeightsException($"{source} is no safetensors file: it has fewer than 8 bytes.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (length is < 2 or > MaxHeader || length > stream.Length - stream.Position)
            throw new WeightsException($"{source} is no safetensors file, or it is cut short: "
                + $"its header cannot have {(ulong)length} bytes.");
        var header = new byte[sizeof(long) + length];
        start.CopyTo(header);
        stream.ReadExactly(header.AsSpan(sizeof(long)));
        return header;
    }

    /// <summary>The numbers must follow one another without overlap or gap, up to the file's end.</summary>
    private void CheckPlaces(List<SafetensorsEntry> entries, long length)
    {
        var position = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != position)
                throw new WeightsException($"{source}: '{entry.Name}' begins at byte {entry.Begin}, but byte {position} comes next.");
            position = entry.End;
        }

        if (position != length)
            throw new WeightsException($"{source} is damaged or cut short: its arrays take {position} bytes, but {length} are there.");
    }

    /// <summary>The hash that the metadata states, or null; its digits in the header become zeros.</summary>
    private string? TakeHash(byte[] header, ImmutableSortedDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Safetensors.HashKey, out var expected)) return null;
        var digits = SafetensorsHash.Find(header);
        if (digits < 0) throw new WeightsException($"{source} is damaged: its SHA-256 is not in the form that Espalier writes.");
        Encoding.ASCII.GetBytes(SafetensorsHash.Blank).CopyTo(header.AsSpan(digits));
        return expected;
    }

    private float[] Numbers(SafetensorsEntry entry, IncrementalHash hash)
    {
        var (values, buffer) = (new float[entry.Count], new byte[Chunk]);
        var most = Chunk / entry.Type.Size();
        for (var i = 0; i < values.Length; i += most)
        {
            var part = values.AsSpan(i, Math.Min(most, values.Length - i));
            var bytes = buffer.AsSpan(0, part.Length * entry.Type.Size());
            stream.ReadExactly(bytes);
            hash.AppendData(bytes);
            entry.Type.Decode(bytes, part);
        }

        return values;
    }
}
