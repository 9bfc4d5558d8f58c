using System.Text.RegularExpressions;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Loops;

namespace Espalier.Training.Tests.Runs;

public sealed class StartingNetworkTests
{
    [Fact]
    public void Transfer_to_other_classes_keeps_all_but_the_heads()
    {
        using var small = new SmallRun(classes: 2);
        var source = Weights(small, classes: 5);
        var notes = new List<string>();
        var options = small.Options with { Model = null, Weights = source };
        var start = StartingNetwork.Open(options).Create(options,
            TrainingData.Scan(options, notes.Add, TestContext.Current.CancellationToken), notes.Add, TestContext.Current.CancellationToken);
        var fresh = WeightInitializer.Initialize(start.Graph, (ulong)options.Seed);
        var given = Checkpoint.Load(source).Weights;

        Assert.Equal(["colour0", "colour1"], start.ClassNames);
        Assert.Equal(2, start.Graph.Classes);
        var heads = start.Weights.Names.Where(name => name.StartsWith("model.9.", StringComparison.Ordinal)).ToList();
        Assert.Equal(7, heads.Count);
        Assert.All(heads, name => Assert.Equal(fresh[name].Values, start.Weights[name].Values));
        Assert.All(start.Weights.Names.Except(heads), name => Assert.Equal(given[name].Values, start.Weights[name].Values));
        var kernels = start.Graph.State().Count(item => item.Kind == StateKind.ConvolutionWeight);
        Assert.Contains($"Took {start.Weights.Count - 7} of {start.Weights.Count} arrays from {source}, {kernels - 3} of {kernels} "
            + $"convolutions among them", notes);
    }

    [Fact]
    public void Weights_of_another_width_are_refused_before_anything_is_scanned_although_counters_of_batches_fit()
    {
        using var small = new SmallRun();
        var other = Architecture.Load(small.Model) with { WidthMultiple = 3 };
        Save(GraphBuilder.Expand(other, 2), small.PathOf("wide.safetensors"));
        var options = small.Options with { Weights = small.PathOf("wide.safetensors"), Data = small.PathOf("none.yaml") };

        var message = Assert.Throws<EspalierException>(() => Trainer.Start(options, small.Project, "train", [],
            cancellationToken: TestContext.Current.CancellationToken)).Message;

        Assert.Matches(
            $@"^'{Regex.Escape(options.Weights)}' fits none of the \d+ convolutions of {Regex.Escape(small.Model)}; choose weights",
            message
        );
        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void Anchors_are_fitted_where_they_suit_badly()
    {
        using var small = new SmallRun();
        File.WriteAllText(small.Model, File.ReadAllText(small.Model)
            .Replace("10,13, 16,30, 33,23", "400,3, 3,400, 500,2", StringComparison.Ordinal)
            .Replace("30,61, 62,45, 59,119", "300,3, 3,300, 310,3", StringComparison.Ordinal));
        var notes = new List<string>();
        var options = small.Options with { AutoAnchor = true };
        var start = StartingNetwork.Open(options).Create(options,
            TrainingData.Scan(options, notes.Add, TestContext.Current.CancellationToken), notes.Add, TestContext.Current.CancellationToken);

        Assert.Contains(notes, note => note.StartsWith("Anchors: best-possible recall", StringComparison.Ordinal)
            && note.Contains("newly fitted", StringComparison.Ordinal));
        Assert.All(start.Graph.Detect.Anchors.SelectMany(level => level), side => Assert.InRange(side, 2, 64));
    }

    [Fact]
    public void A_table_that_segments_says_that_only_boxes_are_learned()
    {
        using var small = new SmallRun();
        File.WriteAllText(small.Model,
            File.ReadAllText(small.Model).Replace("Detect, [nc, anchors]", "Segment, [nc, anchors, 32, 256]", StringComparison.Ordinal));
        var notes = new List<string>();

        StartingNetwork.Open(small.Options).Create(small.Options,
            TrainingData.Scan(small.Options, notes.Add, TestContext.Current.CancellationToken), notes.Add,
            TestContext.Current.CancellationToken);

        Assert.Contains($"{Path.GetFileName(small.Model)} segments: its boxes are learned, its masks are not", notes);
    }

    [Fact]
    public void Run_without_architecture_and_weights_is_refused()
    {
        using var small = new SmallRun();
        var options = small.Options with { Model = null };

        Assert.Contains("an architecture or weights", Assert.Throws<OptionException>(() => small.Start(options)).Message);
        Assert.False(Directory.Exists(small.Project));
    }

    private static string Weights(SmallRun small, int classes)
    {
        Save(GraphBuilder.Expand(Architecture.Load(small.Model), classes), small.PathOf("source.safetensors"));
        return small.PathOf("source.safetensors");
    }

    private static void Save(Graph graph, string path) => new Checkpoint
    {
        Graph = graph,
        Weights = DeterministicWeights.For(graph),
        ClassNames = [.. Enumerable.Range(0, graph.Classes).Select(index => $"class{index}")],
        ImageSize = 64,
    }.Save(path);
}
