using Espalier.Networks;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Pruning;
using Espalier.Pipelines.Quantization;
using Espalier.Tests;
using Espalier.Training.Tests.Runs;

namespace Espalier.Pipelines.Tests.Pruning;

/// <summary>What the library says while it works, and that it can be stopped.</summary>
public sealed class PrunerTests
{
    [Fact]
    public void A_listener_hears_what_is_done_and_a_token_ends_it()
    {
        using var small = new SmallRun(training: 8);
        var whole = Checkpoint.Load(small.Train(small.Options with { Epochs = 1 }).Folder.Best);
        var listener = new Notes();
        var options = new PruneOptions
        {
            Data = small.Data,
            Criterion = "l1",
            Target = new KeepShare(PruningMeasure.Operations, 0.9),
            Pictures = 4,
            Device = "cpu",
            Threads = 1,
        };

        new Pruner(options with { Pruning = options.Pruning with { Rounding = 1, Fewest = 2 } }, listener)
            .Run(whole, "whole", TestContext.Current.CancellationToken);

        Assert.Equal(["Measuring l1 on 4 pictures", "Judging: whole", "Judging: cut", "Judging: constants folded on"],
            listener.Heard.Take(4));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new Pruner(options).Run(whole, "whole", stopped.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => new Quantizer(new QuantizeOptions { Data = small.Data, Device = "cpu" })
            .Run(small.Project + "/train/weights/best.safetensors", cancellationToken: stopped.Token));
        Assert.False(File.Exists(small.Project + "/train/weights/best.int8.onnx"));
        Assert.False(ModelFiles.IsOnnx("best.safetensors"));
    }

    [Fact]
    public void It_says_which_convolutions_stay_whole()
    {
        using var small = new SmallRun(training: 4);
        var graph = GraphBuilder.Expand(BlockTables.Thinnable.Single(table => table.Name == "depthwise"));
        var whole = new Checkpoint { Graph = graph, Weights = DeterministicWeights.For(graph), ClassNames = ["0", "1"], ImageSize = 64 };
        var listener = new Notes();
        var options = new PruneOptions
        {
            Data = small.Data,
            Criterion = "l1",
            Target = new KeepShare(PruningMeasure.Operations, 0.95),
            Pictures = 4,
            Device = "cpu",
            Threads = 1,
        };

        new Pruner(options with { Pruning = options.Pruning with { Rounding = 1, Fewest = 2 } }, listener)
            .Run(whole, "whole", TestContext.Current.CancellationToken);

        Assert.Contains("2 convolutions in groups or transposed stay whole, and so does what they read: model.5.conv, model.7",
            listener.Heard);
    }

    [Fact]
    public void Levels_go_first_then_blocks_and_channels_and_the_plan_says_so_and_can_be_applied()
    {
        using var small = new SmallRun(training: 8);
        var whole = Checkpoint.Load(small.Train(small.Options with { Epochs = 1 }).Folder.Best);
        var listener = new Notes();
        var options = new PruneOptions
        {
            Data = small.Data,
            Criterion = "taylor",
            Target = new KeepShare(PruningMeasure.Operations, 0.6),
            Pictures = 4,
            Device = "cpu",
            Threads = 1,
        };
        options = options with { Pruning = options.Pruning with { Rounding = 1, Fewest = 2, Blocks = true }, DropLevels = ["P4,P5"] };

        var outcome = new Pruner(options, listener).Run(whole, "whole", TestContext.Current.CancellationToken);

        Assert.Contains(listener.Heard, note => note.StartsWith("Matches of labels with anchors: P3 ", StringComparison.Ordinal));
        Assert.Equal([8], outcome.Checkpoint.Graph.Detect.Strides);
        Assert.Equal(["P4", "P5"], outcome.Plan.LevelNames);
        Assert.All(outcome.Plan.Levels, level => Assert.InRange(level.Matches!.Value, 0, 1));
        Assert.Equal((new KeepShare(PruningMeasure.Operations, 0.6), whole.Graph.Summarize(64).Parameters),
            (outcome.Plan.Asked, outcome.Plan.Before.Parameters));
        Assert.Equal(outcome.Checkpoint.Graph.Summarize(64).Parameters, outcome.Plan.After.Parameters);
        Assert.InRange(outcome.Plan.Reached, 0.01, 0.6);
        var again = new Pruner(options with { DropLevels = [] }).Apply(
            PruningPlan.Parse(outcome.Plan.ToJson(), "plan"), whole, "whole", TestContext.Current.CancellationToken);
        Assert.Equal(outcome.Plan.ToJson(), again.Plan.ToJson());
        Bits.RequireSame(outcome.Checkpoint.Weights, again.Checkpoint.Weights);

        var unknown = Assert.Throws<GraphException>(() => new Pruner(options with { DropLevels = ["P7"] })
            .Run(whole, "whole", TestContext.Current.CancellationToken));
        Assert.Equal("There is no level 'P7' to drop: this network detects on P3, P4, P5.", unknown.Message);
    }

    [Fact]
    public void Words_that_ask_for_blocks_and_levels_are_read_as_they_are_printed()
    {
        var options = new PruneOptions { Data = "d.yaml", DropLevels = ["P3", "auto"] };
        options = options with { Pruning = options.Pruning with { Blocks = true } };

        Assert.Contains("--blocks", options.ToWords(), StringComparison.Ordinal);
        Assert.Empty(PruneOptions.Table.Differences(options, PruneOptions.Parse(options.ToWords(), "d.yaml")));
    }

    private sealed class Notes : IPipelineListener
    {
        public List<string> Heard { get; } = [];

        public void OnNote(string note) => Heard.Add(note);
    }
}
