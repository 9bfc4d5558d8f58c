using System.Collections.Immutable;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Checkpoints: one file that rebuilds its own network.</summary>
public class CheckpointTests
{
    private static readonly Graph Graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10);

    [Fact]
    public void Checkpoint_survives_the_round_trip()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = Sample() with
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("options", """{"epochs": 40}""").Add("history", "[]"),
            Training = new Weights { ["momentum/model.0.conv.weight"] = new WeightArray([2], [1, 2]) },
        };
        checkpoint.Save(folder.File("last.safetensors"));
        var read = Checkpoint.Load(folder.File("last.safetensors"));

        Assert.Equal(checkpoint.Graph.Hash(), read.Graph.Hash());
        Assert.Equal(checkpoint.ClassNames, read.ClassNames);
        Assert.Equal((160, 32), (read.ImageSize, read.Stride));
        Assert.Equal(checkpoint.Properties, read.Properties);
        Assert.Equal(checkpoint.Weights.Names, read.Weights.Names);
        Assert.All(checkpoint.Weights.Names, name => Assert.Equal(checkpoint.Weights[name].Values, read.Weights[name].Values));
        Assert.Equal(["momentum/model.0.conv.weight"], read.Training.Names);
        Assert.Equal([1f, 2f], read.Training["momentum/model.0.conv.weight"].Values);
    }

    [Fact]
    public void Equal_checkpoints_are_equal_files()
    {
        using var folder = new TemporaryFolder();
        Sample().Save(folder.File("a"));
        Sample().Save(folder.File("b"));

        Assert.Equal(File.ReadAllBytes(folder.File("a")), File.ReadAllBytes(folder.File("b")));
    }

    [Fact]
    public void Half_precision_halves_the_file()
    {
        using var folder = new TemporaryFolder();
        Sample().Save(folder.File("full"));
        Sample().Save(folder.File("half"), WeightPrecision.Half);

        Assert.InRange(new FileInfo(folder.File("half")).Length, 3_500_000, 3_800_000);
        Assert.Equal(349, Checkpoint.Load(folder.File("half")).Weights.Count);
        Assert.InRange(new FileInfo(folder.File("full")).Length, 7_100_000, 7_400_000);
    }

    [Fact]
    public void Sampled_flips_are_all_found()
    {
        using var folder = new TemporaryFolder();
        Tiny().Save(folder.File("a"));
        var bytes = File.ReadAllBytes(folder.File("a"));
        var random = new Random(9);
        for (var i = 0; i < 300; i++)
        {
            var place = i < 200 ? random.Next(400) : random.Next(bytes.Length);
            bytes[place] ^= 4;
            File.WriteAllBytes(folder.File("b"), bytes);
            bytes[place] ^= 4;
            Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("b")));
        }
    }

    [Fact]
    public void Parts_that_do_not_fit_are_not_saved()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("9 class names",
            Assert.Throws<WeightsException>(() => (Sample() with { ClassNames = [.. Names(9)] }).Save(folder.File("a"))).Message);
        Assert.Contains("multiple of 32", Assert.Throws<WeightsException>(() => (Sample() with { ImageSize = 100 }).Save(folder.File("a")))
            .Message);
        Assert.Contains("'model.0.conv.weight' is missing",
            Assert.Throws<WeightsException>(() => (Sample() with { Weights = new() }).Save(folder.File("a"))).Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("yolov5n", 10)]
    [InlineData("yolov5n-v4", 3)]
    [InlineData("yolov5n-v3", 1)]
    public void Bare_weights_find_their_architecture(string name, int classes)
    {
        using var folder = new TemporaryFolder();
        var graph = GraphBuilder.Expand(Architecture.Load(name), classes);
        Safetensors.Write(folder.File("bare.safetensors"), DeterministicWeights.For(graph));
        var opened = Checkpoint.Open(folder.File("bare.safetensors"));

        Assert.Equal(graph.Hash(), opened.Graph.Hash());
        Assert.Equal(Names(classes), opened.ClassNames);
    }

    [Fact]
    public void Anchors_of_bare_weights_are_kept()
    {
        using var folder = new TemporaryFolder();
        var weights = DeterministicWeights.For(Graph);
        weights["model.24.anchors"].Values[0] = 2.5f;
        Safetensors.Write(folder.File("bare.safetensors"), weights);

        Assert.Equal(20f, Checkpoint.Open(folder.File("bare.safetensors")).Graph.Detect.Anchors[0][0]);
    }

    [Theory]
    [InlineData("", "fewer than 8 bytes")]
    [InlineData("hello, this is no weights file at all", "is no safetensors file")]
    [InlineData("PK\x03\x04 a broken archive", "zip archive cannot be read")]
    [InlineData("\x02\0\0\0\0\0\0\0{}", "holds 0 arrays that are not the weights of a YOLOv5")]
    public void Foreign_file_is_refused_in_one_sentence(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x"), content);
        var message = Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("x"))).Message;

        Assert.Contains(reason, message);
        Assert.StartsWith(folder.File("x"), message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Missing_file_is_named()
        => Assert.Equal("There is no file 'nowhere.pt'.", Assert.Throws<WeightsException>(() => Checkpoint.Open("nowhere.pt")).Message);

    [Fact]
    public void Transfer_takes_what_fits_and_leaves_the_heads()
    {
        var source = DeterministicWeights.For(GraphBuilder.Expand(Architecture.Load("yolov5n"), 80));
        var initial = WeightInitializer.Initialize(Graph, 1);
        var transfer = WeightTransfer.Intersect(source, Graph, initial);

        Assert.Equal((342, 349), (transfer.Copied, transfer.Total));
        Assert.Equal(
            ["model.24.anchors", "model.24.m.0.weight", "model.24.m.0.bias", "model.24.m.1.weight", "model.24.m.1.bias",
                "model.24.m.2.weight", "model.24.m.2.bias"],
            transfer.Kept);
        Assert.Equal(source["model.0.conv.weight"].Values, transfer.Weights["model.0.conv.weight"].Values);
        Assert.Equal(initial["model.24.m.0.bias"].Values, transfer.Weights["model.24.m.0.bias"].Values);
        Assert.NotSame(source["model.0.conv.weight"].Values, transfer.Weights["model.0.conv.weight"].Values);
    }

    private static Checkpoint Sample() =>
        new() { Graph = Graph, Weights = DeterministicWeights.For(Graph), ClassNames = [.. Names(10)], ImageSize = 160 };

    private static Checkpoint Tiny()
    {
        const string Table = """
            nc: 1
            depth_multiple: 1
            width_multiple: 1
            anchors: [[8, 8]]
            backbone: [[-1, 1, Conv, [8, 3, 2]]]
            head: [[-1, 1, Detect, [nc, anchors]]]
            """;
        var graph = GraphBuilder.Expand(Architecture.Parse("tiny", Table));
        return new Checkpoint { Graph = graph, Weights = DeterministicWeights.For(graph), ClassNames = ["digit"], ImageSize = 64 };
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(index => $"{index}");
}
