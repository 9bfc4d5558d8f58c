using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Runtime.Tests;

/// <summary>The reader over a detector: what it opens, what it refuses, and that it reads what it is shown.</summary>
public sealed class HouseNumberReaderTests
{
    [Fact]
    public void A_picture_alone_is_read_as_in_a_batch_and_numbers_hold_together()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "digits.onnx");
        try
        {
            File.WriteAllBytes(file, OnnxEmission.Emit(Emitted.Checkpoint("yolov5n", imageSize: 64)).ToBytes());
            using var reader = HouseNumberReader.Open(file, new NumberReadingOptions { Confidence = 0.3f },
                new DetectorOptions { Rectangular = false });
            var picture = new Picture(64, 64);
            new Random(1).NextBytes(picture.Pixels);
            var alone = reader.Read(picture);
            var together = reader.Read([picture, picture])[1];

            Assert.NotEmpty(alone);
            Assert.Equal(alone.Select(number => number.Text), together.Select(number => number.Text));
            Assert.All(alone, number => Assert.Equal(number.Text.Length, number.Digits.Count()));
            Assert.All(alone, number => Assert.InRange(number.Confidence, 0, 1));
            Assert.All(alone.SelectMany(number => number.Digits),
                digit => Assert.DoesNotContain(digit.Alternatives, other => other.Class == digit.Class));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void Digits_that_a_file_suppresses_itself_cannot_be_asked_for()
    {
        var bytes = OnnxEmission.Emit(Emitted.Checkpoint("yolov5n", imageSize: 64),
            new OnnxOptions { Suppression = new NmsOptions { Confidence = 0.4f } }).ToBytes();

        var refusal = Assert.Throws<OptionException>(() => HouseNumberReader.Open(bytes, new NumberReadingOptions { Confidence = 0.3f }));
        Assert.Equal("Suppression is inside the file: the least confidence of a digit must be within 0.4…1, but is 0.3.", refusal.Message);
        HouseNumberReader.Open(bytes, new NumberReadingOptions { Confidence = 0.4f }).Dispose();
        HouseNumberReader.Open(bytes).Dispose();
    }

    [Fact]
    public void What_confidence_in_a_number_means_is_read_from_the_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("digits.onnx");
        var calibration = new NumberCalibration(-9, 0, 0, 0, 0, 0, 0.5);
        OnnxEmission.Emit(Emitted.Checkpoint("yolov5n", imageSize: 64)).Save(file);
        OnnxFile.Open(file).With(NumberCalibration.MetadataKey, "other").With(NumberCalibration.MetadataKey, calibration.ToJson())
            .Save(file);
        var picture = new Picture(64, 64);
        new Random(1).NextBytes(picture.Pixels);
        using var network = OnnxNetwork.Open(file);
        using var reader = HouseNumberReader.Open(file, new NumberReadingOptions { Confidence = 0.3f });
        using var other = HouseNumberReader.Open(file,
            new NumberReadingOptions { Confidence = 0.3f, Calibration = calibration with { Bias = 9 } });

        Assert.Equal(calibration, network.Facts.NumberCalibration);
        Assert.All(reader.Read(picture), number => Assert.True(number is { IsAccepted: false, Confidence: < 0.001f }));
        Assert.All(other.Read(picture), number => Assert.True(number is { IsAccepted: true, Confidence: > 0.999f }));
        Assert.NotEmpty(other.Read(picture));
    }

    [Fact]
    public void A_file_whose_word_on_confidence_makes_no_sense_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("digits.onnx");
        OnnxEmission.Emit(Emitted.Checkpoint("yolov5n", imageSize: 64)).With(NumberCalibration.MetadataKey, "{}").Save(file);

        Assert.Equal($"'{file}' is damaged: what it says of the confidence of numbers cannot be read.",
            Assert.Throws<EspalierException>(() => OnnxNetwork.Open(file)).Message);
        File.WriteAllText(file, "no ONNX");
        Assert.StartsWith($"Cannot read '{file}' as ONNX: ", Assert.Throws<EspalierException>(() => OnnxFile.Open(file)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_handed_over_is_closed_where_the_options_will_not_do()
    {
        var network = Emitted.Open(Emitted.Checkpoint("yolov5n"));

        Assert.Throws<OptionException>(() => Detector.Over(network, new DetectorOptions { ImageSize = 0 }));

        Assert.Throws<ObjectDisposedException>(() => network.Predict(Emitted.Pixels(1, 64, 64), 1, 64, 64));
    }

    [Fact]
    public void Buffers_that_nobody_asks_for_any_more_are_let_go()
    {
        using var network = Emitted.Open(Emitted.Checkpoint("yolov5n"));
        RunBuffers Used(int batch, int side)
        {
            var buffers = network.Rent(batch, side, side).Buffers;
            network.Run(buffers);
            return buffers;
        }

        using var pool = new RunBufferPool(mostBytes: 3_000_000);
        var (small, other, large) = (Used(1, 64), Used(2, 64), Used(1, 512));
        Assert.True(large.Bytes > 3_000_000);
        pool.Return(small);
        pool.Return(other);
        Assert.Equal(small.Bytes + other.Bytes, pool.Bytes);
        Assert.Same(small, pool.TryRent(1, 64, 64));
        Assert.Null(pool.TryRent(1, 64, 64));
        pool.Return(small);

        pool.Return(large);

        Assert.Equal(large.Bytes, pool.Bytes);
        Assert.Null(pool.TryRent(2, 64, 64));
        Assert.Same(large, pool.TryRent(1, 512, 512));
        Assert.Equal(0, pool.Bytes);
        pool.Return(large);
    }

    [Fact]
    public void Digits_in_two_places_are_read_from_left_to_right()
    {
        using var reader = new HouseNumberReader(new Fake([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]));
        Assert.Equal("27", Assert.Single(reader.Read(new Picture(60, 40))).Text);
    }

    [Fact]
    public void A_detector_that_knows_letters_reads_them()
    {
        using var reader = new HouseNumberReader(new Fake([.. "0123456abcd789".Select(name => $"{name}")]));
        Assert.Equal("2a", Assert.Single(reader.Read(new Picture(60, 40))).Text);
    }

    [Fact]
    public void Other_classes_than_digits_are_refused() =>
        Assert.Equal("House numbers are read from digits: the network's classes must be named 0 to 9, or these and a to d.",
            Assert.Throws<EspalierException>(() => new HouseNumberReader(new Fake(["car", "dog"]))).Message);

    private sealed class Fake(IReadOnlyList<string> names) : IPictureDetector
    {
        public IReadOnlyList<string> ClassNames => names;

        public IReadOnlyList<Detection> Detect(Picture picture, out StageTimes times)
        {
            times = default;
            return [new Detection(new Box(30, 5, 48, 35), 0.9f, 7), new Detection(new Box(8, 5, 26, 35), 0.8f, 2)];
        }

        public IReadOnlyList<IReadOnlyList<Detection>> Detect(IReadOnlyList<Picture> pictures, out StageTimes times)
        {
            times = default;
            return [.. pictures.Select(picture => Detect(picture, out _))];
        }

        public void Dispose()
        {
        }
    }
}
