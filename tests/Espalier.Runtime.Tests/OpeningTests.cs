using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Tests;

namespace Espalier.Runtime.Tests;

/// <summary>What is refused when a file is opened, and with which words.</summary>
public sealed class OpeningTests
{
    private static readonly Checkpoint Checkpoint = Emitted.Checkpoint("yolov5n");
    private static readonly byte[] Free = OnnxEmission.Emit(Checkpoint).ToBytes();
    private static readonly byte[] Fixed = OnnxEmission.Emit(Checkpoint, new OnnxOptions { Batch = 1, Height = 64, Width = 96 }).ToBytes();
    private static readonly byte[] Suppressing = OnnxEmission.Emit(Checkpoint,
        new OnnxOptions { Suppression = new NmsOptions { Confidence = 0.3f } }).ToBytes();

    [Fact]
    public void What_the_file_promises_is_read()
    {
        using var free = Detector.Open(Free);
        using var given = Detector.Open(Fixed);
        using var suppressing = Detector.Open(Suppressing);

        Assert.Equal((null, null, null), (free.Facts.Batch, free.Facts.Height, free.Facts.Width));
        Assert.Equal((1, 64, 96), (given.Facts.Batch, given.Facts.Height, given.Facts.Width));
        Assert.Equal((32, 64), (free.Facts.Stride, free.Facts.ImageSize));
        Assert.Equal(Checkpoint.ClassNames, free.ClassNames);
        Assert.Equal(new NmsOptions { Confidence = 0.3f, IoU = 0.45f, MaximumDetections = 300 }, suppressing.Facts.Suppression);
        Assert.Equal(64, free.Facts.Metadata["espalier.graph.sha256"].Length);
    }

    [Fact]
    public void A_file_that_takes_bytes_must_hold_what_its_rows_are_decoded_with()
    {
        var bytes = OnnxEmission.Emit(Checkpoint, new OnnxOptions { Interface = OnnxInterface.Bytes }).ToBytes();
        using (var network = OnnxNetwork.Open(bytes)) Assert.Equal(Checkpoint.Graph.Detect.Anchors[0], network.Facts.RawHeads!.Anchors[0]);

        Says("The ONNX file is damaged: its strides and anchors cannot be read.",
            () => OnnxNetwork.Open(Replaced(bytes, "espalier.strides", "espalier.strydes")));
        Says("The ONNX file is damaged: its strides and anchors do not go together.",
            () => OnnxNetwork.Open(Replaced(bytes, "[8,16,32]", "[8,16,-2]")));
    }

    [Fact]
    public void Damaged_metadata_are_a_sentence()
    {
        var bytes = OnnxEmission.Emit(Checkpoint, new OnnxOptions { Interface = OnnxInterface.Bytes }).ToBytes();
        var random = new Random(5);
        foreach (var file in (byte[][])[bytes, Suppressing])
        {
            var start = file.AsSpan().IndexOf("espalier.anchors"u8) - 8;
            for (var round = 0; round < 10; round++)
            {
                var damaged = (byte[])file.Clone();
                for (var change = random.Next(1, 4); change > 0; change--)
                    damaged[random.Next(start, damaged.Length)] = (byte)(random.Next(3) == 0
                        ? random.Next(256) : "[]{}\"',:.-019e~"[random.Next(15)]);
                try
                {
                    using var network = OnnxNetwork.Open(damaged);
                }
                catch (EspalierException)
                {
                    // The only exception there may be.
                }
            }
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        Says($"There is no file '{folder.File("no.onnx")}'.", () => Detector.Open(folder.File("no.onnx")));
    }

    [Theory]
    [InlineData(1, 100_000, 100_000)]
    [InlineData(1, 64, 8224)]
    [InlineData(100_000, 640, 640)]
    public void A_file_that_takes_more_than_can_be_held_is_refused_before_room_is_made_for_it(int batch, int height, int width)
    {
        var file = OnnxBytes.Constants(batch, height, width, ("output0", [6, 6], new float[36])).ToBytes();
        Says($"The ONNX file takes {batch} pictures of {width} × {height} a call, which is more than can be held; sides may have up to "
            + "8192 pixels.", () => OnnxNetwork.Open(file));
    }

    [Fact]
    public void What_is_no_onnx_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text.onnx"), "not a model");
        var exception = Assert.Throws<EspalierException>(() => Detector.Open(folder.File("text.onnx")));

        Assert.StartsWith($"'{folder.File("text.onnx")}' is no ONNX file that ONNX Runtime ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        foreach (var length in new[] { 0, 1, 100, Free.Length / 2, Free.Length - 1 })
        {
            Assert.Throws<EspalierException>(() => Detector.Open(Free[..length]));
        }
    }

    [Fact]
    public void Options_that_contradict_the_file_are_refused()
    {
        Says("The network's image size is fixed at 96 × 64, so it cannot be 320.",
            () => Detector.Open(Fixed, new DetectorOptions { ImageSize = 320 }));
        Says("The network's image size is fixed at 96 × 64; rectangles of other shapes need a file whose size is free.",
            () => Detector.Open(Fixed, new DetectorOptions { Rectangular = true }));
        Says("The image size must be a multiple of the network's stride, 32, but is 100 × 100.",
            () => Detector.Open(Free, new DetectorOptions { ImageSize = 100 }));
        Says("A class must be within 0…9, but is 12.",
            () => Detector.Open(Free, new DetectorOptions { Suppression = new NmsOptions { Classes = [12] } }));
        Says("The number of threads must be within 0…1024, but is -1.", () => Detector.Open(Free, new DetectorOptions { Threads = -1 }));
    }

    [Fact]
    public void Options_that_suppression_inside_cannot_fulfil_are_refused()
    {
        Says("Suppression is inside the file: the confidence threshold must be within 0.3…1, but is 0.1.",
            () => Open(new NmsOptions { Confidence = 0.1f }));
        Says("Suppression is inside the file: the IoU threshold is 0.45 and cannot be 0.6.",
            () => Open(new NmsOptions { Confidence = 0.3f, IoU = 0.6f }));
        Says("Suppression is inside the file: the number of detections must be within 1…300, but is 301.",
            () => Open(new NmsOptions { Confidence = 0.3f, MaximumDetections = 301 }));
        Assert.Throws<OptionException>(() => Open(new NmsOptions { Confidence = 0.3f, Agnostic = true }));
        Open(new NmsOptions { Confidence = 0.5f, Classes = [3], MaximumDetections = 10 }).Dispose();

        static Detector Open(NmsOptions options) => Detector.Open(Suppressing, new DetectorOptions { Suppression = options });
    }

    [Fact]
    public void Raw_predictions_are_refused_where_there_are_none()
    {
        using var network = OnnxNetwork.Open(Suppressing);
        Says("The network suppresses by itself and gives no raw predictions.", () => network.Predict(Emitted.Pixels(1, 64, 64), 1, 64, 64));
    }

    [Theory]
    [InlineData("[8, 16, 32]")]
    [InlineData("tensor(32.)")]
    [InlineData("tensor([ 8., 16., 32.], device='cuda:0', dtype=torch.float32)")]
    [InlineData("32.0")]
    [InlineData("np.int64(32)")]
    public void Strides_are_read_however_Python_printed_them(string text)
    {
        using var network = OnnxNetwork.Open(WithMetadata(OnnxEmission.Emit(Emitted.Checkpoint("yolov5n")).ToBytes(), "stride", text));

        Assert.Equal(32, network.Facts.Stride);
    }

    [Theory]
    [InlineData("[8, 16.5]")]
    [InlineData("tensor(nan)")]
    [InlineData("thirty-two")]
    [InlineData("[]")]
    public void Strides_that_cannot_be_read_are_refused(string text) => Assert.Contains(
        $"its metadata give '{text}' as stride",
            Assert
                .Throws<EspalierException>(() =>
                    OnnxNetwork.Open(WithMetadata(OnnxEmission.Emit(Emitted.Checkpoint("yolov5n")).ToBytes(), "stride", text))
                )
                .Message
        );

    [Fact]
    public void Names_that_are_numbers_are_names_and_unreadable_ones_are_never_replaced_by_numbers()
    {
        var bytes = WithMetadata(OnnxEmission.Emit(Emitted.Checkpoint("yolov5n")).ToBytes(), "espalier.names", null);
        using var network = OnnxNetwork.Open(WithMetadata(bytes, "names", "{0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 9: 0}"));

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"], network.Facts.ClassNames);
        Assert.Contains("names its classes as '{1: 'a'}'",
            Assert.Throws<EspalierException>(() => OnnxNetwork.Open(WithMetadata(bytes, "names", "{1: 'a'}"))).Message);
        Assert.Contains("names its classes as ''",
            Assert.Throws<EspalierException>(() => OnnxNetwork.Open(WithMetadata(bytes, "names", ""))).Message);
    }

    private static void Says(string sentence, Func<object> open) =>
        Assert.Equal(sentence, Assert.ThrowsAny<EspalierException>(open).Message);

    /// <summary>A file with another text of the same length in the place of one that it holds.</summary>
    private static byte[] Replaced(byte[] file, string text, string other)
    {
        var changed = (byte[])file.Clone();
        var place = changed.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text));
        System.Text.Encoding.ASCII.GetBytes(other).CopyTo(changed, place);
        return changed;
    }

    /// <summary>A file with another text for a key of its metadata, or without the key: the old entry gets another key, the new one goes to
    /// the end.</summary>
    private static byte[] WithMetadata(byte[] file, string key, string? value)
    {
        byte[] Text(byte tag, string text) =>
            [tag, (byte)System.Text.Encoding.UTF8.GetByteCount(text), .. System.Text.Encoding.UTF8.GetBytes(text)];
        var changed = (byte[])file.Clone();
        var place = changed.AsSpan().IndexOf(Text(0x0a, key));
        while (changed[place + key.Length + 2] != 0x12) place += 1 + changed.AsSpan(place + 1).IndexOf(Text(0x0a, key));
        changed[place + 2] = (byte)'_';
        if (value is null) return changed;
        byte[] entry = [.. Text(0x0a, key), .. Text(0x12, value)];
        return [.. changed, 0x72, (byte)entry.Length, .. entry];
    }
}
