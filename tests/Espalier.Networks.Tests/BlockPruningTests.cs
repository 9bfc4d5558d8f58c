using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Networks without blocks and levels against the whole ones in which these are silenced, and what plans say of them.</summary>
public sealed class BlockPruningTests
{
    private const int Side = 64;

    /// <summary>The original's yolov5n6: four levels, strides 8 to 64.</summary>
    private const string FourLevels = """
        nc: 10
        depth_multiple: 0.33
        width_multiple: 0.25
        anchors:
          - [19,27, 44,40, 38,94]
          - [96,68, 86,152, 180,137]
          - [140,301, 303,264, 238,542]
          - [436,615, 739,380, 925,792]
        backbone:
          [[-1, 1, Conv, [64, 6, 2, 2]], [-1, 1, Conv, [128, 3, 2]], [-1, 3, C3, [128]], [-1, 1, Conv, [256, 3, 2]], [-1, 6, C3, [256]],
           [-1, 1, Conv, [512, 3, 2]], [-1, 9, C3, [512]], [-1, 1, Conv, [768, 3, 2]], [-1, 3, C3, [768]], [-1, 1, Conv, [1024, 3, 2]],
           [-1, 3, C3, [1024]], [-1, 1, SPPF, [1024, 5]]]
        head:
          [[-1, 1, Conv, [768, 1, 1]], [-1, 1, nn.Upsample, [None, 2, 'nearest']], [[-1, 8], 1, Concat, [1]], [-1, 3, C3, [768, False]],
           [-1, 1, Conv, [512, 1, 1]], [-1, 1, nn.Upsample, [None, 2, 'nearest']], [[-1, 6], 1, Concat, [1]], [-1, 3, C3, [512, False]],
           [-1, 1, Conv, [256, 1, 1]], [-1, 1, nn.Upsample, [None, 2, 'nearest']], [[-1, 4], 1, Concat, [1]], [-1, 3, C3, [256, False]],
           [-1, 1, Conv, [256, 3, 2]], [[-1, 20], 1, Concat, [1]], [-1, 3, C3, [512, False]],
           [-1, 1, Conv, [512, 3, 2]], [[-1, 16], 1, Concat, [1]], [-1, 3, C3, [768, False]],
           [-1, 1, Conv, [768, 3, 2]], [[-1, 12], 1, Concat, [1]], [-1, 3, C3, [1024, False]],
           [[23, 26, 29, 32], 1, Detect, [nc, anchors]]]
        """;

    [Theory]
    [InlineData("yolov5n", 0)]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n-v3", 2)]
    [InlineData("yolov5n-v3", 3)]
    [InlineData("yolov5n6", 4)]
    [InlineData("yolov5n6", 5)]
    public void Random_plans_of_blocks_levels_and_channels_cut_to_what_silencing_gives(string name, int seed) =>
        Assert.InRange(Difference(Open(name), seed), 0, 1e-4);

    /// <summary>Two hundred of them, half with constants folded on; says the largest difference. Takes minutes.</summary>
    [Theory(Explicit = true)]
    [InlineData("yolov5n", 67)]
    [InlineData("yolov5s-v3", 67)]
    [InlineData("yolov5n6", 66)]
    public void Many_random_plans(string name, int plans)
    {
        var network = Open(name);
        var largest = Enumerable.Range(0, plans).Max(seed => Difference(network, seed));
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"{name}: {plans} plans, at most {largest:0.0e+0}"));
        Assert.InRange(largest, 0, 1e-4);
    }

    [Fact]
    public void Blocks_are_bottlenecks_whole_C3s_and_paths_of_the_neck()
    {
        Assert.Equal(
            [
                "model.2.m.0", "model.2.m", "model.4.m.0", "model.4.m.1", "model.4.m", "model.6.m.0", "model.6.m.1", "model.6.m.2",
                "model.6.m", "model.8.m.0", "model.8.m",
                "model.13.m", "model.17.m", "model.18", "model.20.m", "model.21", "model.23.m",
            ],
            PrunableBlock.Of(ChannelAnalysis.Of(Open("yolov5n").Graph)).Select(block => block.Name));
        Assert.Equal(
            ["model.2.m.0", "model.2.m", "model.4.m.0", "model.4.m.1"],
            PrunableBlock.Of(ChannelAnalysis.Of(Open("yolov5n-v3").Graph)).Select(block => block.Name).Take(4));
        Assert.All(BlockTables.Thinnable, table =>
        {
            // Whatever a table is made of, each of its blocks can go by itself.
            var graph = GraphBuilder.Expand(table);
            var (network, analysis) = (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
            Assert.All(PrunableBlock.Of(analysis), block =>
            {
                var removal = new Removal(analysis, new HashSet<int>(), [block]);
                GraphValidator.Validate(Surgery.Cut(network, removal, ChannelConstants.Of(network, removal)).Graph, block.Name);
            });
        });
    }

    [Fact]
    public void Every_block_has_a_name_of_its_own_by_which_a_plan_finds_it()
    {
        Assert.All(BlockTables.Thinnable, table =>
        {
            var analysis = ChannelAnalysis.Of(GraphBuilder.Expand(table));
            var blocks = PrunableBlock.Of(analysis);
            var plan = PruningPlan.Nothing(analysis, Side, new KeepShare(PruningMeasure.Operations, 1)) with
            {
                Blocks = [.. blocks.Select(block => block.Name)],
            };

            Assert.Equal(blocks.Select(block => block.Branch), plan.Removal(analysis).Blocks.Select(block => block.Branch));
        });
        Assert.Contains("model.2.m.tr.0.attended",
            PrunableBlock.Of(ChannelAnalysis.Of(GraphBuilder.Expand(BlockTables.Thinnable[^1]))).Select(block => block.Name));
    }

    [Fact]
    public void A_bottleneck_leaves_its_shortcut_and_a_C3_the_path_beside_it()
    {
        var network = Open("yolov5n");
        var whole = network.Graph.Summarize(Side);
        var bottleneck = Without(network, "model.4.m.0");
        var stage = Without(network, "model.8.m");

        Assert.DoesNotContain(bottleneck.Graph.Nodes, node => node.Name.StartsWith("model.4.m.0", StringComparison.Ordinal));
        Assert.Equal((whole.Convolutions - 2, 1),
            (bottleneck.Graph.Summarize(Side).Convolutions, bottleneck.Graph.Nodes.Count(node => node is AddNode && node.Row == 4)));
        Assert.Equal(["model.8.cv2.conv", "model.8.cv3.conv"], stage.Graph.Nodes.OfType<ConvNode>().Where(node => node.Row == 8)
            .Select(node => node.Name));
        Assert.Equal(128, stage.Graph.Nodes.OfType<ConvNode>().Single(node => node.Name == "model.8.cv3.conv").InChannels);
        Assert.DoesNotContain(stage.Graph.Nodes, node => node is ConcatNode && node.Row == 8);
    }

    [Fact]
    public void A_level_goes_with_what_of_the_neck_serves_it_alone_and_heads_are_numbered_anew()
    {
        var network = Open("yolov5n");
        var (fine, coarse) = (DetectionLevels.Without(network, ["P3"]), DetectionLevels.Without(network, ["P5"]));

        Assert.Equal(["P3", "P4", "P5"], DetectionLevels.Names(network.Graph));
        Assert.Equal([16, 32], fine.Graph.Detect.Strides);
        Assert.Equal(network.Graph.Detect.Anchors.Skip(1), fine.Graph.Detect.Anchors);
        Assert.Equal(["model.24.m.0", "model.24.m.1"], fine.Graph.Detect.Inputs.Select(head => fine.Graph.Nodes[head].Name));
        Assert.Same(network.Weights["model.24.m.1.weight"], fine.Weights["model.24.m.0.weight"]);
        Assert.Equal(network.Weights["model.24.anchors"].Values.Skip(6), fine.Weights["model.24.anchors"].Values);
        Assert.Equal(network.Graph.Nodes.Length - 1, fine.Graph.Nodes.Length);
        Assert.DoesNotContain(coarse.Graph.Nodes, node => node.Row is > 20 and < 24);
        Assert.Equal(network.Graph.Stride, coarse.Graph.Stride);
        foreach (var rest in new[] { fine, coarse, DetectionLevels.Without(network, ["P4", "P5"]) })
            GraphValidator.Validate(rest.Graph, "rest");
        Assert.Equal(
            "There is no level 'P6' to drop: this network detects on P3, P4, P5.",
            Assert.Throws<GraphException>(() => DetectionLevels.Without(network, ["P6"])).Message);
        Assert.Equal(
            "One of the levels P3, P4, P5 must stay.",
            Assert.Throws<GraphException>(() => DetectionLevels.Without(network, ["P3", "P4", "P5"])).Message
        );
    }

    [Fact]
    public void A_network_without_blocks_and_levels_is_saved_opened_and_pruned_again()
    {
        using var folder = new TemporaryFolder();
        var thin = Without(DetectionLevels.Without(Open("yolov5n-v3"), ["P3", "P5"]), "model.4.m.1", "model.6.m");
        new Checkpoint
        {
            Graph = thin.Graph,
            Weights = thin.Weights,
            ClassNames = [.. "0123456789".Select(digit => $"{digit}")],
            ImageSize = 64,
        }.Save(folder.File("thin.safetensors"));
        var opened = Checkpoint.Open(folder.File("thin.safetensors"));
        var again = new Network(opened.Graph, opened.Weights);

        Assert.Equal(thin.Graph.ToJson(), opened.Graph.ToJson());
        Assert.Equal(Heads(thin)[0], Heads(again)[0]);
        Assert.InRange(Difference(again, 7), 0, 1e-4);
    }

    [Theory]
    [InlineData(.8, true)]
    [InlineData(.5, true)]
    [InlineData(.5, false)]
    public void Blocks_and_channels_stand_in_one_ranking_and_a_plan_says_both(double keep, bool normalize)
    {
        var (network, options) = (Open("yolov5n"), Options(keep) with { NormalizePerLayer = normalize });
        var analysis = ChannelAnalysis.Of(network.Graph);
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.BatchNormScale(Faded(network, "model.6.m.1.")), options);
        var read = PruningPlan.Parse(plan.ToJson(), "plan.json");
        var cut = Surgery.Cut(network, read.Removal(analysis));

        Assert.Contains("model.6.m.1", plan.Blocks);
        Assert.Contains(plan.Groups, group => group.Removed.Length > 0);
        Assert.InRange(plan.Reached, keep - .1, keep);
        Assert.Equal(plan.Blocks, read.Blocks);
        Assert.Equal(plan.ToJson(), read.Counted(analysis, Side).ToJson());
        var (summary, left) = (cut.Graph.Summarize(Side), ChannelAnalysis.Of(cut.Graph).FreeChannels);
        Assert.Equal(new PruningCost(left, summary.Parameters, summary.MultiplyAdds), plan.After);
        GraphValidator.Validate(cut.Graph, "cut");
    }

    [Fact]
    public void A_block_counts_for_what_it_adds_and_stays_where_its_layers_shall()
    {
        var network = Faded(Open("yolov5n"), "model.4.m.0.");
        var analysis = ChannelAnalysis.Of(network.Graph);
        var importance = ChannelImportance.BatchNormScale(network);
        var scores = importance.Gather(analysis, perLayer: true);
        var worth = PrunableBlock.Of(analysis).ToDictionary(block => block.Name, block => importance.Of(analysis, block, scores));

        Assert.True(worth["model.4.m.0"] < .01 * worth["model.4.m.1"], $"{worth["model.4.m.0"]} beside {worth["model.4.m.1"]}");
        Assert.InRange(worth["model.8.m"], 300, 470); // Three layers of 128 channels of about 1 each.
        Assert.Contains("model.4.m.0", PruningPlanner.Plan(analysis, importance, Options(.8)).Blocks);
        Assert.DoesNotContain("model.4.m.0", PruningPlanner.Plan(analysis, importance, Options(.8) with { KeepLayers = ["model.4"] })
            .Blocks);
        Assert.Empty(PruningPlanner.Plan(analysis, importance, Options(.8) with { Blocks = false }).Blocks);
    }

    [Fact]
    public void Blocks_are_not_ranked_layer_by_layer_or_by_bare_scores() => Assert.Multiple(
        () => Assert.Contains("Blocks are ranked over the whole network",
            Assert.Throws<OptionException>(() => (Options(.5) with { Uniform = true }).Validate()).Message, StringComparison.Ordinal),
            () =>
                Assert.Contains(
                    "per cost",
                    Assert.Throws<OptionException>(() => (Options(.5) with { Target = new ScoreThreshold(.5) }).Validate()).Message,
                    StringComparison.Ordinal
                )
        );

    [Fact]
    public void A_plan_of_before_there_were_blocks_opens_and_an_edited_one_takes_levels_and_blocks()
    {
        var analysis = ChannelAnalysis.Of(Open("yolov5n").Graph);
        var old = PruningPlan.Parse(
            """{"criterion": "taylor", "imageSize": 64, "groups": [{"layers": ["model.0.conv"], "width": 16, "removed": [3]}]}""",
            "plan.json"
        );
        var edited = PruningPlan.Parse("""{"groups": [], "blocks": ["model.4.m.0"], "levels": [{"name": "P5"}]}""", "plan.json");

        Assert.Equal((0, 0, false), (old.Blocks.Length, old.Levels.Length, old.IsNothing));
        Assert.Equal(analysis.FreeChannels - 1, old.Counted(analysis, Side).After.Channels);
        var counted = edited.Counted(analysis, Side);
        Assert.Equal(PruningPlanner.WholeCost(analysis, Side), counted.Before);
        Assert.Equal(Without(DetectionLevels.Without(Open("yolov5n"), ["P5"]), "model.4.m.0").Graph.Summarize(Side).Parameters,
            counted.After.Parameters);
        Assert.Equal(counted.ToJson(), PruningPlan.Parse(counted.ToJson(), "plan.json").ToJson());
        Assert.StartsWith(
            "The plan removes the block 'model.99', but this network's blocks are model.2.m.0, ",
            Assert.Throws<GraphException>(() => (edited with { Blocks = ["model.99"] }).Counted(analysis, Side)).Message,
            StringComparison.Ordinal
        );
        Assert.All(
            ["""{"groups": [], "levels": [{}]}""", """{"groups": [], "levels": [{"name": "P5", "matches": 2}]}""",
                """{"groups": [], "blocks": [null]}"""],
            senseless =>
                Assert.StartsWith(
                    "plan.json is no plan",
                    Assert.Throws<GraphException>(() => PruningPlan.Parse(senseless, "plan.json")).Message,
                    StringComparison.Ordinal
                )
        );
    }

    /// <summary>The largest difference of any output of the heads that a random cut leaves to those of the silenced network, relative where
    /// they are large.</summary>
    private static double Difference(Network network, int seed)
    {
        var (random, fold) = (new Random(seed), seed % 2 == 1);
        var names = DetectionLevels.Names(network.Graph);
        var dropped = names.Where(_ => random.Next(3) == 0).ToList();
        if (dropped.Count == names.Length) dropped.RemoveAt(random.Next(names.Length));
        var analysis = ChannelAnalysis.Of(DetectionLevels.Without(network, dropped).Graph);
        var rest = DetectionLevels.Without(network, dropped) with { Graph = analysis.Graph };
        var blocks = PrunableBlock.Of(analysis).Where(_ => random.Next(3) == 0).ToList();
        var share = random.NextDouble();
        var removed = analysis.Groups.SelectMany(group => group.Variables.Skip(1).Where(_ => random.NextDouble() < share)).ToHashSet();
        if (fold) removed.RemoveWhere(variable => Silencing.FeedsLargerKernels(analysis, variable));
        var removal = new Removal(analysis, removed, blocks);
        var cut = Surgery.Cut(rest, removal, fold ? ChannelConstants.Of(rest, removal) : null);

        GraphValidator.Validate(cut.Graph, "cut");
        foreach (var item in cut.Graph.State()) Assert.Equal(item.Count, cut.Weights[item.Name].Values.Length);
        var summary = cut.Graph.Summarize(Side);
        Assert.Equal(PruningPlanner.CostWithout(removal, Side),
            new PruningCost(ChannelAnalysis.Of(cut.Graph).FreeChannels, summary.Parameters, summary.MultiplyAdds));
        var (expected, actual) = (Heads(Silencing.Of(rest, removal, keepShift: fold)), Heads(cut));
        Assert.Equal(names.Length - dropped.Count, actual.Length);
        return expected.Zip(actual).SelectMany(level => level.First.Zip(level.Second))
            .Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.First)));
    }

    private static float[][] Heads(Network network)
    {
        var outputs = new ReferenceExecutor(network.Graph, network.Weights).Run(DeterministicWeights.Picture(1, 3, Side, Side), Side, Side);
        return [.. network.Graph.Detect.Inputs.Select(head => outputs[head].Values)];
    }

    private static Network Without(Network network, params string[] names)
    {
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int>(), [.. PrunableBlock.Of(analysis).Where(block => names.Contains(block.Name))]);
        Assert.Equal(names.Length, removal.Blocks.Count);
        return Surgery.Cut(network, removal, ChannelConstants.Of(network, removal));
    }

    /// <summary>The network in which the scales of a block's last batch norm are next to nothing.</summary>
    private static Network Faded(Network network, string prefix)
    {
        var weights = new Weights();
        foreach (var name in network.Weights.Names)
        {
            var fades = name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith("cv2.bn.weight", StringComparison.Ordinal);
            weights[name] = fades ? network.Weights[name] with { Values = [.. network.Weights[name].Values.Select(scale => .001f * scale)] }
                : network.Weights[name];
        }

        return network with { Weights = weights };
    }

    private static PruningOptions Options(double keep) =>
        new() { Target = new KeepShare(PruningMeasure.Operations, keep), ImageSize = Side, Blocks = true };

    private static Network Open(string name)
    {
        var graph = GraphBuilder.Expand(name == "yolov5n6" ? Architecture.Parse(name, FourLevels) : Architecture.Load(name), 10);
        return new Network(graph, DeterministicWeights.For(graph));
    }
}
