using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>What a run writes beside its weights, and what becomes of it when it is read.</summary>
public sealed class TrainingCheckpointTests
{
    private const string Path = "last.safetensors";

    private static readonly Graph Graph = GraphBuilder.Expand(Architecture.Parse("tiny", """
        nc: 1
        depth_multiple: 1
        width_multiple: 1
        anchors: [[8, 8]]
        backbone: [[-1, 1, Conv, [8, 3, 2]]]
        head: [[-1, 1, Detect, [nc, anchors]]]
        """));

    private static readonly TrainingOptions Options = new() { Data = "data.yaml", Model = "yolov5n", Epochs = 3, ImageSize = 64 };

    private static readonly TrainingState Begun = TrainingState.Beginning(2, Precision.BF16, new RunSources("ab", null));

    [Fact]
    public void A_run_begins_with_nothing_done()
    {
        Assert.Equal((0, 0, 0L, 0.0, 2, Precision.BF16, false), (Begun.Epoch, Begun.BatchesDone, Begun.AverageUpdates, Begun.SecondsSpent,
            Begun.Threads, Begun.Precision, Begun.IsFinished));
        Assert.Equal(default, Begun.LossSum);
        Assert.Equal(new RunSources("ab", null), Begun.Sources);
        Assert.Empty(Begun.History);
        Assert.Empty(Begun.Changes);
        Assert.Null(Begun.FaultIn(Options));
        Assert.Same(Options, Begun.Apply(Options));
    }

    [Fact]
    public void The_last_change_holds()
    {
        var changed = Begun.With(new RunChange(1, 8, 4), isSparse: false).With(new RunChange(2, 6, 5), isSparse: false);

        Assert.Equal([new RunChange(1, 8, 4), new RunChange(2, 6, 5)], changed.Changes);
        Assert.Equal(Options with { Epochs = 6, Patience = 5 }, changed.Apply(Options));
    }

    [Theory]
    [InlineData(true, 3, false, false)]
    [InlineData(true, 2, false, true)]
    [InlineData(true, 0, false, false)]
    [InlineData(true, 2, true, false)]
    [InlineData(false, 2, false, false)]
    public void A_run_that_patience_ended_goes_on_where_there_is_more_of_it(bool isFinished, int patience, bool isSparse, bool expected)
    {
        // The best of four epochs was the second.
        var state = Begun with { Epoch = 4, History = [Row(0, .1), Row(1, .5), Row(2, .4), Row(3, .3)], IsFinished = isFinished };

        Assert.Equal(expected, state.With(new RunChange(4, 9, patience), isSparse).IsFinished);
    }

    [Fact]
    public void A_history_is_that_of_the_epochs_before()
    {
        Assert.Null((Begun with { Epoch = 2, History = [Row(0, 0), Row(1, 0)] }).FaultIn(Options));
        Assert.Equal("its history is not that of 2 epochs", (Begun with { Epoch = 2, History = [Row(0, 0)] }).FaultIn(Options));
        Assert.Equal("its history is not that of 2 epochs", (Begun with { Epoch = 2, History = [Row(0, 0), Row(2, 0)] }).FaultIn(Options));
        Assert.Equal("its history is not that of 2 epochs", (Begun with { Epoch = 2, History = [Row(1, 0), Row(1, 0)] }).FaultIn(Options));
    }

    [Fact]
    public void What_is_kept_for_a_resume_is_read_back()
    {
        using var live = Network(1);
        using var average = Network(2);
        using var optimizer = Optimizer.Create(new OptimizationOptions(), live, 0);
        EpochRecord[] history = [Row(0, .25), Row(1, .5)];
        var state = Begun with
        {
            Epoch = 2,
            BatchesDone = 7,
            AverageUpdates = 19,
            SecondsSpent = 1.5,
            LossSum = new LossValues(1, 2, 3),
            History = history,
            Changes = [new RunChange(1, 4, 9)],
        };
        var use = TrainingCheckpoint.ForUse(Start(average.ToWeights()), average.ToWeights(), Options, history);
        var last = TrainingCheckpoint.ForResume(use, live, average, optimizer, state,
            new Weights { ["process/0"] = new WeightArray([1], [4]) });

        var (options, read) = TrainingCheckpoint.ReadState(last, Path);

        Assert.Equal(Options, options);
        Assert.Equal(state with { History = read.History, Changes = read.Changes }, read);
        Assert.Equal([new RunChange(1, 4, 9)], read.Changes);
        Assert.Equal([.25, .5], read.History.Select(epoch => epoch.MeanAveragePrecision));
        Assert.Equal([4f], last.Training["process/0"].Values);
        Assert.DoesNotContain(last.Training.Names, name => name.StartsWith("average/", StringComparison.Ordinal));
        Assert.Equal(["history", "options", "state"], last.Properties.Keys);
        Assert.Same(use.Weights, last.Weights);
    }

    [Fact]
    public void What_is_kept_for_use_says_nothing_of_the_run()
    {
        var start = Start(DeterministicWeights.For(Graph)) with
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("state", "of another run"),
            Training = new Weights { ["live/x"] = new WeightArray([1], [1]) },
        };
        var weights = WeightInitializer.Initialize(Graph, 5);
        var use = TrainingCheckpoint.ForUse(start, weights, Options, [Row(0, .5)]);

        Assert.Same(weights, use.Weights);
        Assert.Equal(["history", "options"], use.Properties.Keys);
        Assert.Equal(0, use.Training.Count);
        Assert.Equal("'last.safetensors' holds weights but no place in a run: only last.safetensors can be resumed; "
            + "start a new run with --weights instead.",
            Assert.Throws<EspalierException>(() => TrainingCheckpoint.ReadState(use, Path)).Message);
    }

    [Fact]
    public void The_average_is_kept_where_the_weights_for_use_are_others()
    {
        using var live = Network(1);
        using var average = Network(2);
        using var optimizer = Optimizer.Create(new OptimizationOptions(), live, 0);
        var used = average.ToWeights();
        used["model.0.conv.weight"] = used["model.0.conv.weight"] with { Values = [.. used["model.0.conv.weight"].Values.Select(_ => 0f)] };
        var use = TrainingCheckpoint.ForUse(Start(used), used, Options, []);
        var last = TrainingCheckpoint.ForResume(use, live, average, optimizer, Begun);

        Assert.Equal(["average/model.0.conv.weight"], last.Training.Names.Where(name => name.StartsWith("average/",
            StringComparison.Ordinal)));
        Same(average.ToWeights(), TrainingCheckpoint.AverageOf(last));
    }

    [Theory]
    [InlineData(OptimizerKind.SGD)]
    [InlineData(OptimizerKind.AdamW)]
    public void Network_and_optimizer_are_brought_back_to_where_they_were(OptimizerKind kind)
    {
        using var live = Network(1);
        using var average = Network(2);
        var rules = new OptimizationOptions { Kind = kind };
        using var optimizer = Optimizer.Create(rules, live, 0);
        Step(live, optimizer, 1);
        var use = TrainingCheckpoint.ForUse(Start(average.ToWeights()), average.ToWeights(), Options, []);
        var last = TrainingCheckpoint.ForResume(use, live, average, optimizer, Begun);
        using var other = Network(9);
        using var memory = Optimizer.Create(rules, other, 0);

        TrainingCheckpoint.Restore(last, other, memory);

        Same(live.ToWeights(), other.ToWeights());
        Same(optimizer.ExportState(), memory.ExportState());
        Step(live, optimizer, 2);
        Step(other, memory, 2);
        Same(live.ToWeights(), other.ToWeights());
    }

    [Theory]
    [InlineData(3, null, true)]
    [InlineData(4, null, false)]
    [InlineData(4, 4, true)]
    [InlineData(3, 2, false)]
    public void A_run_has_done_no_more_epochs_than_it_was_asked_for(int epoch, int? changed, bool isRead)
    {
        var state = Begun with
        {
            Epoch = epoch,
            History = [.. Enumerable.Range(0, epoch).Select(done => Row(done, 0))],
            Changes = changed is { } epochs ? [new RunChange(1, epochs, 0)] : [],
        };
        var last = Last(state);

        if (isRead) Assert.Equal(epoch, TrainingCheckpoint.ReadState(last, Path).State.Epoch);
        else Assert.Equal($"'last.safetensors' is damaged: its options or its state cannot be read (epoch {epoch} of {changed ?? 3}).",
            Assert.Throws<EspalierException>(() => TrainingCheckpoint.ReadState(last, Path)).Message);
    }

    [Theory]
    [InlineData("state", "null")]
    [InlineData("state", "{")]
    [InlineData("options", "{}")]
    [InlineData("history", "[null]")]
    public void A_senseless_text_is_damage(string key, string text)
    {
        var last = Last(Begun);

        Assert.StartsWith("'last.safetensors' is damaged: its options or its state cannot be read (", Assert.Throws<EspalierException>(
            () => TrainingCheckpoint.ReadState(last with { Properties = last.Properties.SetItem(key, text) }, Path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("options")]
    [InlineData("history")]
    public void A_run_is_told_by_its_options_its_state_and_its_epochs(string key) => Assert.Contains("no place in a run",
        Assert.Throws<EspalierException>(() => TrainingCheckpoint.ReadState(Last(Begun) with
        {
            Properties = Last(Begun).Properties.Remove(key),
        }, Path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_that_do_not_suit_the_network_are_damage()
    {
        var last = Last(Begun);
        var odd = last.Properties["options"].Replace("\"ImageSize\":64", "\"ImageSize\":65", StringComparison.Ordinal);

        Assert.Contains("is damaged: its options or its state cannot be read", Assert.Throws<EspalierException>(
            () => TrainingCheckpoint.ReadState(last with { Properties = last.Properties.SetItem("options", odd) }, Path)).Message,
            StringComparison.Ordinal);
    }

    private static Checkpoint Last(TrainingState state)
    {
        using var network = Network(1);
        using var optimizer = Optimizer.Create(new OptimizationOptions(), network, 0);
        var use = TrainingCheckpoint.ForUse(Start(network.ToWeights()), network.ToWeights(), Options, state.History);
        return TrainingCheckpoint.ForResume(use, network, network, optimizer, state);
    }

    private static Checkpoint Start(Weights weights) =>
        new() { Graph = Graph, Weights = weights, ClassNames = ["digit"], ImageSize = 64 };

    private static ExecutableNetwork Network(ulong seed) => new(Graph, WeightInitializer.Initialize(Graph, seed));

    private static void Step(ExecutableNetwork network, Optimizer optimizer, double gradient)
    {
        using var guard = TorchSharp.torch.no_grad();
        foreach (var group in network.ParameterGroups) group.Gradients.Values.fill_(gradient);
        optimizer.Step(new ScheduledRates(.1, .1, .9, 1));
    }

    private static void Same(Weights expected, Weights actual)
    {
        Assert.Equal(expected.Names.Order(), actual.Names.Order());
        Assert.All(expected.Names, name => Assert.Equal(expected[name].Values, actual[name].Values));
    }

    /// <summary>An epoch of some fitness.</summary>
    private static EpochRecord Row(int epoch, double fitness) => new()
    {
        Epoch = epoch,
        TrainingLoss = default,
        ValidationLoss = default,
        Precision = 0,
        Recall = 0,
        MeanAveragePrecision50 = fitness,
        MeanAveragePrecision = fitness,
        LearningRates = [0, 0, 0],
        TrainingSeconds = 1,
        ValidationSeconds = 1,
        PicturesPerSecond = 1,
        ResidentBytes = 1,
        LiveTensors = 1,
    };
}
