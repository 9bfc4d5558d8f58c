using System.Collections.Immutable;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Every kind of node and activation in every pass; and what no pass knows, refused by name by each.</summary>
public class EveryNodeTests
{
    private const string Stranger = "model.8.stranger";

    private static readonly Graph Whole = GraphBuilder.Expand(BlockTables.All);

    public static TheoryData<string> Passes => [.. All.Keys];

    // A node that says that it hands its channels on is known to those that ask for nothing else.
    public static TheoryData<string> PassesByKind => [.. All.Keys.Where(pass => pass != "arrangement")];

    public static TheoryData<ActivationKind> Kinds => [.. Enum.GetValues<ActivationKind>()];

    private static Dictionary<string, Action<Graph>> All { get; } = new()
    {
        ["JSON"] = graph => Assert.Equal(graph.Hash(), GraphJson.Parse(graph.ToJson(), "x").Hash()),
        ["arrangement"] = graph => Assert.NotNull(ChannelArrangement.Follow(graph,
            (node, _) => ChannelArrangement.First(node is ConvNode conv ? conv.OutChannels : 3))),
        ["constants"] = graph => Constants(graph),
        ["reference"] = graph => Assert.Equal(960, new ReferenceExecutor(graph, Initial(graph)).Run(new float[3 * 64 * 64], 64, 64)[^1]
            .Shape.Height),
        ["ONNX"] = graph => Assert.NotNull(
            OnnxEmission.Emit(new Checkpoint { Graph = graph, Weights = Initial(graph), ClassNames = ["a", "b"], ImageSize = 64 })),
    };

    [Fact]
    public void The_sample_has_every_kind_of_node_and_every_kind_has_a_word()
    {
        var kinds = typeof(Node).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Node)))
            .Select(type => type.Name).Order();

        Assert.Equal(kinds, Whole.Nodes.Select(node => node.GetType().Name).Distinct().Order());
        Assert.Equal(kinds.Count(), Whole.Nodes.Select(NodeKinds.Word).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Passes))]
    public void Every_pass_knows_every_kind_of_node(string pass) => All[pass](Whole);

    [Theory]
    [MemberData(nameof(PassesByKind))]
    public void Every_pass_refuses_a_stranger_by_name(string pass)
    {
        var graph = Whole with
        {
            Nodes = [.. Whole.Nodes.Select(node => node.Name == "model.8.m.0" ? new StrangeNode(Stranger, node.Row, node.Inputs) : node)],
        };

        Assert.Contains(Stranger, Assert.Throws<NotSupportedException>(() => All[pass](graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_of_an_unknown_flow_are_refused_by_name()
    {
        var graph = Whole with
        {
            Nodes =
            [
                .. Whole.Nodes.Select(node =>
                    node.Name == "model.8.m.0" ? new StrangeNode(Stranger, node.Row, node.Inputs) { Does = (ChannelFlow)99 } : node
                ),
            ],
        };

        Assert.Contains(Stranger, Assert.Throws<NotSupportedException>(() => ChannelAnalysis.Of(graph)).Message, StringComparison.Ordinal);
        Assert.Contains(Stranger, Assert.Throws<NotSupportedException>(() => All["arrangement"](graph)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_pass_knows_every_activation(ActivationKind kind)
    {
        // A gate's activation leaves zero at zero, for its convolutions have no bias that could take another constant over.
        var graph = Whole with
        {
            Nodes =
            [
                .. Whole.Nodes.Select(node =>
                    node is ActivationNode activation && !activation.Name.EndsWith("relu", StringComparison.Ordinal)
                        ? activation with
                        {
                            Activation = kind,
                        }
                        : node
                ),
            ],
        };

        Assert.All(All.Values, pass => pass(graph));
        Assert.Equal(kind, ActivationTable.Parse($"nn.{kind}()")!.Value.Kind);
    }

    [Fact]
    public void Another_activation_for_the_whole_network_leaves_gates_as_they_are()
    {
        var changed = Whole.WithActivation(ActivationKind.ReLU6).Nodes.OfType<ActivationNode>();

        Assert.Equal(["model.6.scale_activation", "model.9.channel_attention.sigmoid", "model.9.spatial_attention.sigmoid"],
            changed.Where(node => node.Kind == ActivationKind.Sigmoid).Select(node => node.Name));
        Assert.All(changed, node => Assert.True(node.Kind is ActivationKind.Sigmoid or ActivationKind.ReLU6));
    }

    [Fact]
    public void An_activation_without_a_description_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => ActivationTable.Of((ActivationKind)99));
        Assert.Throws<NotSupportedException>(() => new Activation((ActivationKind)99, 0).Value(1));
        Assert.Null(ActivationTable.Parse("nn.Softshrink()"));
    }

    private static void Constants(Graph graph)
    {
        var analysis = ChannelAnalysis.Of(graph);
        Assert.NotNull(ChannelConstants.Of(new Network(graph, Initial(graph)),
            new Removal(analysis, analysis.Groups.Select(group => group.Variables[0]).ToHashSet())));
    }

    private static Weights Initial(Graph graph) => WeightInitializer.Initialize(graph, 1);

    /// <summary>A kind of node that somebody has only begun to add.</summary>
    private sealed record StrangeNode(string Name, int Row, ImmutableArray<int> Inputs)
        : WeightlessNode(Name, Row, Inputs)
    {
        public ChannelFlow Does { get; init; } = ChannelFlow.Handed;

        internal override ChannelFlow Flow => Does;

        internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

        internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0];
    }
}
