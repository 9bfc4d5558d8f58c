using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Espalier.Networks;
using FsCheck.Xunit;

namespace Espalier.Tests;

/// <summary>Arrays with many zeros as bitmap and numbers: what is read is what was written, the file is never larger, and damage is
/// refused.</summary>
public class SparseStorageTests
{
    // Eleven numbers of which the first, the third and the last are kept.
    private const string Header =
        """{"__metadata__":{"espalier.sparse.x":"[11]"},"x.sparse_values":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"""
        + "\"x.sparse_bitmap\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[12,14]}}";
    private static readonly byte[] Numbers = [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0b101, 0b100];

    [Property(MaxTest = 150)]
    public void Any_kernel_survives_bit_for_bit_in_a_file_that_is_no_larger(byte outputs, byte inputs, byte side,
        byte zeros, int seed, bool half)
    {
        int[] shape = [outputs % 20, inputs % 20, (side % 3) + 1, (side % 3) + 1];
        var weights = new Weights
        {
            ["before"] = new WeightArray([2], [0, 1]),
            ["model.0.conv.weight"] = new WeightArray(shape, Random(WeightArray.Count(shape), zeros / 255.0, seed)),
            ["model.0.bn.num_batches_tracked"] = new WeightArray([], [0]),
            ["after"] = new WeightArray([1, 3], [0, 0, 0]),
        };
        var precision = half ? WeightPrecision.Half : WeightPrecision.Full;
        var (dense, sparse) = (Write(weights, precision, WeightStorage.Dense), Write(weights, precision, WeightStorage.Sparse));
        var (expected, read) = (Read(dense), Read(sparse));

        Assert.True(sparse.Length <= dense.Length, $"{sparse.Length} > {dense.Length}");
        Assert.Equal(expected.Weights.Names, read.Weights.Names);
        Assert.Equal(expected.Metadata, read.Metadata);
        Assert.All(expected.Weights.Names, name =>
        {
            Assert.Equal(expected.Weights[name].Shape, read.Weights[name].Shape);
            Assert.True(MemoryMarshal.AsBytes<float>(expected.Weights[name].Values)
                .SequenceEqual(MemoryMarshal.AsBytes<float>(read.Weights[name].Values)), name);
        });
        Assert.Equal(sparse, Write(read.Weights, precision, WeightStorage.Sparse));
    }

    [Fact]
    public void Nine_tenths_of_zeros_take_an_eighth_of_the_room()
    {
        var weights = new Weights { ["model.0.conv.weight"] = new WeightArray([64, 32, 3, 3], Random(64 * 32 * 9, 0.9, 4)) };

        Assert.InRange((double)Write(weights, WeightPrecision.Full, WeightStorage.Sparse)
            .Length / Write(weights, WeightPrecision.Full, WeightStorage.Dense).Length, 0.12, 0.15);
    }

    [Fact]
    public void Numbers_that_are_not_quite_zero_are_kept()
    {
        var values = new float[1000];
        (values[3], values[5], values[7], values[9]) = (-0f, float.Epsilon, float.NaN, float.NegativeInfinity);
        var weights = new Weights { ["x"] = new WeightArray([1000], values) };
        var bytes = Write(weights, WeightPrecision.Full, WeightStorage.Sparse);

        Assert.Contains("\"x.sparse_values\":{\"dtype\":\"F32\",\"shape\":[4]", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(MemoryMarshal.AsBytes<float>(values).SequenceEqual(MemoryMarshal.AsBytes<float>(Read(bytes).Weights["x"].Values)));
    }

    [Fact]
    public void The_layout_is_the_documented_one()
        => Assert.Equal([1f, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3], Read(Raw(Header, Numbers)).Weights["x"].Values);

    [Theory]
    [InlineData("[11]", "[10]", "marks numbers beyond its last")]
    [InlineData("[11]", "[17]", "has a bitmap of 2 U8 for 17 numbers, which take 3 U8")]
    [InlineData("[11]", "[8]", "has a bitmap of 2 U8 for 8 numbers, which take 1 U8")]
    [InlineData("[11]", "[-11]", "has the shape '[-11]'")]
    [InlineData("[11]", "[11,1e9,1e9]", "has the shape '[11,1e9,1e9]'")]
    [InlineData("[11]", "11", "has the shape '11'")]
    [InlineData("[11]", "[", "has the shape '['")]
    [InlineData("sparse.x", "sparse.y", "'y' lacks its bitmap or its values")]
    [InlineData("x.sparse_bitmap", "z.sparse_bitmap", "lacks its bitmap or its values")]
    [InlineData("x.sparse_values", "z.sparse_values", "lacks its bitmap or its values")]
    [InlineData("""dtype":"U8""", """dtype":"I8""", "has a bitmap of 2 I8")]
    [InlineData("""dtype":"F32""", """dtype":"I32""", "no list of F32 or F16")]
    [InlineData("""shape":[3]""", """shape":[3,1]""", "no list of F32 or F16")]
    [InlineData("""shape":[2]""", """shape":[1,2]""", "has a bitmap of 2 U8")]
    public void Parts_that_contradict_each_other_are_refused(string what, string instead, string reason)
        => Assert.Contains(reason, Assert.Throws<WeightsException>(
            () => Read(Raw(Header.Replace(what, instead, StringComparison.Ordinal), Numbers))).Message, StringComparison.Ordinal);

    [Fact]
    public void Bitmap_that_marks_another_number_of_values_is_refused()
    {
        for (var bit = 0; bit < 16; bit++)
        {
            var damaged = (byte[])Numbers.Clone();
            damaged[12 + (bit / 8)] ^= (byte)(1 << (bit % 8));

            Assert.Matches("3 values where its bitmap marks [24]", Assert.Throws<WeightsException>(() => Read(Raw(Header, damaged)))
                .Message);
        }
    }

    [Fact]
    public void Array_that_is_there_dense_and_sparse_is_refused()
    {
        var twice = Header.Replace("}}", """},"x":{"dtype":"U8","shape":[1],"data_offsets":[14,15]}}""", StringComparison.Ordinal)
            .Replace("""[11]"}""", """[11]"}""", StringComparison.Ordinal);

        Assert.Contains("'x' is there twice", Assert.Throws<WeightsException>(() => Read(Raw(twice, [.. Numbers, 0]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Small_file_cannot_ask_for_all_memory()
    {
        // A third of the limit each: bitmaps of eleven megabytes that nothing is marked in.
        const int Third = 100_000_000;
        const int Bitmap = Third / 8;
        var names = new[] { "a", "b", "c" };
        var header = $$"""{"__metadata__":{{{string.Join(',', names.Select(name => $"\"espalier.sparse.{name}\":\"[{Third}]\""))}}}"""
            + string.Concat(
                names.Select(
                    (name, i) =>
                        $",\"{name}.sparse_bitmap\":{{\"dtype\":\"U8\",\"shape\":[{Bitmap}],"
                            + $"\"data_offsets\":[{i * Bitmap},{(i + 1) * Bitmap}]}}"
                + $",\"{name}.sparse_values\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[{3 * Bitmap},{3 * Bitmap}]}}")) + "}";

        Assert.Contains("unfold to more than 268435456 numbers",
            Assert.Throws<WeightsException>(() => Read(Raw(header, new byte[3 * Bitmap]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flipped_byte_and_every_cut_is_found()
    {
        var bytes = Write(new Weights { ["model.0.conv.weight"] = new WeightArray([200], Random(200, 0.95, 1)) }, WeightPrecision.Full,
            WeightStorage.Sparse, ("a", "b"));
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= 0x10;
            SafetensorsFile? read = null;
            try
            {
                read = Read(damaged);
            }
            catch (WeightsException)
            {
                continue;
            }

            // Only where the flip hits the hash's own key is there no hash left to compare with; a checkpoint without one is refused.
            Assert.False(read.IsVerified);
        }

        for (var length = 0; length < bytes.Length; length++) Assert.Throws<WeightsException>(() => Read(bytes[..length]));
    }

    [Property(MaxTest = 300)]
    public void Mutated_files_are_read_or_refused_but_never_crash(int seed)
    {
        var random = new Random(seed);
        var mutated = Raw(Header, Numbers);
        for (var j = random.Next(1, 4); j > 0; j--) mutated[random.Next(8, mutated.Length)] = (byte)random.Next(256);
        try
        {
            Read(mutated);
        }
        catch (WeightsException)
        {
            // Refused as promised.
        }
    }

    [Theory]
    [InlineData(WeightPrecision.Full)]
    [InlineData(WeightPrecision.Half)]
    public void Checkpoint_opens_as_ever(WeightPrecision precision)
    {
        using var folder = new TemporaryFolder();
        var graph = GraphBuilder.Expand(Networks.Architecture.Load("yolov5n"), 10);
        var weights = DeterministicWeights.For(graph);
        foreach (var convolution in graph.Nodes.OfType<ConvNode>())
        {
            var kernel = weights[$"{convolution.Name}.weight"].Values;
            for (var i = 0; i < kernel.Length; i++) kernel[i] = i % 4 == 0 ? kernel[i] : 0;
        }

        var checkpoint = new Checkpoint
        {
            Graph = graph,
            Weights = weights,
            ClassNames = [.. Enumerable.Range(0, 10).Select(name => $"{name}")],
            ImageSize = 160,
        };
        checkpoint.Save(folder.File("dense"), precision);
        checkpoint.Save(folder.File("sparse"), precision, WeightStorage.Sparse);
        var (dense, sparse) = (Checkpoint.Open(folder.File("dense")), Checkpoint.Open(folder.File("sparse")));

        Assert.Equal(dense.Weights.Names, sparse.Weights.Names);
        Assert.All(dense.Weights.Names, name => Assert.Equal(dense.Weights[name].Values, sparse.Weights[name].Values));
        Assert.Equal(dense.Properties, sparse.Properties);
        Assert.True(new FileInfo(folder.File("sparse")).Length < 0.4 * new FileInfo(folder.File("dense")).Length);
    }

    private static float[] Random(int count, double zeros, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => random.NextDouble() < zeros ? 0 : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 3))))];
    }

    private static byte[] Write(Weights weights, WeightPrecision precision, WeightStorage storage,
        params (string Key, string Text)[] metadata)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, weights, metadata.ToImmutableSortedDictionary(item => item.Key, item => item.Text), precision, storage);
        return stream.ToArray();
    }

    private static byte[] Raw(string header, byte[] payload)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + payload.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        payload.CopyTo(bytes, 8 + text.Length);
        return bytes;
    }

    private static SafetensorsFile Read(byte[] bytes) => Safetensors.Read(new MemoryStream(bytes), "test");
}
