using System.Collections.Immutable;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Channels of small networks: what depends on what, how important it is, and cuts of every kind of block.</summary>
public sealed class ChannelRuleTests
{
    private const int Side = 32;

    /// <summary>Every table of blocks, with some seeds.</summary>
    public static TheoryData<int, int> Cuts
    {
        get
        {
            var cuts = new TheoryData<int, int>();
            for (var table = 0; table <= BlockTables.Thinnable.Count; table++)
            {
                for (var seed = 0; seed < 2; seed++) cuts.Add(table, seed);
            }

            return cuts;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_cut_gives_what_silencing_gives(int table, int seed)
    {
        var (network, analysis) = Open(table);
        var removal = new Removal(analysis, Drawn(analysis, seed, _ => true));
        var cut = Surgery.Cut(network, removal);

        Near(Output(Silencing.Of(network, removal, keepShift: false)), Output(cut));
        Assert.Equal(removal.ChannelsLeft, ChannelAnalysis.Of(cut.Graph).FreeChannels);
        Assert.Equal(Surgery.Resize(removal).ToJson(), cut.Graph.ToJson());
        foreach (var item in cut.Graph.State()) Assert.Equal(item.Shape, cut.Weights[item.Name].Shape);
        Near(Output(cut), Output(ChannelPadding.Pad(cut, 4)));
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_cut_with_constants_gives_what_silent_channels_still_send(int table, int seed)
    {
        var (network, analysis) = Open(table);
        var removal = new Removal(analysis, Drawn(analysis, seed, variable => !Silencing.FeedsLargerKernels(analysis, variable)));
        var constants = ChannelConstants.Of(network, removal);

        Near(Output(Silencing.Of(network, removal, keepShift: true)), Output(Surgery.Cut(network, removal, constants)));
    }

    [Fact]
    public void Means_that_were_measured_stand_in_for_what_would_be_computed()
    {
        // stem, batch norm, projection with a bias: what goes sends its mean times the projection's weight.
        var network = Weighted(Conv("stem", [0], 3, 4, bias: false), new BatchNormNode("norm", 1, [1], 4, 1e-3f, 0.03f),
            Conv("head", [2], 4, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int> { analysis.VariablesOf(2)[1], analysis.VariablesOf(2)[3] });
        var means = new Dictionary<int, float[]> { [2] = [100, 0.5f, 100, -2] };

        var (plain, measured) = (ChannelConstants.Of(network, removal), ChannelConstants.Of(network, removal, means));

        var (weights, shifts) = (network.Weights["head.weight"].Values, network.Weights["norm.bias"].Values);
        for (var output = 0; output < 18; output++)
        {
            Assert.Equal((0.5 * weights[(4 * output) + 1]) - (2 * weights[(4 * output) + 3]), measured.BiasShift(3, output), 1e-6);
            Assert.Equal((shifts[1] * weights[(4 * output) + 1]) + (shifts[3] * weights[(4 * output) + 3]),
                plain.BiasShift(3, output), 1e-6);
        }
    }

    [Fact]
    public void Shifts_pass_through_what_is_linear_into_the_next_mean()
    {
        // A norm's channel goes; behind a bare convolution and a concatenation with another one the next norm's means take what is lost.
        var network = Weighted(
            Conv("stem", [0], 3, 4, bias: false), new BatchNormNode("norm", 1, [1], 4, 1e-3f, 0.03f),
            Conv("bare", [2], 4, 2, bias: false), Conv("other", [0], 3, 2, bias: false),
            new ConcatNode("both", 2, [4, 3]), new BatchNormNode("shared", 2, [5], 4, 1e-3f, 0.03f), Conv("head", [6], 4, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int> { analysis.VariablesOf(2)[2] });
        var constants = ChannelConstants.Of(network, removal);
        var (kernel, sent) = (network.Weights["bare.weight"].Values, network.Weights["norm.bias"].Values[2]);

        Assert.Equal([0, 0, kernel[2] * sent, kernel[6] * sent],
            Enumerable.Range(0, 4).Select(channel => constants.MeanShift(6, channel)), (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.All(Enumerable.Range(0, 18), output => Assert.Equal(0, constants.BiasShift(7, output)));
        var cut = Surgery.Cut(network, removal, constants);
        Assert.Equal(network.Weights["shared.running_mean"].Values[2] - (kernel[2] * sent),
            cut.Weights["shared.running_mean"].Values[2], 1e-6);
        Assert.Equal(network.Weights["shared.running_mean"].Values[0], cut.Weights["shared.running_mean"].Values[0]);
    }

    [Fact]
    public void A_shift_that_meets_what_is_not_linear_is_refused()
    {
        var network = Weighted(
            Conv("stem", [0], 3, 4, bias: false), new BatchNormNode("norm", 1, [1], 4, 1e-3f, 0.03f), Conv("bare", [2], 4, 4, bias: false),
            new ActivationNode("act", 1, [3], ActivationKind.SiLU), Conv("head", [4], 4, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int> { analysis.VariablesOf(2)[0] });

        Assert.StartsWith("act reads what cannot take over the constants of removed channels", Assert.Throws<GraphException>(
            () => ChannelConstants.Of(network, removal)).Message, StringComparison.Ordinal);
        Assert.False(ChannelConstants.CanTakeShift(network.Graph, 2));
        Assert.True(ChannelConstants.CanTakeShift(network.Graph, 4));
        Assert.True(ChannelConstants.CanTakeShift(network.Graph, 1));
    }

    [Fact]
    public void What_the_hidden_channels_of_a_gate_without_biases_sent_on_is_let_go()
    {
        // As in CBAM: behind f2 there is only the sum of its two cells, so that what was measured at the ReLU has no place to go.
        var network = Weighted(
            Conv("stem", [0], 3, 4), new GlobalPoolNode("pair", 1, [1], GlobalPooling.Pair), Conv("f1", [2], 4, 3, bias: false),
            new ActivationNode("relu", 1, [3], ActivationKind.ReLU), Conv("f2", [4], 3, 4, bias: false),
            new GlobalPoolNode("sum", 1, [5], GlobalPooling.PairSum), new ActivationNode("sigmoid", 1, [6], ActivationKind.Sigmoid),
            new MultiplyNode("gated", 1, [1, 7]), Conv("head", [8], 4, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int> { analysis.VariablesOf(4)[1] });
        var means = new Dictionary<int, float[]> { [4] = [0.5f, 2, 1] };

        var cut = Surgery.Cut(network, removal, ChannelConstants.Of(network, removal, means));

        Assert.Equal(2, cut.Graph.Nodes.OfType<ConvNode>().Single(node => node.Name == "f1").OutChannels);
        Assert.Equal(network.Weights["head.bias"].Values, cut.Weights["head.bias"].Values);
    }

    [Fact]
    public void Equal_variables_are_one_and_fixed_with_any_of_them()
    {
        var union = new VariableUnion();
        var (free, image) = (union.Add(4, isFixed: false), union.Add(2, isFixed: true));
        Assert.Equal([0, 1, 2, 3], free);
        Assert.Equal([4, 5], image);
        Assert.Equal(6, union.Count);

        union.Join(3, 1);
        union.Join(2, 3);
        Assert.Equal([0, 1, 1, 1, 4, 5], Enumerable.Range(0, 6).Select(union.Root));
        Assert.Equal([false, false, false, false, true, true], Enumerable.Range(0, 6).Select(union.IsFixed));

        union.Join(4, 2);
        Assert.Equal([0, 1, 1, 1, 1, 5], Enumerable.Range(0, 6).Select(union.Root));
        Assert.Equal([false, true, true, true, true, true], Enumerable.Range(0, 6).Select(union.IsFixed));
        union.Fix(0);
        union.Join(0, 0);
        Assert.True(union.IsFixed(0));
    }

    [Fact]
    public void Groups_stand_in_the_order_of_their_first_convolutions_and_fixed_channels_in_none()
    {
        // a + b are equal, c stands alone, the head is fixed.
        var graph = Weighted(Conv("c", [0], 3, 2), Conv("a", [1], 2, 4), Conv("b", [0], 3, 4), new AddNode("sum", 2, [3, 2]),
            Conv("head", [4], 4, 18)).Graph;
        var analysis = ChannelAnalysis.Of(graph);

        Assert.Equal(["1", "2,3"], analysis.Groups.Select(group => string.Join(',', group.Producers)));
        Assert.Equal([2, 4], analysis.Groups.Select(group => group.Width));
        Assert.Equal(6, analysis.FreeChannels);
        Assert.Equal(analysis.VariablesOf(2), analysis.VariablesOf(4));
        Assert.DoesNotContain(analysis.VariablesOf(5), analysis.IsFree);
        Assert.DoesNotContain(analysis.VariablesOf(0), analysis.IsFree);
        Assert.Empty(analysis.WholeConvolutions);
        Assert.Equal(["model.5.conv", "model.7"], ChannelAnalysis.Of(Open(2).Network.Graph).WholeConvolutions);
    }

    [Fact]
    public void Importance_is_what_each_criterion_says_of_each_layer()
    {
        var network = Weighted(Conv("stem", [0], 3, 2, bias: false), new BatchNormNode("norm", 1, [1], 2, 1e-3f, 0.03f),
            Conv("head", [2], 2, 18));
        network.Weights["norm.weight"].Values[1] = -7;
        network.Weights["stem.weight"].Values[4] = -5;
        var random = ChannelImportance.Random(network, 3);

        Assert.Equal([1f, 7], Assert.Single(ChannelImportance.BatchNormScale(network).Layers, layer => layer.Key == 2).Value);
        Assert.Equal([1f + 2 + 3, 4f + 5 + 6], ChannelImportance.KernelNorm(network).Layers[1]);
        Assert.Equal(("bn-scale", "l1", "random"), (ChannelImportance.BatchNormScale(network).Criterion,
            ChannelImportance.KernelNorm(network).Criterion, random.Criterion));
        Assert.Equal([1, 3], random.Layers.Keys);
        Assert.All(random.Layers.Values.SelectMany(scores => scores), score => Assert.InRange(score, 0, 1));
        Assert.InRange(random.Layers[3].Average(), .3, .7);
        Assert.Equal(18, random.Layers[3].Distinct().Count());
        Assert.Equal(random.Layers[3], ChannelImportance.Random(network, 3).Layers[3]);
        Assert.NotEqual(random.Layers[3], ChannelImportance.Random(network, 4).Layers[3]);
        Assert.NotEqual(random.Layers[3][..2], random.Layers[1]);
    }

    [Fact]
    public void A_channels_score_is_the_mean_over_the_layers_that_carry_it()
    {
        var graph = Weighted(Conv("a", [0], 3, 2), Conv("b", [0], 3, 2), new AddNode("sum", 2, [1, 2]), Conv("c", [3], 2, 2),
            Conv("head", [4], 2, 18)).Graph;
        var analysis = ChannelAnalysis.Of(graph);
        var importance = new ChannelImportance("mine", new Dictionary<int, float[]>
        {
            [1] = [1, 3],
            [2] = [10, 50],
            [4] = [0, 0],
            [5] = new float[18],
        });
        double[] Scores(bool perLayer)
        {
            var scores = importance.Gather(analysis, perLayer);
            Assert.Equal(4, scores.Count);
            return [.. analysis.VariablesOf(3).Concat(analysis.VariablesOf(4)).Select(variable => scores[variable])];
        }

        Assert.Equal([5.5, 26.5, 0, 0], Scores(perLayer: false));
        Assert.Equal([((1 / 2.0) + (10 / 30.0)) / 2, ((3 / 2.0) + (50 / 30.0)) / 2, 0, 0], Scores(perLayer: true),
            (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void Classic_slimming_leaves_what_shortcuts_add_and_what_lies_between()
    {
        var graph = Weighted(
            Conv("a", [0], 3, 4), Conv("b", [1], 4, 2), new ActivationNode("act", 1, [2], ActivationKind.SiLU), Conv("c", [3], 2, 4),
            new AddNode("sum", 2, [1, 4]), Conv("d", [5], 4, 4), Conv("head", [6], 4, 18)).Graph;

        Assert.Equal([1, 2, 4], Shortcuts.Of(graph).Order());
        Assert.Equal([1, 2], Shortcuts.Of(Weighted(Conv("a", [0], 3, 4), Conv("b", [0], 3, 4), new AddNode("sum", 2, [1, 2]),
            Conv("head", [3], 4, 18)).Graph).Order());
    }

    [Fact]
    public void A_block_that_goes_from_a_sum_still_sends_its_shifts()
    {
        var network = Weighted(
            Conv("stem", [0], 3, 2, bias: false), new BatchNormNode("norm", 1, [1], 2, 1e-3f, 0.03f),
            Conv("m.bare", [2], 2, 2, bias: false), new BatchNormNode("m.norm", 1, [3], 2, 1e-3f, 0.03f),
            new AddNode("m.sum", 1, [2, 4]), Conv("head", [5], 2, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = new Removal(analysis, new HashSet<int>(), [Assert.Single(PrunableBlock.Of(analysis))]);
        var cut = Surgery.Cut(network, removal, ChannelConstants.Of(network, removal));

        // Of the branch there remain its last shifts, 1 and 2, each times the weight that reads it.
        var (kernel, bias) = (network.Weights["head.weight"].Values, network.Weights["head.bias"].Values);
        Assert.Equal(Enumerable.Range(0, 18).Select(output => bias[output] + kernel[2 * output] + (2 * kernel[(2 * output) + 1])),
            cut.Weights["head.bias"].Values);
        Assert.Equal(["image", "stem", "norm", "head", "detect"], cut.Graph.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void New_channels_of_a_depthwise_convolution_lie_behind_all_copies_of_the_old_ones()
    {
        var network = Weighted(Conv("a", [0], 3, 3), new ConvNode("depthwise", 1, [1], 3, 6, 1, 1, 0, 3, true), Conv("head", [2], 6, 18));
        var (graph, weights) = ChannelPadding.Pad(network, 4);
        var (before, after) = (network.Weights["head.weight"].Values, weights["head.weight"].Values);

        Assert.Equal((4, 8, 4), graph.Nodes[2] is ConvNode wide ? (wide.InChannels, wide.OutChannels, wide.Groups) : default);
        Assert.Equal([1f, 2, 3, 4, 5, 6, 0, 0], weights["depthwise.weight"].Values);
        for (var output = 0; output < 18; output++)
            Assert.Equal([.. before[(6 * output)..(6 * (output + 1))], 0, 0], after[(8 * output)..(8 * (output + 1))]);
    }

    [Fact]
    public void What_is_fixed_and_what_a_layer_needs_cannot_go()
    {
        var network = Weighted(Conv("a", [0], 3, 2), Conv("head", [1], 2, 18));
        var analysis = ChannelAnalysis.Of(network.Graph);

        Assert.StartsWith("Channel 0 cannot go: it is fixed", Assert.Throws<GraphException>(
            () => new Removal(analysis, new HashSet<int> { 0 })).Message, StringComparison.Ordinal);
        Assert.Equal("a would lose its last channel.", Assert.Throws<GraphException>(
            () => Surgery.Resize(new Removal(analysis, analysis.VariablesOf(1).ToHashSet()))).Message);
    }

    [Fact]
    public void A_picture_is_widened_where_only_plain_convolutions_read_it()
    {
        var network = Weighted(Conv("a", [0], 3, 2), Conv("head", [1], 2, 18));
        var (graph, weights) = InputWidening.Widen(network)!;

        Assert.Equal((4, 4, 2), (((InputNode)graph.Nodes[0]).Channels, ((ConvNode)graph.Nodes[1]).InChannels,
            ((ConvNode)graph.Nodes[1]).OutChannels));
        Assert.Equal([1f, 2, 3, 0, 4, 5, 6, 0], weights["a.weight"].Values);
        Assert.Equal(network.Weights["head.weight"].Values, weights["head.weight"].Values);
        Assert.Null(InputWidening.Widen(new Network(graph, weights)));
        Assert.Null(InputWidening.Widen(Weighted(new MaxPoolNode("pool", 1, [0], 3, 1, 1), Conv("head", [1], 3, 18))));
        Assert.Null(InputWidening.Widen(Weighted(new ConvNode("a", 1, [0], 3, 3, 1, 1, 0, 3, true), Conv("head", [1], 3, 18))));
    }

    [Fact]
    public void Blocks_of_a_file_are_filled_for_one_picture_a_call()
    {
        Assert.Contains(ChannelBlock.OfThisProcessor, new[] { 8, 16 });
        Assert.Equal([ChannelBlock.OfThisProcessor, 1, 1], new int?[] { 1, 2, null }.Select(ChannelBlock.ForBatch));
        var network = Weighted(Conv("a", [0], 3, 5), Conv("head", [1], 5, 18));
        Assert.Same(network, ChannelPadding.Pad(network, 1));
    }

    [Fact]
    public void What_goes_belongs_to_the_network_that_is_cut()
    {
        var (network, analysis) = Open(0);
        var nothing = new Removal(analysis, new HashSet<int>());

        Assert.True(nothing.IsNothing);
        Assert.False(nothing.And(new HashSet<int> { analysis.Groups[0].Variables[0] }).IsNothing);
        Assert.False(new Removal(analysis, new HashSet<int>(), [PrunableBlock.Of(analysis)[0]]).IsNothing);
        Assert.Equal(analysis.FreeChannels, nothing.ChannelsLeft);
        Assert.Throws<ArgumentException>("removal", () => Surgery.Cut(Open(0).Network, nothing));
        Assert.Same(network.Graph, analysis.Graph);
    }

    private static ConvNode Conv(string name, ImmutableArray<int> inputs, int from, int to, bool bias = true) =>
        new(name, 1, inputs, from, to, 1, 1, 0, 1, bias);

    /// <summary>The nodes between a picture and a decoding of one class, with weights that count up; variances are 1.</summary>
    private static Network Weighted(params Node[] nodes)
    {
        var graph = new Graph([new InputNode("image", 3), .. nodes,
            new DetectNode("detect", 9, [nodes.Length], 1, [[1, 1, 2, 2, 3, 3]], [8])]);
        var weights = new Weights();
        foreach (var item in graph.State())
            weights[item.Name] = new WeightArray([.. item.Shape], [.. Enumerable.Range(1, (int)item.Count).Select(value => (float)value)]);
        return new Network(graph, weights);
    }

    private static (Network Network, ChannelAnalysis Analysis) Open(int table)
    {
        var graph = GraphBuilder.Expand(table == BlockTables.Thinnable.Count ? BlockTables.All : BlockTables.Thinnable[table]);
        return (new Network(graph, DeterministicWeights.For(graph)), ChannelAnalysis.Of(graph));
    }

    /// <summary>Two in five of the free variables that may go, two of each group stay: a depthwise convolution of one channel is a plain
    /// one.</summary>
    private static HashSet<int> Drawn(ChannelAnalysis analysis, int seed, Func<int, bool> mayGo)
    {
        var random = new Random(seed);
        HashSet<int> drawn = [.. analysis.Groups.SelectMany(group => group.Variables.Skip(2)
            .Where(variable => random.NextDouble() < 0.4 && mayGo(variable)))];
        Assert.NotEmpty(drawn);
        return drawn;
    }

    private static float[] Output(Network network) => new ReferenceExecutor(network.Graph, network.Weights)
        .Run(DeterministicWeights.Picture(1, 3, Side, Side), Side, Side)[^1].Values;

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 3e-4 * Math.Max(1, Math.Abs(pair.First))));
    }
}
