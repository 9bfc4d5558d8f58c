using System.Text;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Vision;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime.Tests;

/// <summary>Widths filled up to the processor's blocks: what ONNX Runtime makes of the file, and what cannot be filled.</summary>
public sealed class ChannelBlockTests
{
    private const int Side = 64;

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n-v4", 4)]
    [InlineData("yolov5n-v3", 5)]
    public void Filled_layers_are_computed_without_moving_tensors_between_layouts(string architecture, int seed)
    {
        var thinned = Emitted.Thinned(architecture, seed, Side);

        // The whole network's widths are whole blocks: it moves its three heads' inputs alone.
        var whole = Moves(Emitted.Checkpoint(architecture), 1);
        Assert.True(Moves(thinned, ChannelBlock.OfThisProcessor) <= whole, $"more than {whole} moves");
        if (whole > 0) Assert.True(Moves(thinned, 1) > whole, "unfilled, this network should need more");
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
        => Assert.Equal(sentence, Assert.Throws<OptionException>(() => OnnxEmission.Emit(Emitted.Checkpoint("yolov5n"), new OnnxOptions { ChannelBlock = block })).Message);

    /// <summary>How often the file as ONNX Runtime prepares it for this processor speaks of moving a tensor.</summary>
    private static int Moves(Checkpoint checkpoint, int block)
    {
        using var folder = new TemporaryFolder();
        var prepared = folder.File("prepared.onnx");
        using (var options = new SessionOptions { OptimizedModelFilePath = prepared, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR })
        using (new InferenceSession(OnnxEmission.Emit(checkpoint, new OnnxOptions { Batch = 1, Height = Side, Width = Side, ChannelBlock = block }).ToBytes(), options))
        {
        }

        // Field 4 of an operation, 13 letters long: its type.
        return Encoding.Latin1.GetString(File.ReadAllBytes(prepared)).Split("\"\rReorderOutput").Length - 1;
    }
}
