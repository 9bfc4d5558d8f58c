using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Vision;

namespace Espalier.Runtime.Tests;

/// <summary>Other people's ONNX files: read right, or refused by the name of what they are.</summary>
public sealed class ForeignLayoutTests
{
    private static readonly int[] Usual = [8, 16, 32], P6 = [8, 16, 32, 64];

    // Centre 32, 24, size 20 × 10.
    private static readonly Box Expected = new(22, 19, 42, 29);

    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(-1, 64, 64)]
    [InlineData(4, 64, 128)]
    [InlineData(1, -1, -1)]
    [InlineData(-1, -1, -1)]
    public void YOLOv8s_columns_are_read_whatever_is_fixed(int batch, int height, int width)
    {
        foreach (var (classes, strides) in new[] { (3, Usual), (1, Usual), (80, Usual), (10, P6), (2, [4, 8, 16, 32]) })
        {
            var file = OnnxBytes.Columns(batch, height, width, strides, Cell(classes, best: classes - 1))
                .WithUltralytics(Names(classes), stride: strides[^1]);
            using var detector = Detector.Open(file.ToBytes());

            Assert.Equal((OutputKind.CellColumns, strides[^1], classes),
                (detector.Facts.Layout.Kind, detector.Facts.Stride, detector.ClassNames.Count));
            Found(detector, 64, classes - 1, 0.9f);
        }
    }

    [Theory]
    [InlineData(64, -1)]
    [InlineData(-1, 64)]
    public void Where_one_side_is_fixed_the_other_is_too(int height, int width)
    {
        var file = OnnxBytes.Columns(1, height, width, Usual, Cell(3, best: 2)).WithUltralytics(Names(3)).ToBytes();
        using var detector = Detector.Open(file);

        Assert.Equal((64, 64), (detector.Facts.Height, detector.Facts.Width));
        Assert.Single(detector.Detect(new Picture(64, 16)));
        Assert.Single(detector.Detect(new Picture(16, 64)));
        foreach (var other in (DetectorOptions[])[new() { Rectangular = true }, new() { ImageSize = 128 }])
        {
            Assert.StartsWith("The network's image size is fixed at 64 × 64", Assert.Throws<OptionException>(() =>
                Detector.Open(file, other)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(-1, 128, 64)]
    [InlineData(2, -1, -1)]
    [InlineData(-1, -1, -1)]
    public void YOLOv5s_rows_are_read_without_any_metadata(int batch, int height, int width)
    {
        foreach (var (classes, strides) in new[] { (3, Usual), (1, Usual), (80, Usual), (10, P6), (2, [4, 8, 16, 32]), (4, [16, 32]) })
        {
            using var detector = Detector.Open(OnnxBytes.Rows(batch, height, width, strides, Row(classes, best: classes - 1)).ToBytes(),
                new DetectorOptions { ImageSize = height < 0 ? 128 : null });

            Assert.Equal((OutputKind.AnchorRows, strides[^1], classes),
                (detector.Facts.Layout.Kind, detector.Facts.Stride, detector.ClassNames.Count));
            Found(detector, 128, classes - 1, 0.9f * 0.8f);
        }
    }

    [Fact]
    public void Rows_and_columns_that_fit_alike_are_told_apart_by_names_or_refused()
    {
        // 84 rows of one anchor or 84 cells: both are heads of strides 8 to 32 on 64 × 64 pixels.
        var numbers = new float[84 * 84];
        using var detector = Detector.Open(OnnxBytes.Constants(1, 64, 64, ("output0", [84, 84], numbers))
            .With("names", Names(80)).ToBytes());

        Assert.Equal(OutputKind.CellColumns, detector.Facts.Layout.Kind);
        Assert.Contains("can be read in two ways", Assert.Throws<EspalierException>(() => Detector.Open(
            OnnxBytes.Constants(1, 64, 64, ("output0", [84, 84], numbers)).ToBytes())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void YOLOv8s_columns_without_metadata_are_told_by_their_cells()
    {
        using var detector = Detector.Open(OnnxBytes.Columns(-1, -1, -1, Usual, Cell(7, best: 2)).ToBytes());

        Assert.Equal((OutputKind.CellColumns, 7, 640), (detector.Facts.Layout.Kind, detector.ClassNames.Count, detector.Facts.ImageSize));
    }

    [Theory]
    [InlineData("{0: 'a', 1: 'b', 2: 'c'}", "a", "c")]
    [InlineData("['a', 'b', 'c']", "a", "c")]
    [InlineData("{'0': \"a\", '1': \"b\", '2': 'c'}", "a", "c")]
    [InlineData("{0: 3, 1: 2, 2: 1}", "3", "1")]
    [InlineData("{0: 'it\\'s', 1: 'b', 2: 'caf\\xe9'}", "it's", "café")]
    public void Names_are_read_in_every_form(string names, string first, string last)
    {
        using var detector = Detector.Open(OnnxBytes.Columns(1, 64, 64, Usual, Cell(3, best: 2)).WithUltralytics(names).ToBytes());

        Assert.Equal((first, last), (detector.ClassNames[0], detector.ClassNames[2]));
    }

    [Theory]
    [InlineData("[8, 16, 32, 64]")]
    [InlineData("tensor(64.)")]
    [InlineData(null)]
    public void Files_of_four_levels_look_at_pictures_of_every_shape(string? stride)
    {
        var file = OnnxBytes.Rows(1, -1, -1, P6, Row(2, best: 1));
        if (stride is not null) file.With("stride", stride).With("names", Names(2));
        using var detector = Detector.Open(file.ToBytes(), new DetectorOptions { ImageSize = 128 });

        Assert.Equal(64, detector.Facts.Stride);
        foreach (var (width, height) in new[] { (128, 54), (50, 128), (1, 300), (301, 7), (128, 128) })
            Assert.Single(detector.Detect(new Picture(width, height)));
    }

    [Theory]
    [InlineData(1, "True")]
    [InlineData(1, null)]
    [InlineData(10, null)]
    public void End_to_end_rows_are_read(int classes, string? flag)
    {
        float[] numbers = [.. Detection(22, 19, 42, 29, 0.6f, classes - 1), .. Detection(1, 2, 30, 40, 0.9f, 0),
            .. Detection(2, 2, 30, 40, 0.85f, 0), .. new float[297 * 6]];
        var file = OnnxBytes.Constants(-1, 64, 64, ("output0", [300, 6], numbers)).WithUltralytics(Names(classes));
        if (flag is not null) file.With("end2end", flag);
        using var detector = Detector.Open(file.ToBytes());
        var found = detector.Detect([new Picture(64, 64), new Picture(64, 64)]);

        Assert.Equal(OutputKind.EndToEnd, detector.Facts.Layout.Kind);
        Assert.Equal([0.9f, 0.85f, 0.6f], found[1].Select(detection => detection.Confidence)); // nothing is suppressed, however it overlaps
        Assert.Equal((new Box(1, 2, 30, 40), new Box(22, 19, 42, 29), classes - 1), (found[0][0].Box, found[0][2].Box, found[0][2].Class));
        Assert.Equal(0, detector.BrokenRows);
    }

    [Fact]
    public void Of_an_end_to_end_file_confidence_classes_and_number_can_be_chosen_and_nothing_else()
    {
        float[] numbers = [.. Detection(1, 2, 30, 40, 0.9f, 0), .. Detection(22, 19, 42, 29, 0.6f, 1), .. Detection(3, 3, 9, 9, 0.1f, 1)];
        var file = OnnxBytes.Constants(1, 64, 64, ("output0", [3, 6], numbers)).WithUltralytics(Names(2)).ToBytes();
        int Count(NmsOptions options)
        {
            using var detector = Detector.Open(file, new DetectorOptions { Suppression = options });
            return detector.Detect(new Picture(64, 64)).Length;
        }

        Assert.Equal(3, Count(new NmsOptions { Confidence = 0.05f }));
        Assert.Equal(1, Count(new NmsOptions { Classes = [1] }));
        Assert.Equal(1, Count(new NmsOptions { MaximumDetections = 1 }));
        Assert.Contains("leaves nothing to suppress", Assert.Throws<OptionException>(() => Count(new NmsOptions { IoU = 0.6f })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Float16_goes_in_and_comes_out()
    {
        byte[][] files =
        [
            OnnxBytes.Columns(-1, 64, 64, Usual, Cell(3, best: 1), half: true).ToBytes(),
            OnnxBytes.Rows(1, -1, -1, Usual, Row(3, best: 1), half: true).With("stride", "32").ToBytes(),
            OnnxBytes.Constants(1, 64, 64, half: true, ("output0", [1, 6], Detection(22, 19, 42, 29, 0.9f, 1)))
                .WithUltralytics(Names(3)).ToBytes(),
        ];
        foreach (var file in files)
        {
            using var detector = Detector.Open(file, new DetectorOptions { ImageSize = 64 });
            Assert.Equal(InputKind.Halves, detector.Facts.InputKind);
            for (var i = 0; i < 3; i++) Assert.Equal(1, Assert.Single(detector.Detect(new Picture(64, 64))).Class);
        }
    }

    [Fact]
    public void What_is_judged_are_rows_of_one_form()
    {
        using var columns = OnnxNetwork.Open(OnnxBytes.Columns(-1, 64, 64, Usual, Cell(3, best: 1)).ToBytes());
        using var endToEnd = OnnxNetwork.Open(
            OnnxBytes
                .Constants(-1, 64, 64, ("output0", [2, 6], [.. Detection(22, 19, 42, 29, 0.9f, 1), .. Detection(0, 0, 9, 9, 0.2f, -1)]))
                .WithUltralytics(Names(3))
                .With("end2end", "True")
                .ToBytes()
        );
        var (rows, detections) = (columns.Predict(new byte[2 * 64 * 64 * 3], 2, 64, 64),
            endToEnd.Predict(new byte[2 * 64 * 64 * 3], 2, 64, 64));

        Assert.Equal(2 * 84 * 8, rows.Length);
        Assert.Equal([32, 24, 20, 10, 1, 0, 0.9f, 0], rows[^8..]);
        Assert.Equal([32, 24, 20, 10, 0.9f, 0, 1, 0], detections[16..24]);
        Assert.True(float.IsNaN(detections[^4])); // There is no class -1.
    }

    [Fact]
    public void A_file_with_suppression_inside_says_so_to_whoever_judges()
    {
        using var network = OnnxNetwork.Open(OnnxBytes.Constants(1, 64, 64, ("output0", [1, 6], Detection(22, 19, 42, 29, 0.9f, 1)))
            .WithUltralytics(Names(3)).With("args", "{'batch': 1, 'half': False, 'nms': True}").ToBytes());

        Assert.True(network.Facts.HidesPredictions);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "segment", "is a segmentation network, which gives masks (its metadata give 'segment' as its task)" },
        { "pose", "is a pose network, which gives key points" },
        { "classify", "is a classification network, which gives no boxes" },
        { "obb", "is a network of oriented boxes" },
        { "rtdetr", "is an RT-DETR network" },
        { "yolox", "is a network such as YOLOX or YOLOv6, whose numbers need not be pixels (its output (1, 84, 85) has one row a cell, "
            + "with an objectness)" },
        { "rows-of-queries", "is no detector of a known kind (its output is (1, 300, 34), which is none of" },
        { "fractions", "is a detector whose boxes are parts of the picture's sides" },
        { "two-scores", "is no end-to-end detector, such as RT-DETR for two classes" },
        { "masks", "is a segmentation network, which gives masks (beside its rows it gives (1, 32, 16, 16))" },
        { "scores", "is a classification network, which gives no boxes (its output is (1, 1000))" },
        { "apart", "is a detector that gives boxes and scores apart, as YOLO-NAS, DETR and RT-DETR do" },
        { "heads", "is a detector whose heads are not decoded" },
        { "turned", "is YOLOv8's layout turned around (its output is (1, 84, 7) instead of (batch, 4 + classes, cells))" },
        { "key points", "is no detection network alone: masks, key points and angles are not read (its output is (1, 56, 84), room for 52 "
            + "classes, and it names 1)" },
        { "too many names", "contradicts itself: it predicts 3 classes and names 9." },
        { "two inputs", "is no detector that is read: it takes images and orig_target_sizes instead of one picture, as RT-DETR does." },
        { "no names", "is a detector that does not say which classes it knows" },
        { "rank 7", "is no detector of a known kind (its outputs are output0 (1, 1, 1, 1, 1, 1, 6))" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_no_detector_that_is_read_is_called_by_its_name(string kind, string sentence)
    {
        var message = Assert.Throws<EspalierException>(() => Detector.Open(Refused(kind).ToBytes())).Message;

        Assert.StartsWith($"The ONNX file {sentence}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Outputs_of_any_shape_are_read_or_refused()
    {
        var random = new Random(7);
        for (var i = 0; i < 120; i++)
        {
            long[] shape = [.. Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => (long)new[] { 1, 4, 5, 6, 7, 21, 84, 252, 300 }[random.Next(9)])];
            if (shape.Aggregate(1L, (product, length) => product * length) > 200_000) continue;
            var numbers = new float[shape.Aggregate(1L, (product, length) => product * length)];
            foreach (ref var number in numbers.AsSpan())
                number = random.Next(8) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -1e30f, var other => other };
            var file = OnnxBytes.Constants(1, 64, 64, ("output0", shape, numbers));
            if (random.Next(2) == 0) file.WithUltralytics(Names(random.Next(1, 4)));
            try
            {
                using var detector = Detector.Open(file.ToBytes());
                Assert.All(detector.Detect(new Picture(70, 50)),
                    found => Assert.True(float.IsFinite(found.Box.Area) && float.IsFinite(found.Confidence)));
            }
            catch (EspalierException)
            {
                continue;
            }
        }
    }

    [Fact]
    public void Rows_that_are_no_numbers_are_dropped_and_counted()
    {
        float[] good = Row(2, best: 1), bad = Row(2, best: 1), endless = Row(2, best: 0), unsure = Row(2, best: 0), weak = Row(2, best: 0);
        (bad[1], endless[4], unsure[5], weak[4], weak[0]) = (float.NaN, float.PositiveInfinity, float.NaN, 0.01f, float.NaN);
        var rows = Enumerable.Repeat(new float[7], 248).Prepend(weak).Prepend(unsure).Prepend(endless).Prepend(bad).Prepend(good)
            .Take(252).SelectMany(row => row);
        using var detector = Detector.Open(OnnxBytes.Constants(1, 64, 64, ("output0", [252, 7], [.. rows])).ToBytes());

        Assert.Single(detector.Detect(new Picture(64, 64)));
        Assert.Equal(3, detector.BrokenRows); // The weak one would not have been a detection anyway.
    }

    private static OnnxBytes Refused(string kind) => kind switch
    {
        "segment" or "pose" or "classify" or "obb" =>
            OnnxBytes.Columns(1, 64, 64, Usual, Cell(3, best: 0)).WithUltralytics(Names(3), task: kind),
        "rtdetr" => Of([300, 84]).With("description", "Ultralytics rtdetr-l model"),
        "yolox" => Of([84, 85]),
        "rows-of-queries" => Of([300, 34]).With("names", Names(30)),
        "fractions" => OnnxBytes.Constants(1, 64, 64, ("output0", [1, 6], Detection(0.1f, 0.2f, 0.4f, 0.5f, 0.9f, 1)))
            .WithUltralytics(Names(2)),
        "two-scores" => OnnxBytes.Constants(1, 64, 64, ("output0", [1, 6], [0.5f, 0.5f, 0.2f, 0.2f, 0.7f, 0.3f])).WithUltralytics(Names(2)),
        "masks" => Of([252, 117]).Constant("output1", [32, 16, 16], new float[32 * 256]),
        "scores" => Of([1000]),
        "apart" => Of([84, 4]).Constant("scores", [84, 80], new float[84 * 80]),
        "heads" => Of([3, 8, 8, 85]).Constant("output1", [3, 4, 4, 85], new float[3 * 16 * 85]),
        "turned" => Of([84, 7]).With("names", Names(3)),
        "key points" => Of([56, 84]).With("names", Names(1)),
        "too many names" => OnnxBytes.Columns(1, 64, 64, Usual, Cell(3, best: 0)).With("names", Names(9)),
        "two inputs" => Of([300, 6]).WithInput("orig_target_sizes"),
        "no names" => Of([300, 6]),
        _ => Of([1, 1, 1, 1, 1, 6]),
    };

    private static OnnxBytes Of(long[] shape) =>
        OnnxBytes.Constants(1, 64, 64, ("output0", shape, new float[shape.Aggregate(1L, (product, length) => product * length)]));

    private static void Found(Detector detector, int freeSide, int label, float confidence)
    {
        // As large as the network looks at, so that its pixels are the picture's.
        var picture = new Picture(detector.Facts.Width ?? freeSide, detector.Facts.Height ?? freeSide);
        foreach (var found in new[] { detector.Detect(picture), detector.Detect(new[] { picture })[0] })
            Assert.Equal([new Detection(Expected, confidence, label)], found);
    }

    private static string Names(int count) =>
        $"{{{string.Join(", ", Enumerable.Range(0, count).Select(index => $"{index}: 'class {index}'"))}}}";

    private static float[] Cell(int classes, int best)
    {
        var cell = new float[4 + classes];
        (cell[0], cell[1], cell[2], cell[3], cell[4 + best]) = (32, 24, 20, 10, 0.9f);
        return cell;
    }

    private static float[] Row(int classes, int best)
    {
        var row = new float[5 + classes];
        (row[0], row[1], row[2], row[3], row[4], row[5 + best]) = (32, 24, 20, 10, 0.9f, 0.8f);
        return row;
    }

    private static float[] Detection(float left, float top, float right, float bottom, float confidence, int label) =>
        [left, top, right, bottom, confidence, label];
}
