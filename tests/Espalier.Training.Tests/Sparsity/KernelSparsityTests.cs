using System.Globalization;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Tests.Runs;

namespace Espalier.Training.Tests;

public sealed class KernelSparsityTests
{
    // Eight output channels of 3 × 1 × 1 and a head of six channels that reads them.
    private const string Table = """
        nc: 1
        depth_multiple: 1
        width_multiple: 1
        anchors: [[8, 8]]
        backbone: [[-1, 1, nn.Conv2d, [8, 1, 1]]]
        head: [[-1, 1, Detect, [nc, anchors]]]
        """;

    private const string Kernel = "model.0.weight";
    private const string Head = "model.1.m.0.weight";

    // The first channel has the norm 5, the second is zero but for one weight, the others are zero.
    private static readonly float[] Values = [3, 0, -4, 0, 0.25f, 0, .. new float[18]];

    [Fact]
    public void L1_adds_the_rate_times_the_sign_of_every_weight_of_every_kernel()
    {
        using var network = Tiny();
        Penalty(network, KernelPenaltyKind.L1, SparsityStep.SubGradient, 0.5).AddToGradients();

        Assert.Equal([0.5f, 0, -0.5f, 0, 0.5f, .. new float[19]], Gradient(network, Kernel));
        Assert.All(Value(network, Head).Zip(Gradient(network, Head)), pair => Assert.Equal(0.5f * Math.Sign(pair.First), pair.Second));
        Assert.All(Gradient(network, "model.1.m.0.bias"), gradient => Assert.Equal(0, gradient));
    }

    [Theory]
    [InlineData(SparsePart.Kernels, ParameterKind.ConvolutionWeight)]
    [InlineData(SparsePart.BatchNormScales, ParameterKind.BatchNormScale)]
    internal void Zeros_are_taken_over_of_all_that_is_penalized_transposed_convolutions_too(SparsePart part, ParameterKind kind)
    {
        var graph = GraphBuilder.Expand(BlockTables.All);
        Assert.Contains(graph.Nodes, node => node is ConvTransposeNode);
        using var network = new ExecutableNetwork(graph, WeightInitializer.Initialize(graph, 0));

        Assert.Equal(
            network.ParameterGroups.Single(group => group.Kind == kind).Values.Slots.Select(slot => slot.Name),
            new SparsityOptions { On = part }.Penalized(graph));
    }

    [Fact]
    public void Group_adds_the_rate_times_the_direction_of_every_channel_and_leaves_heads_alone()
    {
        using var network = Tiny();
        Penalty(network, KernelPenaltyKind.Group, SparsityStep.SubGradient, 0.5).AddToGradients();

        Close(0.3f, 0, -0.4f, 0, 0.5f)(Gradient(network, Kernel));
        Assert.All(Gradient(network, Head), gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void Proximal_l1_moves_every_weight_by_rate_times_learning_rate_and_stops_at_zero()
    {
        using var network = Tiny();
        var head = Value(network, Head);
        Penalty(network, KernelPenaltyKind.L1, SparsityStep.Proximal, 5).Shrink(0.1);

        Close(2.5f, 0, -3.5f, 0, 0)(Value(network, Kernel));
        Assert.Equal(0, Value(network, Kernel)[4]);
        Assert.All(head.Zip(Value(network, Head)),
            pair => Assert.Equal(Math.Max(Math.Abs(pair.First) - 0.5f, 0), Math.Abs(pair.Second), 1e-6f));
    }

    [Fact]
    public void Proximal_group_shortens_every_channel_by_rate_times_learning_rate_and_stops_at_zero()
    {
        using var network = Tiny();
        var head = Value(network, Head);
        Penalty(network, KernelPenaltyKind.Group, SparsityStep.Proximal, 5).Shrink(0.1);

        // 5 → 4.5 along the same direction; .25 → 0.
        Close(2.7f, 0, -3.6f, 0, 0)(Value(network, Kernel));
        Assert.All(Value(network, Kernel)[3..], weight => Assert.Equal(0, weight));
        Assert.Equal(head, Value(network, Head));
    }

    [Fact]
    public void Channels_of_every_layout_are_groups_of_the_right_weights()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var before = network.ToWeights();
        Penalty(network, KernelPenaltyKind.Group, SparsityStep.Proximal, 1).Shrink(0.05);
        var after = network.ToWeights();

        var heads = network.Graph.Detect.Inputs.Select(input => network.Graph.Nodes[input].Name).ToHashSet();
        foreach (var convolution in network.Graph.Nodes.OfType<ConvNode>())
        {
            var (old, now) = (before[$"{convolution.Name}.weight"], after[$"{convolution.Name}.weight"]);
            var each = old.Values.Length / convolution.OutChannels;
            for (var channel = 0; channel < convolution.OutChannels; channel++)
            {
                var (from, to) = (Norm(old, channel, each), Norm(now, channel, each));
                Assert.Equal(heads.Contains(convolution.Name) ? from : Math.Max(from - 0.05, 0), to, 1e-5);
            }
        }

        static double Norm(WeightArray kernel, int channel, int each) =>
            Math.Sqrt(kernel.Values.Skip(channel * each).Take(each).Sum(weight => (double)weight * weight));
    }

    [Fact]
    public void Frozen_kernels_are_left_alone()
    {
        var graph = Graph();
        using var network = new ExecutableNetwork(graph, Weights(graph), isFrozen: name => name == Kernel);
        var before = Value(network, Kernel);
        foreach (var kind in Enum.GetValues<KernelPenaltyKind>()) Penalty(network, kind, SparsityStep.Proximal, 5).Shrink(0.1);

        Assert.Equal(before, Value(network, Kernel));
        Assert.Equal(0, Penalty(network, KernelPenaltyKind.Group, SparsityStep.Proximal, 5).MeanSize());
    }

    [Fact]
    public void Mean_size_is_that_of_what_must_fall()
    {
        using var network = Tiny();
        var all = Values.Concat(Value(network, Head)).ToList();

        Assert.Equal(all.Average(Math.Abs), Penalty(network, KernelPenaltyKind.L1, SparsityStep.Proximal, 1).MeanSize(), 1e-6);
        Assert.Equal(5.25 / 8, Penalty(network, KernelPenaltyKind.Group, SparsityStep.Proximal, 1).MeanSize(), 1e-6);
    }

    [Fact]
    public void Zeros_are_counted_by_weights_and_by_channels()
    {
        var graph = Graph();
        var weights = Weights(graph);
        (weights[Kernel].Values[0], weights[Kernel].Values[4]) = (5e-4f, -0f);
        var zeros = KernelZeros.Of(graph, weights);

        Assert.Equal(new KernelZeros(24 + 48, 22, 23.0 / 72, 8 + 6, 7), zeros);
        Assert.Equal(22.0 / 72, zeros.ZeroShare);
    }

    [Theory]
    [InlineData(KernelPenaltyKind.L1)]
    [InlineData(KernelPenaltyKind.Group)]
    public void A_run_with_sparse_kernels_counts_its_zeros_and_its_best_is_smaller(KernelPenaltyKind kind)
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            HyperParameters = Hot(small),
            Sparsity = new SparsityOptions
            {
                Rate = kind == KernelPenaltyKind.L1 ? 0.05 : 1,
                On = SparsePart.Kernels,
                KernelPenalty = kind,
                Step = SparsityStep.Proximal,
            },
        };
        var (dense, sparse) = (small.Train(options), small.Train(options with { SparseStorage = true }));
        var (denseBest, sparseBest) = (new FileInfo(dense.Folder.Best).Length, new FileInfo(sparse.Folder.Best).Length);
        var last = Checkpoint.Load(sparse.Folder.Last);

        Assert.All(sparse.History, epoch => Assert.Null(epoch.Scales));
        Assert.Equal(sparse.History[^1].Kernels, KernelZeros.Of(last.Graph, last.Weights));
        Assert.True(sparse.History[^1].Kernels!.ZeroShare > 0.1, $"{sparse.History[^1].Kernels}");
        Assert.Equal(kind == KernelPenaltyKind.Group, sparse.History[^1].Kernels!.ZeroChannels > 8);

        // Nothing is found in so short a run, so that the first epoch is the best: whole channels are not zero by then.
        Assert.InRange(sparseBest, 0, kind == KernelPenaltyKind.L1 ? denseBest - 1000 : denseBest);
        Bits.RequireSame(dense.Folder, sparse.Folder);
        var columns = ResultsCsv.Format(sparse.History).Split('\n')[0];
        Assert.EndsWith(",memory/resident_mb,kernels/zeros,kernels/zero_share,kernels/near_zero,kernels/zero_channels,x/sparsity",
            columns, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KernelPenaltyKind.L1, SparsityStep.SubGradient)]
    [InlineData(KernelPenaltyKind.L1, SparsityStep.Proximal)]
    [InlineData(KernelPenaltyKind.Group, SparsityStep.SubGradient)]
    [InlineData(KernelPenaltyKind.Group, SparsityStep.Proximal)]
    public void A_run_that_was_stopped_in_mid_epoch_goes_on_as_if_it_had_not_been(KernelPenaltyKind kind, SparsityStep step)
    {
        using var small = new SmallRun();

        // Weights cross zero and come back all the time: the moving average must not forget them because the run was stopped.
        var options = small.Options with
        {
            SparseStorage = true,
            HyperParameters = Hot(small),
            Sparsity = new SparsityOptions
            {
                Rate = kind == KernelPenaltyKind.L1 ? 0.05 : 1,
                On = SparsePart.Kernels,
                KernelPenalty = kind,
                Step = step,
                Schedule = SparsitySchedule.Decaying,
            },
        };
        var undisturbed = small.Train(options);
        var stopped = small.PathOf("other");
        var end = StopEveryBatch(options, stopped);

        Bits.RequireSame(undisturbed.Folder, end.Folder);
        Assert.Equal(Bits.Timeless(undisturbed.History), Bits.Timeless(end.History));
        Assert.Equal(undisturbed.History[^1].Kernels, end.History[^1].Kernels);
    }

    [Fact]
    public void Scales_that_come_back_from_zero_are_resumed_exactly_too()
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            Sparsity = new SparsityOptions
            {
                Rate = 1,
                Step = SparsityStep.Proximal,
                Schedule = SparsitySchedule.Decaying,
            },
            HyperParameters = Hot(small),
        };

        Bits.RequireSame(small.Train(options).Folder, StopEveryBatch(options, small.PathOf("other")).Folder);
    }

    [Theory]
    [InlineData(KernelPenaltyKind.L1, "a weight can fall by at most ", " times the present mean |w| of ")]
    [InlineData(KernelPenaltyKind.Group, "the norm of a channel's kernel can fall by at most ", " times the present mean norm of ")]
    public void The_reach_is_told_beside_the_present_size(KernelPenaltyKind kind, string what, string beside)
    {
        using var small = new SmallRun();
        var notes = new Notes();
        var sparsity = new SparsityOptions { Rate = 1e-4, On = SparsePart.Kernels, KernelPenalty = kind };
        var options = small.Options with { Epochs = 1, Sparsity = sparsity };
        small.Train(options, notes);
        var schedule = new LearningRateSchedule(options.HyperParameters.Optimization, 1, 3, 4);
        var reach = sparsity.Reach(schedule, options.HyperParameters.Optimization.Momentum, 1, 3, 1);
        var note = Assert.Single(notes.All, note => note.StartsWith("Sparsity 0.0001 on kernels: ", StringComparison.Ordinal));

        Assert.Contains(what + reach.ToString("0.####", CultureInfo.InvariantCulture), note, StringComparison.Ordinal);
        Assert.Contains(beside, note, StringComparison.Ordinal);
        Assert.Contains("the mean one does not reach zero by itself, which takes more steps or a higher learning rate, whatever the "
            + "sparsity rate", note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_that_reaches_zero_is_named_where_there_is_one()
    {
        using var small = new SmallRun();
        var notes = new Notes();
        small.Train(
            small.Options with
            {
                Epochs = 1,
                HyperParameters = Hot(small),
                Sparsity = new SparsityOptions { Rate = 1e-4, On = SparsePart.Kernels },
            },
            notes
        );

        Assert.Contains(
            notes.All,
            note =>
                System.Text.RegularExpressions.Regex.IsMatch(
                    note,
                    @"^Sparsity 0\.0001 on kernels: .*, 0\.0\d? times the present mean \|w\| of 0\.\d+; "
                        + @"the mean one does not reach zero by itself, which takes a rate of \d\.\de-\d$"
                )
        );
    }

    [Fact]
    public void Steering_of_kernels_is_refused()
    {
        var options = new SparsityOptions { NearZeroShare = 0.5, On = SparsePart.Kernels };

        Assert.Equal("Only the sparsity of batch-norm scales can be steered; a penalty on kernels needs a rate.",
            Assert.Throws<OptionException>(() => options.Validate(OptimizerKind.SGD)).Message);
    }

    private static HyperParameters Hot(SmallRun small) =>
        small.Options.HyperParameters with
        {
            Optimization = small.Options.HyperParameters.Optimization with { LearningRate = 0.1, WarmupEpochs = 0 },
        };

    /// <summary>Carries a run through, stopping it after every batch.</summary>
    private static TrainingOutcome StopEveryBatch(TrainingOptions options, string project)
    {
        TrainingOutcome outcome;
        using (var source = new CancellationTokenSource())
            outcome = Trainer.Start(options, project, "train", [new StopAfterBatch(source)]).Run(source.Token);
        var stops = 1;
        while (outcome.End == TrainingEnd.Interrupted)
        {
            using var source = new CancellationTokenSource();
            outcome = Trainer.Resume(outcome.Folder.Last, [new StopAfterBatch(source)]).Run(source.Token);
            Assert.True(++stops < 50, "it does not end");
        }

        Assert.True(stops > 3);
        return outcome;
    }

    private static SparsityPenalty Penalty(ExecutableNetwork network, KernelPenaltyKind kind, SparsityStep step, double rate)
    {
        network.ZeroGradients();
        var penalty = SparsityPenalty.Create(network, new SparsityOptions { On = SparsePart.Kernels, KernelPenalty = kind, Step = step });
        Assert.Equal(ParameterKind.ConvolutionWeight, penalty.Kind);
        penalty.Rate = rate;
        return penalty;
    }

    private static Graph Graph() => GraphBuilder.Expand(Architecture.Parse("tiny", Table));

    private static Weights Weights(Graph graph)
    {
        var weights = DeterministicWeights.For(graph);
        Values.CopyTo(weights[Kernel].Values, 0);
        return weights;
    }

    private static ExecutableNetwork Tiny()
    {
        var graph = Graph();
        return new ExecutableNetwork(graph, Weights(graph)) { Mode = ExecutionMode.Training };
    }

    private static float[] Value(ExecutableNetwork network, string name) => network.ToWeights()[name].Values;

    private static float[] Gradient(ExecutableNetwork network, string name)
    {
        var all = new Weights();
        foreach (var group in network.ParameterGroups) group.Gradients.CopyTo(all);
        return all[name].Values;
    }

    private static Action<float[]> Close(params float[] expected) => actual =>
    {
        // What is not named is zero.
        for (var i = 0; i < actual.Length; i++) Assert.Equal(i < expected.Length ? expected[i] : 0, actual[i], 1e-6f);
    };

    private sealed class StopAfterBatch(CancellationTokenSource source) : ITrainingListener
    {
        public void OnBatch(BatchTrained trained) => source.Cancel();
    }

    private sealed class Notes : ITrainingListener
    {
        public List<string> All { get; } = [];

        public void OnNote(string note) => All.Add(note);
    }
}
