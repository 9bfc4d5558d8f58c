using System.Collections.Immutable;
using System.Text;
using Espalier.Core.Metadata;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What a checkpoint must hold, part by part, and what other files are opened as.</summary>
public sealed class CheckpointFormTests
{
    private const string Table = """
        nc: 1
        depth_multiple: 1
        width_multiple: 1
        anchors: [[8, 8]]
        backbone: [[-1, 1, Conv, [8, 3, 2]]]
        head: [[-1, 1, Detect, [nc, anchors]]]
        """;

    [Theory]
    [InlineData(Checkpoint.GraphKey, null, "is no checkpoint of Espalier: it carries no graph.")]
    [InlineData(Checkpoint.GraphKey, "{}", "x.safetensors")]
    [InlineData(DetectorMetadata.VersionKey, null, "is damaged: its metadata lacks espalier.version.")]
    [InlineData(DetectorMetadata.VersionKey, "2", "is a checkpoint of version 2; this reads version 1.")]
    [InlineData(DetectorMetadata.NamesKey, null, "is damaged: its metadata lacks espalier.names.")]
    [InlineData(DetectorMetadata.NamesKey, "digit", "is damaged: its class names are no list of texts.")]
    [InlineData(DetectorMetadata.NamesKey, """["one", "two"]""", "2 class names are given for a network of 1 classes.")]
    [InlineData(DetectorMetadata.ImageSizeKey, null, "is damaged: its metadata lacks espalier.imageSize.")]
    [InlineData(DetectorMetadata.ImageSizeKey, "6 4", "is damaged: its image size is no number.")]
    [InlineData(DetectorMetadata.ImageSizeKey, "-64", "is damaged: its image size is no number.")]
    [InlineData(DetectorMetadata.ImageSizeKey, "0", "the image size must be a multiple of 2 up to 65536, not 0.")]
    [InlineData(DetectorMetadata.ImageSizeKey, "63", "the image size must be a multiple of 2 up to 65536, not 63.")]
    [InlineData(DetectorMetadata.ImageSizeKey, "65538", "the image size must be a multiple of 2 up to 65536, not 65538.")]
    public void Part_that_is_missing_or_senseless_is_named(string key, string? text, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.safetensors");
        Tiny().Save(path);
        var (weights, metadata) = Safetensors.Read(path);
        Safetensors.Write(path, weights, text is null ? metadata.Remove(key) : metadata.SetItem(key, text));

        var message = Assert.Throws<WeightsException>(() => Checkpoint.Load(path)).Message;

        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(65536)]
    public void The_smallest_and_the_largest_image_size_are_kept(int imageSize)
    {
        using var folder = new TemporaryFolder();
        (Tiny() with { ImageSize = imageSize }).Save(folder.File("x"));

        Assert.Equal(imageSize, Checkpoint.Load(folder.File("x")).ImageSize);
    }

    [Fact]
    public void A_checkpoint_without_its_hash_is_refused()
    {
        using var folder = new TemporaryFolder();
        Tiny().Save(folder.File("x"));
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(folder.File("x")));
        File.WriteAllBytes(folder.File("x"), Encoding.Latin1.GetBytes(text.Replace(Safetensors.HashKey, "espalier.sha257",
            StringComparison.Ordinal)));

        Assert.EndsWith("is damaged: a checkpoint carries its SHA-256, and there is none.",
            Assert.Throws<WeightsException>(() => Checkpoint.Load(folder.File("x"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_and_arrays_of_the_training_keep_to_themselves()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = Tiny() with
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("", "nameless").Add("espalier.version", "mine"),
            Training = new Weights { ["model.0.conv.weight"] = new WeightArray([1], [7]) },
        };
        checkpoint.Save(folder.File("x"));
        var read = Checkpoint.Load(folder.File("x"));

        Assert.Equal(checkpoint.Properties, read.Properties);
        Assert.Equal(checkpoint.Weights.Names, read.Weights.Names);
        Assert.Equal([7f], read.Training["model.0.conv.weight"].Values);
        Assert.Equal(["digit"], read.ClassNames);
    }

    [Fact]
    public void Precision_and_storage_of_a_checkpoint_are_those_asked_for()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = Tiny();
        checkpoint.Weights["model.0.conv.weight"].Values.AsSpan(10).Clear();
        checkpoint.Save(folder.File("x"), WeightPrecision.Half, WeightStorage.Sparse);
        var header = Encoding.Latin1.GetString(File.ReadAllBytes(folder.File("x")));

        Assert.Contains("\"model.0.conv.weight.sparse_values\":{\"dtype\":\"F16\",\"shape\":[10]", header, StringComparison.Ordinal);
        Assert.Equal((float)(Half)checkpoint.Weights["model.0.conv.weight"].Values[3],
            Checkpoint.Load(folder.File("x")).Weights["model.0.conv.weight"].Values[3]);
    }

    [Theory]
    [InlineData("best.onnx", "is an ONNX file, which is made to be run")]
    [InlineData("best.ONNX", "is an ONNX file, which is made to be run")]
    [InlineData("best.engine", "is a file for TensorRT; take the best.pt")]
    [InlineData("best.TFLite", "is a file for TensorFlow Lite; take the best.pt")]
    [InlineData("best.xml", "is a file for OpenVINO; take the best.pt")]
    public void What_other_programs_run_is_named(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(name), "");

        Assert.StartsWith($"'{folder.File(name)}' {reason}", Assert.Throws<WeightsException>(
            () => Checkpoint.Open(folder.File(name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_is_named()
        => Assert.Equal("There is no file 'nowhere.pt'.", Assert.Throws<WeightsException>(() => Checkpoint.Open("nowhere.pt")).Message);

    [Fact]
    public void A_folder_is_no_file_of_weights()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal($"'{folder.Path}' is a folder; a file of weights is wanted.",
            Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.Path)).Message);
    }

    [Fact]
    public void Bare_weights_need_neither_counters_nor_anchors()
    {
        using var folder = new TemporaryFolder();
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 2);
        var (whole, bare) = (DeterministicWeights.For(graph), new Weights());
        foreach (var item in graph.State().Where(item => item.Kind is not (StateKind.BatchesTracked or StateKind.Anchors)))
            bare[item.Name] = whole[item.Name];
        Safetensors.Write(folder.File("bare"), bare);
        var opened = Checkpoint.Open(folder.File("bare"));

        Assert.Equal(graph.Hash(), opened.Graph.Hash());
        Assert.Equal(640, opened.ImageSize);
        Assert.Equal(graph.State().Select(item => item.Name), opened.Weights.Names);
        Assert.Equal(GraphState.Anchors(graph.Detect).Values, opened.Weights["model.24.anchors"].Values);
        Assert.Equal([0f], opened.Weights["model.0.bn.num_batches_tracked"].Values);
    }

    [Theory]
    [InlineData(18, "holds the weights of a network that is none of yolov5")]
    [InlineData(15, "holds 1 arrays that are not the weights of a YOLOv5: 'model.24.m.0.weight' is missing or has no shape of a head.")]
    [InlineData(19, "has no shape of a head")]
    [InlineData(3 * 10_006, "has no shape of a head")]
    public void Bare_weights_of_no_known_network_are_refused(int outputs, string reason)
    {
        using var folder = new TemporaryFolder();
        Safetensors.Write(folder.File("x"), new Weights { ["model.24.m.0.weight"] = new WeightArray([outputs, 1], new float[outputs]) });

        Assert.Contains(reason, Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("x"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_weights_with_anchors_that_no_network_has_are_refused()
    {
        using var folder = new TemporaryFolder();
        var weights = DeterministicWeights.For(GraphBuilder.Expand(Architecture.Load("yolov5n"), 2));
        weights["model.24.anchors"].Values[4] = float.NaN;
        Safetensors.Write(folder.File("x"), weights);

        Assert.StartsWith(folder.File("x"), Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("x"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digit", "digit")]
    [InlineData("", "0")]
    public void A_torch_file_opens_as_what_its_table_says(string names, string expected)
    {
        using var folder = new TemporaryFolder();
        var graph = GraphBuilder.Expand(Architecture.Parse("tiny", Table));
        var weights = DeterministicWeights.For(graph);
        File.WriteAllBytes(folder.File("best.pt"), TorchModel(weights, names));

        var opened = Checkpoint.Open(folder.File("best.pt"));

        Assert.Equal(graph.Hash(), opened.Graph.Hash());
        Assert.Equal([expected], opened.ClassNames);
        Assert.Equal(640, opened.ImageSize);
        Assert.All(weights.Names, name => Assert.Equal(weights[name].Values, opened.Weights[name].Values));
    }

    [Fact]
    public void A_torch_file_whose_stride_does_not_divide_the_usual_image_size_is_of_eight_strides()
    {
        using var folder = new TemporaryFolder();
        const string Row = "[-1, 1, Conv, [8, 3, 2]]";
        var deep = Table.Replace(Row, string.Join(", ", Enumerable.Repeat(Row, 8)), StringComparison.Ordinal);
        var weights = DeterministicWeights.For(GraphBuilder.Expand(Architecture.Parse("deep", deep)));
        File.WriteAllBytes(folder.File("best.pt"), TorchModel(weights, "digit", rows: 8));

        Assert.Equal(8 * 256, Checkpoint.Open(folder.File("best.pt")).ImageSize);
    }

    [Fact]
    public void A_torch_file_that_names_other_classes_than_it_predicts_is_refused()
    {
        using var folder = new TemporaryFolder();
        var weights = DeterministicWeights.For(GraphBuilder.Expand(Architecture.Parse("tiny", Table)));
        File.WriteAllBytes(folder.File("best.pt"), TorchModel(weights, "one two"));

        Assert.Equal($"{folder.File("best.pt")} contradicts itself: it predicts 1 classes and names 2.",
            Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("best.pt"))).Message);
    }

    private static Checkpoint Tiny()
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("tiny", Table));
        return new Checkpoint { Graph = graph, Weights = DeterministicWeights.For(graph), ClassNames = ["digit"], ImageSize = 64 };
    }

    /// <summary>What torch saves of a model: its table, its names and its modules with their arrays.</summary>
    private static byte[] TorchModel(Weights weights, string names, int rows = 1)
    {
        var pickle = new TorchPickle().New("models.yolo", "Model").Code("}(")
            .Text("yaml").Code("}(").Text("nc").Whole(1).Text("depth_multiple").Whole(1).Text("width_multiple").Whole(1)
            .Text("anchors").Code("](](").Whole(8).Whole(8).Code("ee")
            .Text("backbone").Code("](");
        for (var row = 0; row < rows; row++)
            pickle.Code("](").Whole(-1).Whole(1).Text("Conv").Code("](").Whole(8).Whole(3).Whole(2).Code("ee");
        pickle.Code("e")
            .Text("head").Code("](](").Whole(-1).Whole(1).Text("Detect").Code("](").Text("nc").Text("anchors").Code("eeeu")
            .Text("names").Code("](");
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) pickle.Text(name);
        return Parts(pickle.Code("e"), weights, "").Code("ub").ToArchive();
    }

    private static TorchPickle Parts(TorchPickle pickle, Weights weights, string prefix)
    {
        var parts = weights.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToLookup(name => name[prefix.Length..].Split('.')[0]);
        pickle.Text("_parameters").OrderedMap().Code("(");
        foreach (var name in parts.Select(part => part.Key).Where(name => weights.Contains(prefix + name)))
        {
            var (shape, values) = weights[prefix + name];
            int[] strides = [.. shape.Select((_, place) => shape.Skip(place + 1).Aggregate(1, (product, side) => product * side))];
            pickle.Text(name).Tensor(values, shape, strides);
        }

        pickle.Code("u").Text("_modules").OrderedMap().Code("(");
        foreach (var name in parts.Select(part => part.Key).Where(name => !weights.Contains(prefix + name)))
        {
            pickle.Text(name).New("torch.nn.modules.container", "Sequential").Code("}(");
            Parts(pickle, weights, $"{prefix}{name}.").Code("ub");
        }

        return pickle.Code("u");
    }
}
