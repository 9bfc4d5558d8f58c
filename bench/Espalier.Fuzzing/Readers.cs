using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Core.Metadata;
using Espalier.Core.Options;
using Espalier.Datasets.Archives;
using Espalier.Datasets.Coco;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Voc;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Latency;
using Espalier.Runtime;
using Espalier.Server.Load;
using Espalier.Server.Protocols;
using Espalier.Tests;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Fuzzing;

/// <summary>Whatever reads something that comes from outside.</summary>
internal static class Readers
{
    private const string Table = """
        nc: 2
        depth_multiple: 0.33
        width_multiple: 0.25
        anchors:
          - [10,13, 16,30, 33,23]
        backbone:
          - [-1, 1, Conv, [8, 6, 2, 2]]
          - [-1, 1, Conv, [16, 3, 2]]
          - [-1, 3, C3, [16]]
          - [-1, 1, nn.Upsample, [None, 2, 'nearest']]
          - [[-1, 0], 1, Concat, [1]]
        head: [[[-1], 1, Detect, [nc, anchors]]]
        """;

    // A header may ask for as many as are allowed: the limits bound what one picture takes.
    private static readonly PictureLimits FewPixels = new() { MaximumPixels = 1 << 22 };

    private static readonly Checkpoint Small = SmallCheckpoint();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("pt", [Torch()], input => TorchFile.Read(new MemoryStream(input), "a.pt")),
        new("safetensors", [Saved(path => Small.Save(path))], input => Safetensors.Read(new MemoryStream(input), "a.safetensors")),
        new("checkpoint", [Text(Small.Graph.ToJson()), Text(TextList.Write(Small.ClassNames))], ReadCheckpoint),
        new("training-state", [Text(State())], ReadState),
        new("graph", [Text(Small.Graph.ToJson())], input => GraphJson.Parse(Text(input), "a")),
        new("model-table", [Text(Table)], input => GraphBuilder.Expand(Architecture.Parse("a.yaml", Text(input)))),
        new("pruning-plan", [Text(Plan())], input => PruningPlan.Parse(Text(input), "a")),
        new("onnx-metadata", Metadata(), ReadMetadata),
        new("onnx-external-data", [OnnxEmission.Emit(Small).ToBytes()], input => ExternalData.Locations(input)),
        new("class-names", [Text("{0: 'a', 1: \"b\\u00e9\"}"), Text("['a', 2, None, 1e5]")],
            input => ClassNameText.FromPython(Text(input))),
        new("digitStruct", [Digits()], input => DigitStruct.Read(new MemoryStream(input), "a.mat")),
        new("tar", [Tar()], ReadTar),
        new("png", [PictureWriter.EncodePng(Drawn())], input => PictureReader.Read(input, FewPixels)),
        new("jpeg", [PictureWriter.EncodeJpeg(Drawn())], input => PictureReader.Read(input, FewPixels)),
        new("other-pictures", [Bitmap(), Tiff()], input => PictureReader.Read(input, FewPixels)),
        new("labels", [Text("0 0.5 0.5 0.25 0.5\n1 .1 .1 .2 .2 .3 .1\n")], input => LabelFile.Parse(Text(input), 2)),
        new("data-yaml", [Text("path: .\ntrain: images/train\nval: [a, b]\nnames: {0: a, 1: b}\nnc: 2\n")],
            input => FromFile(input, "yaml", DataConfiguration.Read)),
        new("hyp-yaml", [Text("lr0: 0.01\nscale: 0.5\nmosaic: 1.0\nanchors: 3\n")],
            input => FromFile(input, "yaml", path => HyperParameterFile.Read(path))),
        new("experiment-yaml", [Text(Experiment)],
            input => FromFile(input, "yaml", path => ExperimentFile.Read(path, null, name => name))),
        new("split-rule", [Text("train=photos:1-200,rebuilt:!*0"), Text("val=*:^*0")], input => SplitRule.Parse([Text(input)])),
        new("coco", [Text("""
            {"images": [{"id": 1, "file_name": "a.png", "width": 8, "height": 8}], "categories": [{"id": 1, "name": "a"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2], "segmentation": [[1, 1, 2, 2, 3, 1]]}]}
            """)], input => FromFile(input, "json", CocoFile.Read)),
        new("voc", [Text("""
            <annotation><filename>a.png</filename><source><database>The VOC2007 Database</database></source><size><width>8</width>
            <height>8</height></size><object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2.5</xmax><ymax>3</ymax></bndbox>
            </object></annotation>
            """)], input => FromFile(input, "xml", VocFile.Read)),
        new("scan-cache", [Saved(path => ScanCache.TryWrite(path, "rules", [], []))],
            input => FromFile(input, "cache", path => ScanCache.Read(path, "rules", 2))),
        new("latency-table", [Saved(path => LatencySamples.None("here").With([], [new CallSample(1, 1)]).Write(path))],
            input => FromFile(input, "json", path => LatencySamples.Read(path, "here"))),
        new("run-control", [Text("""{"stop": true, "epochs": 60, "patience": 20}""")], input => RunControl.Parse(Text(input))),
        new("inference-request", [Text(Inference), [.. Text(BinaryInference), .. new byte[12]]], ReadInference),
    ];

    private const string Experiment = """
        name: a
        data: a/data.yaml
        splits: [val]
        image_size: 160
        dense: {model: yolov5n, epochs: 2}
        sparse: {epochs: 1, sparsity: 0.005}
        prune: {by: gradient, keep_parameters: 0.5}
        fine_tune: {epochs: 1}
        """;

    private const string Inference = """
        {"id": "1", "parameters": {"confidence": 0.5}, "outputs": [{"name": "boxes", "parameters": {"binary_data": true}}],
         "inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [1], "data": ["AAAA"]},
                    {"name": "images", "datatype": "FP32", "shape": [1, 3, 1, 1], "data": [[[0.5], [1], [1e-3]]]}]}
        """;

    private const string BinaryInference = """
        {"inputs": [{"name": "images", "datatype": "FP32", "shape": [1, 3, 1, 1], "parameters": {"binary_data_size": 12}}]}
        """;

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static Checkpoint SmallCheckpoint()
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("small.yaml", Table));
        return new Checkpoint { Graph = graph, Weights = WeightInitializer.Initialize(graph, 1), ClassNames = ["a", "b"], ImageSize = 64 };
    }

    // The header says where the JSON ends: here its last bracket does.
    private static void ReadInference(byte[] input)
    {
        var length = (Array.LastIndexOf(input, (byte)'}') + 1).ToString(CultureInfo.InvariantCulture);
        try
        {
            InferenceRequest.Read(input, length);
        }
        catch (Refusal refusal)
        {
            throw new EspalierException(refusal.Message, refusal);
        }
    }

    // What is left of a hash after a change is nothing: changes go behind it, into the texts that it covers.
    private static void ReadCheckpoint(byte[] input)
    {
        var text = Text(input);
        var metadata = ImmutableSortedDictionary<string, string>.Empty
            .Add(DetectorMetadata.VersionKey, Checkpoint.Version)
            .Add(Checkpoint.GraphKey, text.StartsWith('[') ? Small.Graph.ToJson() : text)
            .Add(DetectorMetadata.NamesKey, text.StartsWith('[') ? text : "[\"a\", \"b\"]")
            .Add(DetectorMetadata.ImageSizeKey, "64");
        Checkpoint.From(new SafetensorsFile(Small.Weights, metadata) { IsVerified = true }, "a");
    }

    // Options, history and state, a line each.
    private static string State()
    {
        var options = new TrainingOptions { Data = "a.yaml", Model = "yolov5n" };
        var state = new TrainingState
        {
            Epoch = 1,
            BatchesDone = 3,
            LossSum = new LossValues(1, 2, 3),
            SecondsSpent = 4,
            AverageUpdates = 3,
            Threads = 2,
            Changes = [],
        };
        var loss = new LossValues(1, 2, 3);
        var epoch = new EpochRecord
        {
            Epoch = 0,
            TrainingLoss = loss,
            ValidationLoss = loss,
            Precision = .5,
            Recall = .5,
            MeanAveragePrecision50 = .5,
            MeanAveragePrecision = .25,
            LearningRates = [.1, .01, .01],
            TrainingSeconds = 1,
            ValidationSeconds = 1,
            PicturesPerSecond = 8,
            ResidentBytes = 1,
            LiveTensors = 1,
        };
        object[] lines = [options, new[] { epoch }, state];
        return string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line, StoredJson.Format())));
    }

    private static void ReadState(byte[] input)
    {
        string[] keys = ["options", "history", "state"];
        var lines = Text(input).Split('\n', keys.Length);
        var properties = keys.Zip(lines).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second);
        TrainingCheckpoint.ReadState(Small with { Properties = properties }, "a");
    }

    private static string Plan()
        => PruningPlan.Nothing(ChannelAnalysis.Of(Small.Graph), 64, new KeepShare(PruningMeasure.Operations, 0.5)).ToJson();

    private static byte[][] Metadata()
    {
        var metadata = new Dictionary<string, string>();
        new DetectorMetadata
        {
            Strides = [8],
            Anchors = [[1, 2, 3, 4]],
            TakesBytes = true,
            Suppression = NmsOptions.ForPrediction,
        }.Write(metadata);
        return [Text(JsonSerializer.Serialize(metadata))];
    }

    private static void ReadMetadata(byte[] input)
    {
        if (JsonSerializer.Deserialize<Dictionary<string, string>>(input) is { } metadata) DetectorMetadata.Read(metadata, "a");
    }

    private static byte[] Torch()
    {
        var pickle = new TorchPickle().OrderedMap().Code("(").Text("model.0.conv.weight").Tensor([1, 2, 3, 4, 5, 6], [2, 3], [3, 1])
            .Text("model.0.bn.weight").Tensor([9, 8], [], [], offset: 1).Code("u");
        return pickle.ToArchive();
    }

    private static byte[] Digits()
    {
        var stream = new MemoryStream();
        DigitStructWriter.Write(stream, [.. Enumerable.Range(1, 3).Select(
            photo => new DigitStructEntry($"{photo}.png", [new DigitStructBox(1, 1, 4, 8, 3), new DigitStructBox(6, 1, 4, 8, 10)]))]);
        return stream.ToArray();
    }

    private static byte[] Tar()
    {
        var stream = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(stream, leaveOpen: true))
        {
            foreach (var name in new[] { "train/1.png", $"train/{new string('a', 120)}.png" })
            {
                tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(new byte[700]),
                });
            }
        }

        return stream.ToArray();
    }

    private static void ReadTar(byte[] input)
    {
        Sum(input);
        var reader = new TarReader(new MemoryStream(input), "a.tar");
        var buffer = new byte[4096];
        while (reader.Next() is not null)
        {
            while (reader.Read(buffer) > 0)
            {
            }
        }
    }

    // A change that the check sum gives away goes no further than that: headers get theirs anew.
    private static void Sum(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            var header = tar.AsSpan(at, 512);
            if (!header[257..262].SequenceEqual("ustar"u8)) continue;
            header.Slice(148, 8).Fill((byte)' ');
            var sum = 0;
            foreach (var value in header) sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        }
    }

    private static Picture Drawn()
    {
        var picture = Picture.Filled(24, 16, 20, 200, 90);
        for (var i = 0; i < picture.Pixels.Length; i += 7) picture.Pixels[i] = (byte)(i * 31);
        return picture;
    }

    private static byte[] Bitmap()
    {
        // A bitmap of 4 × 2 pixels with 24 bits each.
        var bytes = new byte[54 + 24];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        bytes[10] = 54;
        bytes[14] = 40;
        (bytes[18], bytes[22], bytes[26], bytes[28]) = (4, 2, 1, 24);
        return bytes;
    }

    private static byte[] Tiff()
    {
        // Little-endian, one strip of 2 × 2 grey bytes.
        ReadOnlySpan<(ushort Tag, ushort Type, uint Value)> entries =
            [(256, 3, 2), (257, 3, 2), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 3, 2), (279, 4, 4)];
        var bytes = new byte[12 + 2 + (entries.Length * 12) + 4];
        "II*\0"u8.CopyTo(bytes);
        bytes[4] = 12;
        "\x10\x80\xc0\xf0"u8[..4].CopyTo(bytes.AsSpan(8));
        bytes[12] = (byte)entries.Length;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = bytes.AsSpan(14 + (i * 12));
            BitConverter.TryWriteBytes(entry, entries[i].Tag);
            BitConverter.TryWriteBytes(entry[2..], entries[i].Type);
            entry[4] = 1;
            BitConverter.TryWriteBytes(entry[8..], entries[i].Value);
        }

        return bytes;
    }

    /// <summary>What a writer of files writes.</summary>
    private static byte[] Saved(Action<string> write)
    {
        var folder = Directory.CreateTempSubdirectory("espalier-fuzz-");
        try
        {
            var path = Path.Combine(folder.FullName, "seed");
            write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Gives an input to a reader of files: one that lies in memory where the system has such a place.</summary>
    private static void FromFile<T>(byte[] input, string extension, Func<string, T> read)
    {
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var path = Path.Combine(memory, $"espalier-fuzz-{Environment.ProcessId}.{extension}");
        File.WriteAllBytes(path, input);
        try
        {
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
