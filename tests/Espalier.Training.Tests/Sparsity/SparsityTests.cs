using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Tests.Runs;
using static TorchSharp.torch;

namespace Espalier.Training.Tests;

public sealed class SparsityTests
{
    [Fact]
    public void The_sub_gradient_adds_the_rate_times_the_sign()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var scales = network.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale);
        using (no_grad()) scales.Values.Values[0] = tensor(-0.5f);
        network.ZeroGradients();
        Penalty(network, SparsityStep.SubGradient, 0.01).AddToGradients();
        var (values, gradients) = (scales.Values.Values.data<float>().ToArray(), scales.Gradients.Values.data<float>().ToArray());

        Assert.All(values.Zip(gradients), pair => Assert.Equal(0.01f * Math.Sign(pair.First), pair.Second, 1e-9f));
        Assert.Equal(-0.01f, gradients[0], 1e-9f);
    }

    [Fact]
    public void The_proximal_step_shrinks_and_stops_at_zero()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var values = network.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale).Values.Values;
        using (no_grad()) values[0] = tensor(-0.0005f);
        var before = values.data<float>().ToArray();
        Penalty(network, SparsityStep.Proximal, 0.1).Shrink(0.01);
        var after = values.data<float>().ToArray();

        Assert.Equal(0, after[0]);
        Assert.All(before.Zip(after).Where(pair => Math.Abs(pair.First) > 0.01),
            pair => Assert.Equal(Math.Abs(pair.First) - 0.001f, Math.Abs(pair.Second), 1e-6f));
    }

    [Theory]
    [InlineData(SparsitySchedule.Constant, 1, 1)]
    [InlineData(SparsitySchedule.Decaying, 1, .19)]
    [InlineData(SparsitySchedule.Ramped, .1, 1)]
    public void The_rate_follows_its_schedule(SparsitySchedule schedule, double first, double last)
    {
        var options = new SparsityOptions { Rate = 1, Schedule = schedule };

        Assert.Equal(first, options.RateAt(0, 10), 1e-12);
        Assert.Equal(last, options.RateAt(9, 10), 1e-12);
    }

    [Fact]
    public void The_reach_of_the_reference_recipe_is_233_rates()
    {
        // Facts: |γ| can fall by at most about 233 λ over 40 epochs of 71 updates.
        var schedule = new LearningRateSchedule(new OptimizationOptions(), 40, 71, 64);
        var reach = new SparsityOptions { Rate = 1e-3 }.Reach(schedule, 0.937, 40, 71, 1);

        Assert.InRange(reach, 0.2, 0.24);
        Assert.Equal(reach * (1 - 0.937),
            new SparsityOptions { Rate = 1e-3, Step = SparsityStep.Proximal }.Reach(schedule, 0.937, 40, 71, 1), 1e-12);
    }

    [Theory]
    [InlineData(SparsityStep.SubGradient)]
    [InlineData(SparsityStep.Proximal)]
    public void A_sparse_run_thins_out_and_says_so_every_epoch(SparsityStep step)
    {
        using var small = new SmallRun();
        var plain = small.Train(small.Options);
        var sparse = small.Train(small.Options with { Sparsity = new SparsityOptions { Rate = 1, Step = step } });

        Assert.All(plain.History, epoch => Assert.Null(epoch.Scales));
        Assert.Equal(3, sparse.History.Count(epoch => epoch.Scales is not null));
        Assert.True(sparse.History[^1].Scales!.Median < Scales(plain).Median);
        Assert.Contains("scales/near_zero", ResultsCsv.Format(sparse.History).Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal(sparse.History[^1].Scales, Scales(sparse));
    }

    [Fact]
    public void A_sparse_run_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        using var small = new SmallRun();
        var options = small.Options with
        {
            Sparsity = new SparsityOptions
            {
                Rate = 0.05,
                Schedule = SparsitySchedule.Decaying,
                Step = SparsityStep.Proximal,
            },
        };
        var undisturbed = small.Train(options);
        using var source = new CancellationTokenSource();
        var stopped = small.Start(options, new StopAfterFirstEpoch(source)).Run(source.Token);
        Assert.Equal(TrainingEnd.Interrupted, stopped.End);
        SmallRun.Resume(stopped.Folder);

        Bits.RequireSame(undisturbed.Folder, stopped.Folder);
    }

    [Fact]
    public void What_is_kept_of_a_sparse_run_has_statistics_of_its_own_weights()
    {
        using var small = new SmallRun();
        var options = small.Options with { Sparsity = new SparsityOptions { Rate = 1, Step = SparsityStep.Proximal } };
        var kept = Checkpoint.Open(small.Train(options).Folder.Best);

        var data = TrainingData.Scan(options, _ => { }, TestContext.Current.CancellationToken);
        var (loader, _) = data.Loaders(options, kept.Stride, BatchPart.Whole, _ => { });
        var anew = BatchNormCalibration.Run(kept, loader.Epoch(0, cancellationToken: TestContext.Current.CancellationToken)
            .Take((256 + options.BatchSize - 1) / options.BatchSize), CPU);
        Assert.All(kept.Graph.Nodes.OfType<BatchNormNode>(), norm =>
                Assert.All(
                    kept.Weights[$"{norm.Name}.running_var"].Values.Zip(anew.Weights[$"{norm.Name}.running_var"].Values),
                    pair => Assert.Equal(pair.Second, pair.First, 1e-5f * Math.Max(1, pair.Second))
                )
        );
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(1.6)]
    public void Steering_brings_the_wanted_share_near_zero_whether_scales_resist_or_give_way(double ease)
    {
        var optimization = new OptimizationOptions();
        var schedule = new LearningRateSchedule(optimization, 40, 71, 64);
        var steering = new SparsitySteering(new SparsityOptions { NearZeroShare = 0.5 }, schedule, optimization.Momentum, 40, 71, 1);
        var (history, scale) = (new List<EpochRecord>(), 1.0);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            var rate = steering.RateAt(epoch, history);
            scale = Math.Max(scale - ease * rate * 71 * schedule.At(epoch, epoch * 71L + 35)
                .For(ParameterKind.BatchNormScale) / (1 - optimization.Momentum), 0);
            history.Add(Record(epoch, rate, scale));
        }

        Assert.InRange(scale, 0, 0.1);
        Assert.InRange(history[19].Scales!.Wanted!.Value, 0.02, 0.6);
    }

    [Fact]
    public void Scales_of_frozen_rows_are_not_counted()
    {
        using var small = new SmallRun();
        var options = small.Options with { FreezeRows = 1, Sparsity = new SparsityOptions { NearZeroShare = 0.8 } };
        var outcome = small.Train(options);
        var last = Checkpoint.Load(outcome.Folder.Last);
        var learned = last.Graph.Nodes.OfType<BatchNormNode>().Where(norm => !norm.Name.StartsWith("model.0.", StringComparison.Ordinal))
            .SelectMany(norm => last.Weights[$"{norm.Name}.weight"].Values).Select(Math.Abs);

        Assert.Equal(ScaleQuantiles.Of(learned, 0.8), outcome.History[^1].Scales);
        Assert.NotEqual(ScaleQuantiles.Of(last.Graph, last.Weights, 0.8), outcome.History[^1].Scales);
    }

    [Fact]
    public void A_target_that_was_missed_is_said_with_what_helps()
    {
        using var small = new SmallRun();
        var missed = small.Train(small.Options with { Sparsity = new SparsityOptions { NearZeroShare = 0.5 } }).SparsityShortfall;
        Assert.Matches(@"^The target was missed: 0\.\d % of the scales are near zero, not the 50 % asked for \(\d\d\.\d points too few; "
            + @"the last λ was [\d.e-]+(, the largest there is)?\)\. More epochs or a larger learning rate \(lr0\) help\.$", missed);
        Assert.Null(small.Train(small.Options with { Sparsity = new SparsityOptions { Rate = 0.01 } }).SparsityShortfall);

        var optimization = new OptimizationOptions();
        var schedule = new LearningRateSchedule(optimization, 3, 71, 64);
        var steering = new SparsitySteering(new SparsityOptions { NearZeroShare = 0.5, Step = SparsityStep.Proximal }, schedule,
            optimization.Momentum, 3, 71, 1);
        Assert.Contains("too few; the last λ was 1, the largest there is). More epochs or a larger learning rate (lr0) help, and so "
            + "does SGD", steering.Shortfall([Ending(0.2)], OptimizerKind.AdamW), StringComparison.Ordinal);
        Assert.Null(steering.Shortfall([Ending(0.46)], OptimizerKind.AdamW));

        static EpochRecord Ending(double nearZero) =>
            Record(2, 1, 0.3) with { Scales = new ScaleQuantiles(0.1, 0.3, 0.9, nearZero, 0.3) };
    }

    [Fact]
    public void A_steered_run_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        using var small = new SmallRun();
        var options = small.Options with { Sparsity = new SparsityOptions { NearZeroShare = 0.5 } };
        var steered = small.Train(options);
        Assert.All(steered.History, epoch => Assert.InRange(epoch.SparsityRate!.Value, 1e-6, 1));
        using var source = new CancellationTokenSource();
        var stopped = small.Start(options, new StopAfterFirstEpoch(source)).Run(source.Token);
        SmallRun.Resume(stopped.Folder);
        Bits.RequireSame(steered.Folder, stopped.Folder);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Equal("The sparsity rate must be above 0 and up to 1, but is 0.",
            Assert.Throws<OptionException>(() => new SparsityOptions { Rate = 0 }.Validate(OptimizerKind.SGD)).Message);
        Assert.Contains("0.05…0.95", Assert.Throws<OptionException>(
            () => new SparsityOptions { NearZeroShare = 1 }.Validate(OptimizerKind.SGD)).Message, StringComparison.Ordinal);
        Assert.Contains("proximal", Assert.Throws<OptionException>(() => new SparsityOptions { Rate = 0.1 }.Validate(OptimizerKind.AdamW))
            .Message, StringComparison.Ordinal);
        Assert.Contains(
            "spread by operations",
            Assert
                .Throws<OptionException>(() =>
                    new SparsityOptions
                    {
                        Rate = 0.1,
                        On = SparsePart.Kernels,
                        Spread = PenaltySpread.Operations,
                    }.Validate(OptimizerKind.SGD)
                )
                .Message,
            StringComparison.Ordinal
        );
        new SparsityOptions { Rate = 0.1, Step = SparsityStep.Proximal }.Validate(OptimizerKind.Adam);
    }

    [Fact]
    public void Spread_by_operations_falls_hardest_where_a_channel_costs_most_and_its_mean_stays_the_rate()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var scales = network.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale);
        network.ZeroGradients();
        var penalty = SparsityPenalty.Create(network, new SparsityOptions { Spread = PenaltySpread.Operations });
        penalty.Rate = 0.01;
        penalty.AddToGradients();
        var gradients = scales.Gradients.Values.data<float>().ToArray();
        var slots = scales.Values.Slots.ToDictionary(slot => slot.Name, slot => gradients.AsSpan(slot.Offset, slot.Count)
            .ToArray().Select(Math.Abs).ToArray());

        Assert.Equal(0.01, slots.Values.SelectMany(slot => slot).Average(), 1e-6);
        Assert.All(slots.Values, slot => Assert.Equal(slot[0], slot[^1], 1e-7f));
        var analysis = ChannelAnalysis.Of(network.Graph);
        double Saving(string layer) => analysis.Groups.Zip(PruningPlanner.Savings(analysis, 640))
            .Single(pair => pair.First.Producers.Any(position => network.Graph.Nodes[position].Name == layer)).Second.MultiplyAdds;
        Assert.Equal(Math.Sqrt(Saving("model.0.conv") / Saving("model.7.conv")),
            slots["model.0.bn.weight"][0] / slots["model.7.bn.weight"][0], 1e-4);
        Assert.True(slots["model.0.bn.weight"][0] > 2 * slots["model.7.bn.weight"][0]);
        // Two layers that a shortcut adds bear half each.
        Assert.Equal(slots["model.2.cv1.bn.weight"], slots["model.2.m.0.cv2.bn.weight"]);
        Assert.Equal(Math.Sqrt(Saving("model.2.cv1.conv") / 2 / Saving("model.7.conv")),
            slots["model.2.cv1.bn.weight"][0] / slots["model.7.bn.weight"][0], 1e-4);
    }

    [Fact]
    public void The_proximal_step_spreads_as_well()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var scales = network.ParameterGroups.Single(group => group.Kind == ParameterKind.BatchNormScale).Values;
        using (no_grad()) scales.Values.fill_(1);
        var penalty = SparsityPenalty.Create(network,
            new SparsityOptions { Spread = PenaltySpread.Operations, Step = SparsityStep.Proximal });
        penalty.Rate = 0.1;
        penalty.Shrink(0.01);
        var values = scales.Values.data<float>().ToArray();
        var (first, deep) = (scales.Slots.Single(slot => slot.Name == "model.0.bn.weight"),
            scales.Slots.Single(slot => slot.Name == "model.7.bn.weight"));

        Assert.Equal(0.001, scales.Slots.SelectMany(slot => values.AsSpan(slot.Offset, slot.Count).ToArray())
            .Average(value => 1 - value), 1e-5);
        Assert.True(1 - values[first.Offset] > 2 * (1 - values[deep.Offset]));
    }

    private static SparsityPenalty Penalty(ExecutableNetwork network, SparsityStep step, double rate)
    {
        var penalty = SparsityPenalty.Create(network, new SparsityOptions { Step = step });
        penalty.Rate = rate;
        return penalty;
    }

    private static EpochRecord Record(int epoch, double rate, double wanted) => new()
    {
        Epoch = epoch,
        TrainingLoss = default,
        ValidationLoss = default,
        Precision = 0,
        Recall = 0,
        MeanAveragePrecision50 = 0,
        MeanAveragePrecision = 0,
        LearningRates = [0, 0, 0],
        TrainingSeconds = 0,
        ValidationSeconds = 0,
        PicturesPerSecond = 0,
        ResidentBytes = 0,
        LiveTensors = 0,
        SparsityRate = rate,
        Scales = new ScaleQuantiles(0, 0, 0, 0, wanted),
    };

    private static ScaleQuantiles Scales(TrainingOutcome outcome)
    {
        var last = Checkpoint.Load(outcome.Folder.Last);
        return ScaleQuantiles.Of(last.Graph, last.Weights)!;
    }

    private sealed class StopAfterFirstEpoch(CancellationTokenSource source) : ITrainingListener
    {
        public void OnEpoch(EpochCompleted completed) => source.Cancel();
    }
}
