using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Activations that somebody changed in the code before training: the pickled modules say them, the table does not.</summary>
public class TorchActivationTests
{
    [Theory]
    [InlineData("ReLU6", null, 0, ActivationKind.ReLU6, 0)]
    [InlineData("Mish", null, 0, ActivationKind.Mish, 0)]
    [InlineData("MemoryEfficientMish", null, 0, ActivationKind.Mish, 0)]
    [InlineData("GELU", null, 0, ActivationKind.GELU, 0)]
    [InlineData("ELU", "alpha", 0.5, ActivationKind.ELU, 0.5)]
    [InlineData("LeakyReLU", "negative_slope", 0.01, ActivationKind.LeakyReLU, 0.01)]
    [InlineData("LeakyReLU", "negative_slope", 0.2, ActivationKind.LeakyReLU, 0.2)]
    [InlineData("LeakyReLU", null, 0, ActivationKind.LeakyReLU, 0.01)]
    [InlineData("Hardswish", null, 0, ActivationKind.Hardswish, 0)]
    public void Activation_and_parameter_are_the_modules(string type, string? attribute, double value,
        ActivationKind kind, double parameter)
    {
        var file = Read(Model(new TorchPickle(), ("0", type, attribute, value)));
        var graph = GraphBuilder.Expand(file.Architecture!).WithActivations(file.Activations);

        Assert.Equal(new Activation(kind, (float)parameter),
            Assert.Single(graph.Nodes.OfType<ActivationNode>(), node => node.Name == "model.0.act").Activation);
        Assert.Equal(graph.Hash(), GraphJson.Parse(graph.ToJson(), "x").Hash());
    }

    [Fact]
    public void Every_node_has_its_own()
    {
        var file = Read(Model(new TorchPickle(), ("0", "ReLU6", null, 0), ("1", "LeakyReLU", "negative_slope", 0.3)));
        var graph = GraphBuilder.Expand(file.Architecture!).WithActivations(file.Activations);

        Assert.Equal([new(ActivationKind.ReLU6, 0), new(ActivationKind.LeakyReLU, 0.3f)], graph.Nodes.OfType<ActivationNode>()
            .Select(node => node.Activation));
    }

    [Theory]
    [InlineData("PReLU")]
    [InlineData("Softshrink")]
    [InlineData("Hardtanh")]
    [InlineData("FReLU")]
    public void Another_is_refused_by_name(string type)
        => Assert.Contains($"the activation {type} at model.0.act",
            Assert.Throws<WeightsException>(() => Read(Model(new TorchPickle(), ("0", type, null, 0)))).Message);

    [Fact]
    public void An_activation_where_the_table_has_none_is_refused_by_name()
    {
        var file = Read(Model(new TorchPickle(), ("0", "ReLU", null, 0), ("7", "Mish", null, 0)));

        Assert.Contains("Mish at model.7.act",
            Assert.Throws<GraphException>(() => GraphBuilder.Expand(file.Architecture!).WithActivations(file.Activations)).Message);
    }

    [Theory]
    [InlineData("LeakyReLU", 0.1f)]
    [InlineData("nn.LeakyReLU()", 0.01f)]
    [InlineData("nn.LeakyReLU(0.2)", 0.2f)]
    [InlineData("torch.nn.LeakyReLU(negative_slope=0.3, inplace=True)", 0.3f)]
    [InlineData("nn.ELU(2.0, True)", 2f)]
    [InlineData("nn.ELU()", 1f)]
    [InlineData("nn.ReLU6(inplace=True)", 0f)]
    public void Tables_say_parameters_as_torch_does(string text, float parameter) =>
        Assert.Equal(parameter, ActivationTable.Parse(text)!.Value.Parameter);

    [Theory]
    [InlineData("nn.LeakyReLU(x)")]
    [InlineData("nn.SiLU(0.5)")]
    [InlineData("nn.GELU(approximate='tanh')")]
    [InlineData("nn.LeakyReLU(0.1")]
    [InlineData("nn.PReLU()")]
    public void What_a_table_says_otherwise_is_no_activation(string text) => Assert.Null(ActivationTable.Parse(text));

    [Fact]
    public void Graphs_from_before_parameters_mean_a_slope_of_a_tenth()
    {
        var json = GraphBuilder.Expand(Architecture.Load("yolov5n-v3")).ToJson();

        Assert.DoesNotContain("parameter", json, StringComparison.Ordinal);
        Assert.All(GraphJson.Parse(json, "x").Nodes.OfType<ActivationNode>().Where(node => node.Kind == ActivationKind.LeakyReLU),
            node => Assert.Equal(0.1f, node.Activation.Parameter));
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(1e9)]
    [InlineData(double.NaN)]
    public void A_parameter_out_of_range_is_refused(double parameter)
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"))
            .WithActivation(new Activation(ActivationKind.LeakyReLU, (float)parameter));

        Assert.Contains("LeakyReLU cannot have the parameter", Assert.Throws<GraphException>(() => GraphValidator.Validate(graph, "x"))
            .Message);
    }

    [Theory]
    [InlineData(ActivationKind.ReLU6, 0)]
    [InlineData(ActivationKind.Mish, 0)]
    [InlineData(ActivationKind.GELU, 0)]
    [InlineData(ActivationKind.ELU, 0.7)]
    [InlineData(ActivationKind.LeakyReLU, 0.3)]
    public void Constants_of_cut_channels_go_through_the_activation(ActivationKind kind, double parameter)
    {
        // One by one, so that the constant meets no padding.
        var graph = GraphBuilder.Expand(Architecture.Parse("x", """
            nc: 1
            depth_multiple: 1
            width_multiple: 1
            anchors: [[8, 8]]
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8, 1, 1]], [-1, 1, Conv, [8, 1, 1]]]
            head: [[-1, 1, Detect, [nc, anchors]]]
            """)).WithActivation(new Activation(kind, (float)parameter));
        var weights = DeterministicWeights.For(graph);
        var network = new Network(graph, weights);
        var analysis = ChannelAnalysis.Of(graph);
        var removed = analysis.Groups.Take(2).Select(group => group.Variables[1]).ToHashSet();
        foreach (var (position, node) in graph.Nodes.Index())
        {
            if (node is not BatchNormNode) continue;
            for (var channel = 0; channel < 8; channel++)
            {
                if (removed.Contains(analysis.VariablesOf(position)[channel])) weights[$"{node.Name}.weight"].Values[channel] = 0;
            }
        }

        var cut = Surgery.Cut(network, new Removal(analysis, removed), ChannelConstants.Of(network, new Removal(analysis, removed)));
        var picture = Enumerable.Range(0, 3 * 16 * 16).Select(i => i * 31 % 97 / 97f).ToArray();
        var (expected, actual) = (new ReferenceExecutor(graph, weights).Run(picture, 16, 16)[^1],
            new ReferenceExecutor(cut.Graph, cut.Weights).Run(picture, 16, 16)[^1]);
        Assert.All(Enumerable.Range(0, expected.Values.Length),
            i => Assert.Equal(expected.Values[i], actual.Values[i], 1e-4 * Math.Max(1, Math.Abs(expected.Values[i]))));
    }

    /// <summary>A model of two convolutions and a head whose modules have these activations.</summary>
    private static TorchPickle Model(TorchPickle pickle, params (string Row, string Type, string? Attribute, double Value)[] activations)
    {
        pickle.New("models.yolo", "DetectionModel").Code("}(")
            .Text("yaml").Code("}(").Text("nc").Whole(1).Text("depth_multiple").Whole(1).Text("width_multiple").Whole(1)
            .Text("anchors").Code("](](").Whole(8).Whole(8).Code("ee")
            .Text("backbone").Code("](](").Whole(-1).Whole(1).Text("Conv").Code("](").Whole(8).Whole(3).Whole(2).Code("ee](")
                .Whole(-1).Whole(1).Text("Conv").Code("](").Whole(8).Code("eee")
            .Text("head").Code("](](").Whole(-1).Whole(1).Text("Detect").Code("](").Text("nc").Text("anchors").Code("eeeu")
            .Text("_modules").OrderedMap().Code("(").Text("model").New("torch.nn.modules.container", "Sequential").Code("}(")
            .Text("_modules").OrderedMap().Code("(");
        foreach (var (row, type, attribute, value) in activations)
        {
            pickle.Text(row).New("models.common", "Conv").Code("}(").Text("_modules").OrderedMap().Code("(").Text("act")
                .New(type is "MemoryEfficientMish" or "FReLU" ? "utils.activations" : "torch.nn.modules.activation", type)
                    .Code("}(").Text("inplace").Code("\x88");
            if (attribute is not null) pickle.Text(attribute).Real(value);
            pickle.Code("ubu").Code("ub");
        }

        return pickle.Code("uubuub");
    }

    private static TorchFile Read(TorchPickle pickle) => TorchFile.Read(new MemoryStream(pickle.ToArchive()), "x.pt");
}
