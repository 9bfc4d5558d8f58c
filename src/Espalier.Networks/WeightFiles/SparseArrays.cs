using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Espalier.Networks;

/// <summary>
/// Arrays with many zeros as a bitmap and the numbers that are left: bit i % 8 of byte i / 8 is set where number i of the row-major array
/// is kept, and bits beyond the last number are 0. Only a positive zero is left out, so that what is read is what was written, bit for bit.
/// </summary>
internal static class SparseArrays
{
    /// <summary>What the name of a bitmap ends with.</summary>
    public const string BitmapSuffix = ".sparse_bitmap";

    /// <summary>What the name of the numbers that are left ends with.</summary>
    public const string ValuesSuffix = ".sparse_values";

    /// <summary>Before the array's name in the key of its shape.</summary>
    public const string KeyPrefix = "espalier.sparse.";

    /// <summary>
    /// The most numbers that all arrays of a file unfold to. A byte of bitmap stands for up to 32 bytes, so that a small file could ask for
    /// all memory; this is three times the largest network of the original.
    /// </summary>
    public const long MaxNumbers = 1 << 28;

    // A second entry of the header and the shape's key: punctuation and digits, beside three times the name.
    private const int HeaderRoom = 192;

    private const int Bits = 8;

    /// <summary>Bytes of the bitmap of an array.</summary>
    /// <param name="count">How many numbers the array has.</param>
    public static int BitmapLength(int count) => (int)(((long)count + Bits - 1) / Bits);

    /// <summary>Bitmap and numbers instead of an array; null where they take no less room in the file.</summary>
    /// <param name="name">The array's name.</param>
    /// <param name="array">The array.</param>
    /// <param name="type">In what its numbers are written; what that rounds to zero is left out too.</param>
    public static (WeightArray Bitmap, WeightArray Values)? Pack(string name, WeightArray array, ElementType type)
    {
        var kept = 0;
        foreach (var value in array.Values)
        {
            if (!IsZero(value, type)) kept++;
        }

        var (count, size) = (array.Values.Length, type.Size());
        if (BitmapLength(count) + ((long)kept * size) + HeaderRoom + (3 * name.Length) >= (long)count * size) return null;

        var (bitmap, values) = (new float[BitmapLength(count)], new float[kept]);
        for (int i = 0, next = 0; i < count; i++)
        {
            if (IsZero(array.Values[i], type)) continue;
            bitmap[i / Bits] += 1 << (i % Bits);
            values[next++] = array.Values[i];
        }

        return (new WeightArray([bitmap.Length], bitmap), new WeightArray([kept], values));
    }

    /// <summary>The text of a shape in the metadata.</summary>
    public static string ShapeText(int[] shape) =>
        $"[{string.Join(',', shape.Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>The arrays of a file with every bitmap unfolded in its place, and the metadata without their shapes.</summary>
    /// <exception cref="WeightsException">A shape, a bitmap or its numbers are missing or contradict each other.</exception>
    public static (Weights Weights, ImmutableSortedDictionary<string, string> Metadata) Unpack(
        IReadOnlyDictionary<string, SafetensorsEntry> entries, Weights stored, ImmutableSortedDictionary<string, string> metadata,
        string source)
    {
        var keys = metadata.Keys.Where(key => key.StartsWith(KeyPrefix, StringComparison.Ordinal)).ToList();
        if (keys.Count == 0) return (stored, metadata);
        var folded = new Dictionary<string, SparseArray>();
        var unfolded = 0L;
        foreach (var key in keys)
        {
            var array = SparseArray.Of(key[KeyPrefix.Length..], metadata[key], entries, source);
            if ((unfolded += array.Count) > MaxNumbers) throw new WeightsException(
                $"{source} is no usable safetensors file: its sparse arrays unfold to more than {MaxNumbers} numbers.");
            folded.Add(array.Name + BitmapSuffix, array);
        }

        var (weights, values) = (new Weights(), folded.Values.Select(array => array.Name + ValuesSuffix).ToHashSet());
        foreach (var name in stored.Names.Where(name => !values.Contains(name)))
        {
            if (!folded.TryGetValue(name, out var array)) weights[name] = stored[name];
            else weights[array.Name] = new WeightArray(array.Shape,
                array.Unfold(stored[name].Values, stored[array.Name + ValuesSuffix].Values, source));
        }

        return (weights, metadata.RemoveRange(keys));
    }

    private static bool IsZero(float value, ElementType type) =>
        BitConverter.SingleToInt32Bits(type == ElementType.F16 ? (float)(Half)value : value) == 0;

    /// <summary>An array that a file holds as bitmap and numbers.</summary>
    private sealed record SparseArray(string Name, int[] Shape, int Count)
    {
        /// <summary>Reads the shape and holds it against the arrays that belong to it, before anything is allocated.</summary>
        public static SparseArray Of(string name, string shapeText, IReadOnlyDictionary<string, SafetensorsEntry> entries, string source)
        {
            if (SafetensorsHeader.Shape(shapeText) is not { } shape) throw Damaged(source, name, $"has the shape '{shapeText}'");
            if (entries.ContainsKey(name)) throw Damaged(source, name, "is there twice");
            if (!entries.TryGetValue(name + BitmapSuffix, out var bitmap) || !entries.TryGetValue(name + ValuesSuffix, out var values))
                throw Damaged(source, name, "lacks its bitmap or its values");
            var count = WeightArray.Count(shape);
            if (bitmap.Type != ElementType.U8 || bitmap.Shape.Length != 1 || bitmap.Count != BitmapLength(count))
                throw Damaged(source, name, $"has a bitmap of {bitmap.Count} {bitmap.Type} for {count} numbers, which take "
                    + $"{BitmapLength(count)} U8");
            if (values.Type is not (ElementType.F32 or ElementType.F16) || values.Shape.Length != 1)
                throw Damaged(source, name, "has values that are no list of F32 or F16");
            return new SparseArray(name, shape, count);
        }

        /// <summary>The dense numbers.</summary>
        public float[] Unfold(float[] bitmap, float[] values, string source)
        {
            var kept = bitmap.Sum(part => (long)BitOperations.PopCount((uint)part));
            if (kept != values.Length) throw Damaged(source, Name, $"has {values.Length} values where its bitmap marks {kept}");
            var used = Count % Bits;
            if (used != 0 && (int)bitmap[^1] >> used != 0) throw Damaged(source, Name, "has a bitmap that marks numbers beyond its last");
            var dense = new float[Count];
            for (int i = 0, next = 0; i < Count; i++)
            {
                if (((int)bitmap[i / Bits] >> (i % Bits) & 1) != 0) dense[i] = values[next++];
            }

            return dense;
        }

        private static WeightsException Damaged(string source, string name, string reason) =>
            new($"{source} is damaged: the sparse array '{name}' {reason}.");
    }
}
