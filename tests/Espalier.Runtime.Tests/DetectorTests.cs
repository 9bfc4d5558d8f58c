using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Runtime.Tests;

public sealed class DetectorTests
{
    // The deterministic weights predict hundreds of weak boxes; this keeps some of them.
    private static readonly NmsOptions Some = new() { Confidence = 0.35f, IoU = 0.45f, MaximumDetections = 50 };
    private static readonly Checkpoint Checkpoint = Emitted.Checkpoint("yolov5n", imageSize: 96);
    private static readonly byte[] Free = OnnxEmission.Emit(Checkpoint).ToBytes();

    [Fact]
    public void A_picture_in_a_batch_is_seen_as_it_is_alone()
    {
        using var detector = Detector.Open(Free, new DetectorOptions { Rectangular = false, Suppression = Some });
        var pictures = Pictures(5);
        var together = detector.Detect(pictures);

        for (var i = 0; i < pictures.Length; i++) Same(detector.Detect(pictures[i]), together[i]);
        Assert.Contains(together, found => found.Length > 0);
    }

    [Fact]
    public void A_fixed_batch_takes_any_number_of_pictures()
    {
        using var free = Detector.Open(Free, new DetectorOptions { Rectangular = false, Suppression = Some });
        using var four = Detector.Open(OnnxEmission.Emit(Checkpoint, new OnnxOptions { Batch = 4, Height = 96, Width = 96 }).ToBytes(),
            new DetectorOptions { Suppression = Some });
        var pictures = Pictures(6);
        var expected = free.Detect(pictures);
        var actual = four.Detect(pictures);

        for (var i = 0; i < pictures.Length; i++) Same(expected[i], actual[i]);
        Same(expected[0], four.Detect(pictures[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Suppression_inside_gives_what_suppression_outside_gives(bool agnostic)
    {
        var suppression = Some with { Agnostic = agnostic };
        using var outside = Detector.Open(Free, new DetectorOptions { Rectangular = false, Suppression = suppression });
        using var inside = Detector.Open(OnnxEmission.Emit(Checkpoint, new OnnxOptions { Suppression = suppression }).ToBytes(),
            new DetectorOptions { Rectangular = false });
        var pictures = Pictures(3);
        var expected = outside.Detect(pictures);
        var actual = inside.Detect(pictures);

        for (var i = 0; i < pictures.Length; i++) Same(expected[i], actual[i]);
        Same(outside.Detect(pictures[1]), inside.Detect(pictures[1]));
    }

    [Fact]
    public void Boxes_lie_within_the_picture()
    {
        using var detector = Detector.Open(Free, new DetectorOptions { Suppression = Some });
        foreach (var picture in Pictures(4))
        {
            Assert.All(detector.Detect(picture), found => Assert.Equal(found.Box, found.Box.ClipTo(picture.Width, picture.Height)));
        }
    }

    [Fact]
    public void Encoded_pictures_are_decoded()
    {
        using var detector = Detector.Open(Free, new DetectorOptions { Suppression = Some });
        var picture = Pictures(1)[0];

        Same(detector.Detect(picture), detector.Detect(PictureWriter.EncodePng(picture)));
        Assert.Throws<PictureException>(() => detector.Detect("no picture"u8));
    }

    [Fact]
    public void Half_weights_give_nearly_the_same()
    {
        using var full = Emitted.Open(Checkpoint);
        using var half = Emitted.Open(Checkpoint, new OnnxOptions { Precision = WeightPrecision.Half });
        var pixels = Emitted.Pixels(1, 96, 96);
        var (expected, actual) = (full.Predict(pixels, 1, 96, 96), half.Predict(pixels, 1, 96, 96));

        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 0.02 * Math.Max(1, Math.Abs(expected[i])));
        var (fullBytes, halfBytes) = (OnnxEmission.Emit(Checkpoint).ToBytes().Length,
            OnnxEmission.Emit(Checkpoint, new OnnxOptions { Precision = WeightPrecision.Half }).ToBytes().Length);
        Assert.True(halfBytes < 0.55 * fullBytes, $"{halfBytes} of {fullBytes} bytes");
    }

    [Fact]
    public async Task Threads_at_once_get_what_one_gets()
    {
        using var detector = Detector.Open(Free, new DetectorOptions { Threads = 1, Spinning = false, Suppression = Some });
        var pictures = Pictures(8);
        var expected = pictures.Select(detector.Detect).ToArray();
        var threads = Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                var picture = (thread + i) % pictures.Length;
                Assert.Equal(expected[picture], detector.Detect(pictures[picture]));
            }
        }));

        await Task.WhenAll(threads);
    }

    [Fact]
    public void The_steady_state_allocates_results_only()
    {
        using var detector = Detector.Open(Free, new DetectorOptions { Threads = 1, Suppression = Some });
        var pictures = Pictures(4);
        foreach (var picture in pictures.Concat(pictures)) detector.Detect(picture);

        // Other tests' collections empty the shared pools now and then: the best of a few rounds is the steady state.
        var excess = Enumerable.Range(0, 5).Min(_ => AllocatedBeyondResults(detector, pictures));
        Assert.True(excess <= 1024, $"{excess} bytes were allocated beyond the results");
    }

    /// <summary>What 25 detections of each picture allocate on this thread, less the arrays that they return.</summary>
    private static long AllocatedBeyondResults(Detector detector, Picture[] pictures)
    {
        var (before, results) = (GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (var round = 0; round < 25; round++)
        {
            foreach (var picture in pictures) results += 24 + (detector.Detect(picture).Length * 24L);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before - results;
    }

    /// <summary>Pictures of different shapes with some structure.</summary>
    private static Picture[] Pictures(int count) => [.. Enumerable.Range(0, count).Select(index =>
    {
        var picture = new Picture(60 + (17 * index), 40 + (11 * (index % 3)));
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(127.5 + (127.4 * Math.Sin((0.01 + (0.013 * index)) * (i + 1))));
        return picture;
    })];

    /// <summary>The same objects: rounding moves a box by a hair, and swaps equals in order.</summary>
    private static void Same(Detection[] expected, Detection[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var detection in expected)
        {
            Assert.Contains(actual, other => other.Class == detection.Class && Math.Abs(other.Confidence - detection.Confidence) < 1e-4
                && BoxOverlap.IoU(other.Box, detection.Box) > 0.999);
        }
    }
}
