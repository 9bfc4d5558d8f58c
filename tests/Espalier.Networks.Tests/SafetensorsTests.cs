using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Espalier.Networks;
using FsCheck.Xunit;

namespace Espalier.Tests;

/// <summary>Weights files: round trips, and damaged or hostile ones.</summary>
public class SafetensorsTests
{
    [Property(MaxTest = 60)]
    public void Weights_survive_the_round_trip(float[] first, float[] second)
    {
        var weights = new Weights
        {
            ["a.weight"] = new WeightArray([first.Length], first),
            ["a.num_batches_tracked"] = new WeightArray([], [3]),
            ["b \"quoted\" ü"] = new WeightArray([1, second.Length, 1], second),
        };
        var read = Read(Write(weights, ("key", "\"text\" ü\n")));

        Assert.Equal(weights.Names, read.Weights.Names);
        Assert.All(weights.Names, name =>
        {
            Assert.Equal(weights[name].Shape, read.Weights[name].Shape);
            Assert.Equal(weights[name].Values, read.Weights[name].Values);
        });
        Assert.Equal("\"text\" ü\n", read.Metadata["key"]);
        Assert.Single(read.Metadata);
    }

    [Fact]
    public void Half_precision_rounds_but_keeps_what_passes_its_range()
    {
        var weights = new Weights { ["small"] = new WeightArray([2], [0.1f, -2]), ["large"] = new WeightArray([2], [1e6f, 0.1f]) };
        var read = Read(Write(weights, WeightPrecision.Half)).Weights;

        Assert.Equal([(float)(Half)0.1f, -2], read["small"].Values);
        Assert.Equal([1e6f, 0.1f], read["large"].Values);
    }

    [Fact]
    public void Arrays_are_aligned_to_their_own_type_for_readers_in_python()
    {
        var weights = new Weights { ["x"] = new WeightArray([3], [1, 2, 3]), ["x.num_batches_tracked"] = new WeightArray([], [7]) };
        var bytes = Write(weights);
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var text = Encoding.UTF8.GetString(bytes, 8, header);

        Assert.Equal(0, header % 8);
        Assert.Contains("\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]}", text);
        Assert.Contains("\"x.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}", text);
    }

    [Theory]
    [InlineData("F64", 8, "0000000000000840", 3)]
    [InlineData("F32", 4, "00004040", 3)]
    [InlineData("F16", 2, "0042", 3)]
    [InlineData("BF16", 2, "4040", 3)]
    [InlineData("I64", 8, "FDFFFFFFFFFFFFFF", -3)]
    [InlineData("I32", 4, "FDFFFFFF", -3)]
    [InlineData("I16", 2, "FDFF", -3)]
    [InlineData("I8", 1, "FD", -3)]
    [InlineData("U8", 1, "FD", 253)]
    [InlineData("BOOL", 1, "01", 1)]
    public void Every_number_type_is_read_into_float(string type, int size, string hexadecimal, float value)
        => Assert.Equal([value], Read(Raw($$$"""{"x":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""",
            Convert.FromHexString(hexadecimal))).Weights["x"].Values);

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        8, "stands twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""",
        6, "begins at byte 2, but byte 4 comes next")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        12, "begins at byte 8, but byte 4 comes next")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "its arrays take 4 bytes, but 3 are there")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "its arrays take 4 bytes, but 5 are there")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "has 2 numbers of 4 bytes, but 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "a length that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647,4],"data_offsets":[0,4]}}""", 4, "more than 1073741824 numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "an offset that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "has 1 numbers of 4 bytes, but -4 bytes")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "holds F8_E4M3, which is none of")]
    [InlineData("""{"x":{"dtype":"1","shape":[1],"data_offsets":[0,8]}}""", 8, "holds 1, which is none of")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483648],"data_offsets":[0,4]}}""", 4, "a length that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "a length that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,"4"]}}""", 4, "an offset that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4.5]}}""", 4, "an offset that is not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4,
        "has more than 16 dimensions")]
    [InlineData("""{"x":3}""", 0, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":3,"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":4}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "a name has 0 characters")]
    [InlineData("""{"__metadata__":3}""", 0, "its metadata is not a JSON object")]
    [InlineData("""{"__metadata__":{"a":"\ud800"}}""", 0, "its header is not Unicode")]
    [InlineData("""{"__metadata__":{"espalier.sha256":"ab"}}""", 0, "its SHA-256 is not in the form that Espalier writes")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "its metadata holds more than text")]
    [InlineData("""[1,2]""", 0, "its header is not a JSON object")]
    [InlineData("""{"x":""", 0, "its header is not JSON")]
    public void Bad_header_is_refused_with_the_reason(string header, int payload, string reason)
        => Assert.Contains(reason, Assert.Throws<WeightsException>(() => Read(Raw(header, new byte[payload]))).Message);

    [Fact]
    public void Names_and_dimensions_are_read_up_to_their_limits()
    {
        var (name, ones) = (new string('n', 1000), string.Join(',', Enumerable.Repeat(1, 16)));
        string Header(string called) => $$$"""{"{{{called}}}":{"dtype":"F32","shape":[{{{ones}}}],"data_offsets":[0,4]}}""";

        Assert.Equal(16, Read(Raw(Header(name), new byte[4])).Weights[name].Shape.Length);
        Assert.Contains("a name has 1001 characters", Assert.Throws<WeightsException>(
            () => Read(Raw(Header(name + 'n'), new byte[4]))).Message, StringComparison.Ordinal);
        Assert.Equal([1 << 30], SafetensorsHeader.Shape("[1073741824]")!);
        Assert.Null(SafetensorsHeader.Shape("[1073741825]"));
        Assert.Equal([0, int.MaxValue], SafetensorsHeader.Shape("[0,2147483647]")!);
        Assert.Null(SafetensorsHeader.Shape("{}"));
    }

    [Theory]
    [InlineData(WeightPrecision.Full, 40_001)]
    [InlineData(WeightPrecision.Half, 70_001)]
    [InlineData(WeightPrecision.Full, 1 << 14)]
    public void Arrays_longer_than_what_is_read_at_once_are_read_whole(WeightPrecision precision, int count)
    {
        var values = Enumerable.Range(0, count).Select(i => (float)(Half)MathF.Sin(i)).ToArray();
        var weights = new Weights { ["x"] = new WeightArray([count], values), ["y"] = new WeightArray([2], [5, 6]) };

        var read = Read(Write(weights, precision)).Weights;

        Assert.Equal(values, read["x"].Values);
        Assert.Equal([5f, 6], read["y"].Values);
    }

    [Fact]
    public void A_file_is_written_from_a_streams_position_on_and_ends_where_the_stream_then_stands()
    {
        var weights = new Weights { ["x"] = new WeightArray([3], [1, 2, 3]) };
        using var stream = new MemoryStream();
        stream.Write([1, 2, 3, 4, 5]);
        Safetensors.Write(stream, weights);

        Assert.Equal(stream.Length, stream.Position);
        Assert.Equal(Write(weights), stream.ToArray()[5..]);
        stream.Position = 5;
        Assert.Equal([1f, 2, 3], Safetensors.Read(stream, "test").Weights["x"].Values);
    }

    [Fact]
    public void Arrays_come_in_the_order_of_the_header_wherever_their_numbers_lie()
    {
        var read = Read(Raw("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"""
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[1,1]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", [7, 8, 9])).Weights;

        Assert.Equal(["b", "none", "a"], read.Names);
        Assert.Equal([8f, 9], read["b"].Values);
        Assert.Equal([7f], read["a"].Values);
    }

    [Theory]
    [InlineData("a.num_batches_tracked", 3, "I64")]
    [InlineData("a.num_batches_tracked", -16_777_216, "I64")]
    [InlineData("a.num_batches_tracked", 16_777_218, "F32")]
    [InlineData("a.num_batches_tracked", 1.5f, "F32")]
    [InlineData("a.weight", 3, "F32")]
    public void Counters_are_whole_numbers_where_a_float_holds_them_exactly(string name, float value, string type)
        => Assert.Contains($"\"{name}\":{{\"dtype\":\"{type}\"", Encoding.UTF8.GetString(Write(
            new Weights { [name] = new WeightArray([], [value]) })), StringComparison.Ordinal);

    [Theory]
    [InlineData(65504, "F16")]
    [InlineData(-65504, "F16")]
    [InlineData(65505, "F32")]
    [InlineData(float.PositiveInfinity, "F16")]
    [InlineData(float.NaN, "F16")]
    public void Half_precision_is_for_what_it_holds(float value, string type)
        => Assert.Contains($"\"x\":{{\"dtype\":\"{type}\"", Encoding.UTF8.GetString(Write(
            new Weights { ["x"] = new WeightArray([2], [1, value]) }, WeightPrecision.Half)), StringComparison.Ordinal);

    [Fact]
    public void Metadata_that_are_the_writers_own_are_not_taken_over()
    {
        var weights = new Weights { ["x"] = new WeightArray([1], [1]) };

        Assert.Equal(Write(weights, ("a", "b")), Write(weights, ("a", "b"), (Safetensors.HashKey, "c"), ("espalier.sparse.x", "[3]")));
        Assert.True(Read(Write(weights)).IsVerified);
    }

    [Theory]
    [InlineData(1)]
    [InlineData((1 << 26) + 1)]
    [InlineData(-1)]
    [InlineData(100)]
    public void A_header_of_a_senseless_length_is_refused(long length)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);

        Assert.Contains($"its header cannot have {(ulong)length} bytes", Assert.Throws<WeightsException>(() => Read(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_kept_and_takes_a_few_times_its_own_memory()
    {
        // A mark of two units, of which each piece's end cuts one in half.
        var text = "\"" + string.Concat(Enumerable.Repeat("\ud83c\udfe0", 1 << 20));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bytes = Write(new Weights(), ("a", text));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(text, Read(bytes).Metadata["a"]);
        Assert.InRange(allocated, bytes.Length, 8L * bytes.Length);
    }

    [Fact]
    public void Every_flipped_byte_is_found()
    {
        var bytes = Write(
            new Weights { ["model.0.conv.weight"] = new WeightArray([40], [.. Enumerable.Range(0, 40).Select(i => (float)i)]) },
            ("a", "b")
        );
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
            Assert.Contains(read.Metadata.Keys, key => key != "a");
        }
    }

    [Fact]
    public void Every_cut_is_found()
    {
        var bytes = Write(new Weights { ["x"] = new WeightArray([8], new float[8]) });
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<WeightsException>(() => Read(bytes[..length]));
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_but_never_crash()
    {
        var bytes = Raw(
            """{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"""
                + "\"y\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[16,18]}}",
            new byte[18]
        );
        var random = new Random(3);
        for (var i = 0; i < 4000; i++)
        {
            var mutated = (byte[])bytes.Clone();
            for (var j = random.Next(1, 5); j > 0; j--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            try
            {
                Read(mutated[..random.Next(mutated.Length / 2, mutated.Length + 1)]);
            }
            catch (WeightsException)
            {
                // Refused as promised.
            }
        }
    }

    [Fact]
    public void Missing_file_and_folder_are_refused_in_one_sentence()
    {
        using var folder = new TemporaryFolder();

        Assert.StartsWith(folder.Path, Assert.Throws<WeightsException>(() => Safetensors.Read(folder.File("none.safetensors"))).Message);
        Assert.Throws<WeightsException>(() => Safetensors.Read(folder.Path));
    }

    [Fact]
    public void Failed_write_leaves_the_old_file_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.safetensors");
        Safetensors.Write(path, new Weights { ["x"] = new WeightArray([1], [5]) });

        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, new Weights { ["x"] = new WeightArray([2], [5]) }));
        Assert.Equal([5f], Safetensors.Read(path).Weights["x"].Values);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static byte[] Write(Weights weights, params (string Key, string Text)[] metadata) =>
        Write(weights, WeightPrecision.Full, metadata);

    private static byte[] Write(Weights weights, WeightPrecision precision, params (string Key, string Text)[] metadata)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, weights, metadata.ToImmutableSortedDictionary(item => item.Key, item => item.Text), precision);
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
