using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>A cut network against the whole one in which the removed channels are silenced: random cuts of the three families.</summary>
public class SurgeryTests
{
    private const int Side = 64;

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n", 2)]
    [InlineData("yolov5n-v4", 3)]
    [InlineData("yolov5n-v3", 4)]
    [InlineData("yolov5n-v3", 5)]
    public void Cut_without_constants_equals_the_network_with_scale_and_shift_zero(string name, int seed)
    {
        var (network, analysis) = Open(name);
        var removed = Random(analysis, seed, 0.4);
        var cut = Surgery.Cut(network, new Removal(analysis, removed));

        Near(Output(Silencing.Of(network, new Removal(analysis, removed), keepShift: false)), Output(cut), 1e-4);
    }

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n-v4", 2)]
    [InlineData("yolov5n-v3", 3)]
    public void Cut_with_constants_equals_the_network_with_scale_zero_where_they_feed_single_pixels(string name, int seed)
    {
        var (network, analysis) = Open(name);
        var removed = Random(analysis, seed, 0.4);
        removed.RemoveWhere(variable => Silencing.FeedsLargerKernels(analysis, variable));
        Assert.NotEmpty(removed);
        var cut = Surgery.Cut(network, new Removal(analysis, removed), ChannelConstants.Of(network, new Removal(analysis, removed)));

        Near(Output(Silencing.Of(network, new Removal(analysis, removed), keepShift: true)), Output(cut), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Constants_go_through_linear_layers_into_the_projection_before_attention(int seed)
    {
        var graph = GraphBuilder.Expand(BlockTables.Thinnable.Single(table => table.Name == "attention"));
        var (network, analysis) = (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
        var cells = Array.FindIndex([.. graph.Nodes], node => node.Name == "model.2.m.placed");
        var removed = Random(analysis, seed, 0.5).Intersect(analysis.VariablesOf(cells)).ToHashSet();
        Assert.NotEmpty(removed);
        var removal = new Removal(analysis, removed);

        Near(
            Output(Silencing.Of(network, removal, keepShift: true)),
            Output(Surgery.Cut(network, removal, ChannelConstants.Of(network, removal))), 1e-4);
    }

    [Theory]
    [InlineData("yolov5n", 1)]
    [InlineData("yolov5n-v4", 2)]
    [InlineData("yolov5n-v3", 3)]
    public void Constants_keep_the_heads_ten_times_nearer(string name, int seed)
    {
        var (network, analysis) = Open(name);
        var removed = Random(analysis, seed, 0.2);
        var whole = Heads(Silencing.Of(network, new Removal(analysis, removed), keepShift: true));
        var forgotten = Heads(Surgery.Cut(network, new Removal(analysis, removed)));
        var folded = Heads(Surgery.Cut(network, new Removal(analysis, removed),
            ChannelConstants.Of(network, new Removal(analysis, removed))));

        var (far, near) = (RootMeanSquare(whole, forgotten), RootMeanSquare(whole, folded));
        Assert.True(near <= 0.1 * far, $"{near} against {far}");
    }

    /// <summary>Twelve plans of every kind: criterion, target, floors, rounding and what is left alone drawn at random.</summary>
    public static TheoryData<string, int> Plans
    {
        get
        {
            var plans = new TheoryData<string, int>();
            foreach (var name in new[] { "yolov5n", "yolov5n-v4", "yolov5n-v3" })
            {
                for (var seed = 0; seed < 4; seed++) plans.Add(name, seed);
            }

            return plans;
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Random_plans_cut_to_what_silencing_gives_and_graph_and_weights_agree(string name, int seed)
    {
        var (network, analysis) = Open(name);
        var plan = RandomPlans.Draw(network, analysis, seed, Side);
        var removal = plan.Removal(analysis);
        var cut = Surgery.Cut(network, removal);

        Near(Output(Silencing.Of(network, removal, keepShift: false)), Output(cut), 1e-4);
        foreach (var item in cut.Graph.State()) Assert.Equal(item.Count, cut.Weights[item.Name].Values.Length);
        Assert.Equal(plan.After.Parameters, cut.Graph.Summarize(Side).Parameters);
        Assert.Equal(plan.After.Channels, ChannelAnalysis.Of(cut.Graph).FreeChannels);
    }

    /// <summary>Sixty-seven plans each, for ghosts, gates, depthwise and grouped convolutions and attention, with every activation in
    /// turn.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_with_gates_ghosts_groups_and_attention_are_cut_to_what_silencing_gives(int table)
    {
        ActivationKind[] kinds = [.. Enum.GetValues<ActivationKind>()
            .Where(kind => kind is not (ActivationKind.Identity or ActivationKind.Sigmoid))];
        var cuts = 0;
        for (var seed = 0; seed < 67; seed++)
        {
            var graph = GraphBuilder.Expand(BlockTables.Thinnable[table] with { Activation = kinds[seed % kinds.Length] });
            var (network, analysis) = (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
            var removed = Random(analysis, seed, 0.1 + (0.8 * seed / 67));
            cuts += removed.Count;
            var cut = Surgery.Cut(network, new Removal(analysis, removed));

            Near(Output(Silencing.Of(network, new Removal(analysis, removed), keepShift: false), 32), Output(cut, 32), 1e-4);
            Assert.Equal(Surgery.Resize(new Removal(analysis, removed)).Summarize(64).Parameters,
                cut.Weights.Names.Where(name => !name.Contains("running", StringComparison.Ordinal)
                        && !name.Contains("tracked", StringComparison.Ordinal)
                        && !name.Contains("anchors", StringComparison.Ordinal)
                    )
                    .Sum(name => (long)cut.Weights[name].Values.Length)
            );
            ChannelConstants.Of(network, new Removal(analysis, removed));
        }

        Assert.True(cuts > 1000, $"{cuts} channels");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Plans_for_such_networks_come_to_what_they_say_and_are_filled_up_again_without_a_difference(int table)
    {
        var graph = GraphBuilder.Expand(BlockTables.Thinnable[table]);
        var (network, analysis) = (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
        var plan = PruningPlanner.Plan(analysis, ChannelImportance.KernelNorm(network), new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Channels, 0.6),
            ImageSize = 64,
            Rounding = 1,
            Fewest = 3,
        });
        var removed = plan.Variables(analysis);
        var cut = Surgery.Cut(network, new Removal(analysis, removed), ChannelConstants.Of(network, new Removal(analysis, removed)));

        Assert.Equal(plan.After.Parameters, cut.Graph.Summarize(64).Parameters);
        Assert.Equal(plan.After.Channels, ChannelAnalysis.Of(cut.Graph).FreeChannels);
        Near(Output(cut, 32), Output(ChannelPadding.Pad(cut, 8), 32), 1e-5);
    }

    [Fact]
    public void Nothing_removed_is_the_network_itself()
    {
        var (network, analysis) = Open("yolov5n");
        var none = new HashSet<int>();
        var same = Surgery.Cut(network, new Removal(analysis, none), ChannelConstants.Of(network, new Removal(analysis, none)));

        Assert.Equal(network.Graph.ToJson(), same.Graph.ToJson());
        Assert.All(network.Weights.Names, name => Assert.Equal(network.Weights[name].Values, same.Weights[name].Values));
    }

    [Fact]
    public void A_fixed_channel_and_the_last_of_a_layer_are_refused()
    {
        var (network, analysis) = Open("yolov5n");
        var image = analysis.VariablesOf(0)[0];

        Assert.Contains("fixed", Assert.Throws<GraphException>(() => Surgery.Cut(network,
            new Removal(analysis, new HashSet<int> { image }))).Message, StringComparison.Ordinal);
        Assert.Contains("model.0.conv would lose its last channel", Assert.Throws<GraphException>(() => Surgery.Cut(network,
            new Removal(analysis, analysis.Groups[0].Variables.ToHashSet()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_network_is_saved_and_opened_like_any_other()
    {
        using var folder = new TemporaryFolder();
        var (network, analysis) = Open("yolov5n-v3");
        var removed = Random(analysis, 7, 0.5);
        var cut = Surgery.Cut(network, new Removal(analysis, removed), ChannelConstants.Of(network, new Removal(analysis, removed)));
        new Checkpoint
        {
            Graph = cut.Graph,
            Weights = cut.Weights,
            ClassNames = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            ImageSize = 64,
        }.Save(folder.File("cut.safetensors"));
        var opened = Checkpoint.Open(folder.File("cut.safetensors"));

        Assert.Equal(cut.Graph.ToJson(), opened.Graph.ToJson());
        Assert.Equal(Output(cut), Output(new Network(opened.Graph, opened.Weights)));
        Assert.Equal(analysis.FreeChannels - removed.Count, ChannelAnalysis.Of(opened.Graph).FreeChannels);
    }

    private static (Network Network, ChannelAnalysis Analysis) Open(string name)
    {
        var graph = GraphBuilder.Expand(Architecture.Load(name), 10);
        return (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
    }

    /// <summary>Some free variables, never a whole group.</summary>
    private static HashSet<int> Random(ChannelAnalysis analysis, int seed, double share)
    {
        var random = new Random(seed);
        return [.. analysis.Groups.SelectMany(group => group.Variables.Skip(1).Where(_ => random.NextDouble() < share))];
    }

    private static float[] Output(Network network, int side = Side) => Run(network, side)[^1].Values;

    private static float[] Heads(Network network)
    {
        var outputs = Run(network);
        return [.. network.Graph.Detect.Inputs.SelectMany(head => outputs[head].Values)];
    }

    private static ReferenceTensor[] Run(Network network, int side = Side) =>
        new ReferenceExecutor(network.Graph, network.Weights).Run(DeterministicWeights.Picture(1, 3, side, side), side, side);

    private static double RootMeanSquare(float[] one, float[] other) => Math.Sqrt(one.Zip(other, (a, b) => Math.Pow(a - b, 2)).Average());

    private static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{i}: {expected[i]} against {actual[i]}");
    }
}
