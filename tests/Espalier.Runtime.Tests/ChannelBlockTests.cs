using System.Runtime.Intrinsics.X86;
using System.Text;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime.Tests;

/// <summary>Widths filled up to the processor's blocks: what ONNX Runtime makes of the file, and what cannot be filled.</summary>
public sealed class ChannelBlockTests
{
    private const int Side = 64;
    private const string Flags = "/proc/cpuinfo";
    private static readonly int[] Blocks = [1, 8, 16];

    private static readonly Lazy<int> Block = new(() =>
    {
        var whole = Moves(Emitted.Checkpoint("yolov5n"), 1);
        var thinned = Emitted.ThinnedEvenly("yolov5n", 4, Side);
        return whole == 0 ? 1 : Blocks.First(block => Moves(thinned, block) <= whole);
    });

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n-v4", 4)]
    [InlineData("yolov5n-v3", 5)]
    public void Filled_layers_are_computed_without_moving_tensors_between_layouts(string architecture, int seed)
    {
        var thinned = Emitted.Thinned(architecture, seed, Side);

        // The whole network's widths are whole blocks: it moves its three heads' inputs alone.
        var whole = Moves(Emitted.Checkpoint(architecture), 1);
        var moves = Blocks.ToDictionary(block => block, block => Moves(thinned, block));
        Assert.True(moves[16] <= whole, $"{moves[16]} moves in blocks of 16, which are whole blocks of 8 too, where {whole} are needed");

        // .NET may be told to leave AVX-512 alone; ONNX Runtime asks the processor itself.
        if (ChannelBlock.OfThisProcessor == BlockOfOnnxRuntime())
            Assert.True(moves[ChannelBlock.OfThisProcessor] <= whole, $"more than {whole} moves");
    }

    [Theory]
    [InlineData("yolov5n", 4)]
    [InlineData("yolov5n-v4", 4)]
    public void Unfilled_layers_need_more_moves_whatever_the_block(string architecture, int rounding)
    {
        Assert.SkipUnless(BlockOfOnnxRuntime() > 1, "skipped: ONNX Runtime computes no blocks of channels on this processor");
        var whole = Emitted.Checkpoint(architecture);

        Assert.True(Moves(Emitted.ThinnedEvenly(architecture, rounding, Side), 1) > Moves(whole, 1),
            "unfilled, this network should need more");
    }

    [Fact]
    public void The_block_is_the_one_that_ONNX_Runtime_computes_in()
    {
        Assert.SkipUnless(X86Base.IsSupported, "skipped: blocks are known of x64 alone");
        var isTold = File.Exists(Flags) && File.ReadLines(Flags)
            .Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" avx512f "));
        Assert.SkipWhen(isTold && !Avx512F.IsSupported, "skipped: .NET was told to leave AVX-512 alone");

        Assert.Equal(BlockOfOnnxRuntime(), ChannelBlock.OfThisProcessor);
    }

    [Fact]
    public void A_network_of_whole_blocks_is_written_as_it_is()
    {
        var whole = Emitted.Checkpoint("yolov5n");

        Assert.Equal(OnnxEmission.Emit(whole).ToBytes(), OnnxEmission.Emit(whole, new OnnxOptions { ChannelBlock = 16 }).ToBytes());
    }

    [Fact]
    public void Files_are_filled_where_a_call_brings_one_picture()
        => Assert.Equal([ChannelBlock.OfThisProcessor, 1, 1], new int?[] { 1, 16, null }.Select(ChannelBlock.ForBatch));

    [Fact]
    public void Bytes_for_pixels_and_filled_layers_go_together()
    {
        var thinned = Emitted.Thinned("yolov5n", 1, Side);
        using var asItIs = Emitted.Open(thinned, new OnnxOptions { Interface = OnnxInterface.Bytes });
        using var filled = Emitted.Open(thinned, new OnnxOptions { Interface = OnnxInterface.Bytes, ChannelBlock = 16 });
        var pixels = Emitted.Pixels(1, Side, Side);
        var (expected, actual) = (asItIs.Predict(pixels, 1, Side, Side), filled.Predict(pixels, 1, Side, Side));

        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Theory]
    [InlineData(0, "The channel block must be within 1…64, but is 0.")]
    [InlineData(65, "The channel block must be within 1…64, but is 65.")]
    public void Blocks_have_a_range(int block, string sentence)
        => Assert.Equal(sentence, Assert.Throws<OptionException>(() => OnnxEmission.Emit(Emitted.Checkpoint("yolov5n"),
            new OnnxOptions { ChannelBlock = block })).Message);

    /// <summary>
    /// The smallest block to which a network can be filled that then moves no more tensors than a whole one: what ONNX Runtime computes at
    /// once on this processor; 1 where it moves none anyway.
    /// </summary>
    private static int BlockOfOnnxRuntime() => Block.Value;

    /// <summary>How often the file as ONNX Runtime prepares it for this processor speaks of moving a tensor.</summary>
    private static int Moves(Checkpoint checkpoint, int block)
    {
        using var folder = new TemporaryFolder();
        var prepared = folder.File("prepared.onnx");
        using (
            var options = new SessionOptions
            {
                OptimizedModelFilePath = prepared,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            }
        )
        using (new InferenceSession(OnnxEmission.Emit(checkpoint,
            new OnnxOptions { Batch = 1, Height = Side, Width = Side, ChannelBlock = block }).ToBytes(), options))
        {
        }

        // Field 4 of an operation, 13 letters long: its type.
        return Encoding.Latin1.GetString(File.ReadAllBytes(prepared)).Split("\"\rReorderOutput").Length - 1;
    }
}
