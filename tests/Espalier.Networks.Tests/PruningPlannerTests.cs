using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Tests;

public class PruningPlannerTests
{
    private const int Side = 64;

    [Theory]
    [InlineData(.10, 1_515_813)]
    [InlineData(.30, 1_059_663)]
    [InlineData(.50, 700_485)]
    [InlineData(.70, 467_940)]
    public void Classic_slimming_leaves_the_original_parameters(double ratio, int parameters)
    {
        // The oracle's γ, and its rule: the threshold is the sorted γ at ⌊ratio · count⌋, and what reaches it stays.
        var (network, analysis) = Oracle();
        var options = new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, 1),
            ImageSize = Side,
            Rounding = 1,
            Fewest = 1,
            NormalizePerLayer = false,
            KeepShortcuts = true,
        };
        var kept = Shortcuts.Of(network.Graph);
        var prunable = analysis.Groups.Where(group => !group.Producers.Any(kept.Contains)).Sum(group => group.Width);
        Assert.Equal(3712, prunable);
        var keep = 1 - Math.Floor(ratio * prunable) / analysis.FreeChannels;
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.BatchNormScale(network),
            options with { Target = new KeepShare(PruningMeasure.Channels, keep) });

        Assert.InRange(plan.After.Parameters, parameters * 0.999, parameters * 1.001);
        Assert.Equal(plan.After.Parameters, Surgery.Cut(network, plan.Removal(analysis)).Graph.Summarize(Side).Parameters);
    }

    [Fact]
    public void Widths_left_at_30_percent_are_the_original_ones()
    {
        int[] expected =
        [
            12, 22, 16, 11, 22, 16, 16, 45, 32, 22, 45, 32, 32, 32, 32, 89, 64, 46, 91, 64, 64, 64, 64, 64, 64, 181, 128,
            90, 179, 128, 128, 90, 178, 90, 46, 45, 87, 46, 43, 45,
            21, 22, 42, 20, 22, 44, 46, 45, 90, 46, 44, 91, 90, 90, 181, 90, 90,
        ];
        var (network, analysis) = Oracle();
        var options = new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, 1 - Math.Floor(.3 * 3712) / analysis.FreeChannels),
            ImageSize = Side,
            Rounding = 1,
            Fewest = 1,
            NormalizePerLayer = false,
            KeepShortcuts = true,
        };
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.BatchNormScale(network), options);
        var cut = Surgery.Cut(network, plan.Removal(analysis));
        var widths = cut.Graph.State().Where(item => item.Kind == StateKind.BatchNormWeight).Select(item => item.Shape[0]).ToArray();

        Assert.Equal(expected.Length, widths.Length);
        for (var i = 0; i < widths.Length; i++) Assert.InRange(widths[i], expected[i] - 1, expected[i] + 1);
    }

    [Theory]
    [InlineData(PruningMeasure.Channels, .6)]
    [InlineData(PruningMeasure.Parameters, .4)]
    [InlineData(PruningMeasure.Operations, .3)]
    public void A_target_is_reached_with_the_floors_and_multiples_that_were_asked_for(PruningMeasure measure, double keep)
    {
        var (network, analysis) = Oracle();
        foreach (var uniform in new[] { false, true })
        {
            var plan = PruningPlanner.Plan(analysis, ChannelImportance.KernelNorm(network),
                new PruningOptions { Target = new KeepShare(measure, keep), ImageSize = Side, Uniform = uniform });

            Assert.InRange(plan.Reached, keep - 0.05, keep);
            Assert.All(plan.Groups, group => Assert.True(group.Kept >= 8 && group.Kept % 8 == 0, $"{group.Layers[0]} keeps {group.Kept}"));
        }
    }

    [Fact]
    public void Scores_per_cost_reach_a_target_with_fewer_channels()
    {
        var (network, analysis) = Oracle();
        var options = new PruningOptions { Target = new KeepShare(PruningMeasure.Operations, .4), ImageSize = Side };
        var plain = PruningPlanner.Plan(analysis, ChannelImportance.KernelNorm(network), options);
        var perCost = PruningPlanner.Plan(analysis, ChannelImportance.KernelNorm(network), options with { PerCost = true });

        Assert.InRange(perCost.Reached, .35, .4);
        Assert.True(perCost.After.Channels > plain.After.Channels, $"{perCost.After.Channels} of {plain.After.Channels}");
    }

    [Fact]
    public void A_threshold_takes_every_channel_below_it_and_no_other()
    {
        var (network, analysis) = Oracle();
        var importance = ChannelImportance.BatchNormScale(network);
        var options = new PruningOptions
        {
            Target = new ScoreThreshold(.5),
            ImageSize = Side,
            Rounding = 1,
            Fewest = 1,
            NormalizePerLayer = false,
        };
        var removed = PruningPlanner.Plan(analysis, importance, options).Variables(analysis);
        var scores = importance.Gather(analysis, false);

        Assert.Equal(PruningPlanner.CountBelow(analysis, importance, options, .5), scores.Count(pair => pair.Value < .5));
        Assert.All(removed, variable => Assert.True(scores[variable] < .5));
        var spared = scores.Where(pair => pair.Value < .5 && !removed.Contains(pair.Key)).Select(pair => pair.Key).ToHashSet();
        Assert.All(analysis.Groups, group => Assert.True(group.Variables.Count(spared.Contains) <= 1));
    }

    [Theory]
    [InlineData(0, false, false, "must be a number above 0")]
    [InlineData(.5, true, false, "does not go with keeping the same share of each")]
    [InlineData(.5, false, true, "does not go with scores per cost")]
    public void A_threshold_that_makes_no_sense_is_refused(double threshold, bool uniform, bool perCost, string expected)
    {
        var options = new PruningOptions { Target = new ScoreThreshold(threshold), ImageSize = Side, Uniform = uniform, PerCost = perCost };
        Assert.Contains(expected, Assert.Throws<OptionException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_cannot_be_reached_names_the_nearest()
    {
        var (network, analysis) = Oracle();
        var options = new PruningOptions { Target = new KeepShare(PruningMeasure.Operations, .001), ImageSize = Side };
        var exception = Assert.Throws<EspalierException>(() => PruningPlanner.Plan(analysis,
            ChannelImportance.BatchNormScale(network), options));

        Assert.Matches(
            @"^0\.001 of the operations cannot be reached with at least 8 channels a layer in multiples of 8: 0\.\d+ is the least\.$",
            exception.Message
        );
        var least = double.Parse(exception.Message.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(least, PruningPlanner.Plan(analysis, ChannelImportance.BatchNormScale(network),
            options with { Target = new KeepShare(PruningMeasure.Operations, least + 1e-4) }).Reached, 1e-4);
    }

    [Fact]
    public void The_least_important_go_first()
    {
        var (network, analysis) = Oracle();
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.BatchNormScale(network), new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, .7),
            ImageSize = Side,
            Rounding = 1,
            Fewest = 1,
            NormalizePerLayer = false,
        });
        var scores = ChannelImportance.BatchNormScale(network).Gather(analysis, perLayer: false);
        var removed = plan.Variables(analysis);

        Assert.True(removed.Max(variable => scores[variable]) <= scores.Where(entry => !removed.Contains(entry.Key))
            .Min(entry => entry.Value));
    }

    [Fact]
    public void Layers_to_keep_stay_whole()
    {
        var (network, analysis) = Oracle();
        var options = new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, .6),
            ImageSize = Side,
            KeepLayers = ["model.0", "model.9"],
        };
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.Random(network, 1), options);

        Assert.All(plan.Groups.Where(group => group.Layers[0].StartsWith("model.0.", StringComparison.Ordinal)
            || group.Layers[0].StartsWith("model.9.", StringComparison.Ordinal)), group => Assert.Empty(group.Removed));
        Assert.Equal("There is no layer 'model.99' to keep.", Assert.Throws<OptionException>(() => PruningPlanner.Plan(analysis,
            ChannelImportance.Random(network, 1), options with { KeepLayers = ["model.99"] })).Message);
    }

    [Fact]
    public void A_plan_is_written_and_read()
    {
        var (network, analysis) = Oracle();
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.Random(network, 1),
            new PruningOptions { Target = new KeepShare(PruningMeasure.Operations, .5), ImageSize = Side });
        var read = PruningPlan.Parse(plan.ToJson(), "plan.json");

        Assert.Equal(plan.Variables(analysis).Order(), read.Variables(analysis).Order());
        Assert.Equal(plan.After, read.After);
        Assert.Throws<GraphException>(() => PruningPlan.Parse("{}", "plan.json"));
        Assert.Throws<GraphException>(() => PruningPlan.Parse("no plan", "plan.json"));
        Assert.All(
            [
                "null", """{"groups": null}""", """{"groups": [null]}""", """{"groups": [{"layers": null, "width": 8, "removed": []}]}""",
                """{"groups": [{"layers": [null], "width": 8, "removed": []}]}""", """{"groups": [{"width": 8}]}""",
                """{"groups": [{"layers": ["a"], "width": -8, "removed": []}]}""",
                """{"asked": null, "groups": []}""", """{"asked": {"measure": 77, "share": 0.5}, "groups": []}""",
                """{"imageSize": -1, "groups": []}""",
            ],
            senseless =>
                Assert.StartsWith(
                    "plan.json is no plan",
                    Assert.Throws<GraphException>(() => PruningPlan.Parse(senseless, "plan.json")).Message,
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("another network", Assert.Throws<GraphException>(() => plan.Variables(
            ChannelAnalysis.Of(GraphBuilder.Expand(Architecture.Load("yolov5s"), 10)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PruningMeasure.Operations)]
    [InlineData(PruningMeasure.Parameters)]
    [InlineData(PruningMeasure.Channels)]
    public void An_edited_plan_is_counted_as_its_groups_stand(PruningMeasure measure)
    {
        var (network, analysis) = Oracle();
        var random = ChannelImportance.Random(network, 1);
        var plan = PruningPlanner.Plan(analysis, random, new PruningOptions { Target = new KeepShare(measure, .5), ImageSize = Side });
        Assert.Equal(plan.ToJson(), plan.Counted(analysis, Side).ToJson());

        var edited = plan with { Groups = [.. plan.Groups.Select((group, index) => index % 2 == 0 ? group : group with { Removed = [] })] };
        var counted = edited.Counted(analysis, Side);
        var cut = Surgery.Cut(network, edited.Removal(analysis)).Graph.Summarize(Side);
        Assert.Equal((cut.Parameters, cut.MultiplyAdds), (counted.After.Parameters, counted.After.MultiplyAdds));
        Assert.Equal(plan.Before, counted.Before);
        Assert.Equal(counted.After.ShareOf(plan.Before, measure), counted.Reached);
        Assert.True(counted.Reached > plan.Reached);
    }

    [Fact]
    public void A_file_of_nothing_but_groups_is_a_plan()
    {
        var (_, analysis) = Oracle();
        var first = analysis.Graph.Nodes[analysis.Groups[0].Producers[0]].Name;
        var read = PruningPlan
            .Parse($$"""{"groups": [{"layers": ["{{first}}"], "width": {{analysis.Groups[0].Width}}, "removed": [0, 2]}]}""", "plan.json")
            .Counted(analysis, Side);

        Assert.Equal(analysis.FreeChannels - 2, read.After.Channels);
        Assert.Equal(read.After.ShareOf(read.Before, PruningMeasure.Operations), read.Asked.Number);
        Assert.Equal(read.ToJson(), PruningPlan.Parse(read.ToJson(), "plan.json").ToJson());
    }

    [Fact]
    public void Groups_that_begin_with_the_same_layer_are_told_apart()
    {
        // A ghost bottleneck, whose halves are alike, is added to parts of unlike widths: of the wider one some channels are equal to each
        // other, some to the narrower one's.
        var analysis = ChannelAnalysis.Of(GraphBuilder.Expand(Architecture.Parse("ghost", """
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: 3
            backbone:
              - [-1, 1, Conv, [24, 3, 2]]
              - [-1, 1, Conv, [8, 1, 1]]
              - [[0, 1], 1, Concat, [1]]
              - [-1, 1, GhostBottleneck, [32]]
            head: [[-1, 1, Detect, [nc, anchors]]]
            """)));
        var removed = new HashSet<int> { analysis.Groups[0].Variables[1], analysis.Groups[1].Variables[2] };
        var nothing = PruningPlan.Nothing(analysis, Side, new KeepShare(PruningMeasure.Channels, 1));
        var plan = nothing with { Groups = PlannedGroup.Of(new Removal(analysis, removed)) };

        Assert.Equal(analysis.Groups[0].Producers[0], analysis.Groups[1].Producers[0]);
        Assert.Equal(removed.Order(), PruningPlan.Parse(plan.ToJson(), "plan.json").Variables(analysis).Order());
    }

    [Fact]
    public void The_last_channel_of_a_layer_saves_nothing_for_it_never_goes()
    {
        var (network, analysis) = Oracle();
        var removed = analysis.Groups[3].Variables.Skip(1).ToHashSet();
        var narrow = ChannelAnalysis.Of(Surgery.Cut(network, new Removal(analysis, removed)).Graph);
        Assert.Equal(1, narrow.Groups[3].Width);

        var savings = PruningPlanner.Savings(narrow, Side);

        Assert.Equal(new PruningCost(0, 0, 0), savings[3]);
        Assert.All(savings.RemoveAt(3), saving => Assert.True(saving.MultiplyAdds > 0));
    }

    /// <summary>yolov5n of ten classes with the oracle's γ_j[k] = |sin(0.37 k + 1.3 j)|, batch norms in state-dict order.</summary>
    private static (Network Network, ChannelAnalysis Analysis) Oracle()
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10);
        var weights = DeterministicWeights.For(graph);
        var norm = 0;
        foreach (var item in graph.State().Where(item => item.Kind == StateKind.BatchNormWeight))
        {
            var values = weights[item.Name].Values;
            for (var k = 1; k <= values.Length; k++) values[k - 1] = (float)Math.Abs(Math.Sin((0.37 * k) + (1.3 * norm)));
            norm++;
        }

        return (new Network(graph, weights), ChannelAnalysis.Of(graph));
    }
}
