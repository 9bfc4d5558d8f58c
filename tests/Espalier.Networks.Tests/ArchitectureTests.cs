using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Users' tables: what is read, and what is refused with which sentence.</summary>
public class ArchitectureTests
{
    private const string Table = """
        nc: 3
        depth_multiple: 0.33
        width_multiple: 0.25
        anchors:
          - [10,13, 16,30, 33,23]
          - [30,61, 62,45, 59,119]
        backbone:
          [[-1, 1, Conv, [64, 6, 2, 2]],  # 0
           [-1, 1, Conv, [128, 3, 2]],
           [-1, 3, C3, [128]],
           [-1, 1, nn.MaxPool2d, [2, 2, 0]],
           [-1, 1, SPPF, [256, 5]],       # 4
          ]
        head:
          [[-1, 1, nn.Upsample, [None, 2, 'nearest']],
           [[-1, 2], 1, Concat, [1]],
           [-1, 3, C3, [256, False]],     # 7
           [[7, 4], 1, Detect, [nc, anchors]],
          ]
        """;

    [Fact]
    public void Table_in_the_original_style_expands()
    {
        var architecture = Architecture.Parse("mine.yaml", Table);
        var graph = GraphBuilder.Expand(architecture);

        Assert.Equal(5, architecture.BackboneRows);
        Assert.Equal([4, 8], graph.Detect.Strides);
        Assert.Equal(3, graph.Classes);
        Assert.Equal("MaxPool2d", graph.Modules[3]);
    }

    [Fact]
    public void File_of_a_table_gives_the_same_graph_as_the_built_in()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("mine.yaml");
        File.WriteAllText(path, Architectures.Table("-v3").Replace("depth_multiple: 1.0", "depth_multiple: 0.33")
            .Replace("width_multiple: 1.0", "width_multiple: 0.25"));

        Assert.Equal(GraphBuilder.Expand(Architecture.Load("yolov5n-v3")).Nodes.Length,
            GraphBuilder.Expand(Architecture.Load(path)).Nodes.Length);
        Assert.Equal(
            GraphBuilder.Expand(Architecture.Load("yolov5n-v3")).State().Select(item => (item.Name, item.Count)),
            GraphBuilder.Expand(Architecture.Load(path)).State().Select(item => (item.Name, item.Count)));
    }

    [Fact]
    public void Name_with_extension_finds_the_built_in_where_no_such_file_is()
        => Assert.Equal("yolov5s", Architecture.Load("models/yolov5s.yaml").Name);

    [Theory]
    [InlineData("3", 3)]
    [InlineData("1", 1)]
    [InlineData("5", 5)]
    public void Anchors_that_are_only_counted_are_as_many_on_every_level(string anchors, int count)
    {
        var table = $"""
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: {anchors}
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8, 3, 2]]]
            head: [[[0, 1, 2], 1, Detect, [nc, anchors]]]
            """;
        var detect = GraphBuilder.Expand(Architecture.Parse("x", table)).Detect;

        Assert.Equal([2, 4, 8], detect.Strides);
        Assert.All(detect.Anchors, level => Assert.Equal(2 * count, level.Length));
        Assert.Equal(1.5f * 8, detect.Anchors[2][0]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("33")]
    [InlineData("three")]
    public void Anchors_that_are_counted_wrongly_are_refused(string anchors) =>
        Assert.Contains(
            "anchors must be a whole number from 1 to 32",
            Assert
                .Throws<GraphException>(() =>
                    Architecture.Parse("x", $"nc: 2\ndepth_multiple: 1\nwidth_multiple: 1\nanchors: {anchors}\nbackbone: []\nhead: []")
                )
                .Message
        );

    [Theory]
    [InlineData("channel_multiple: 4", 20, 68)]
    [InlineData("channel_multiple: 32", 32, 96)]
    [InlineData("channel_multiple: null", 24, 72)]
    public void Table_chooses_what_channels_are_multiples_of(string line, int first, int second)
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("x", $"""
            {line}
            nc: 2
            depth_multiple: 1
            width_multiple: 0.26
            anchors: 3
            backbone: [[-1, 1, Conv, [72, 3, 2]], [-1, 1, Conv, [260, 3, 2]]]
            head: [[-1, 1, Detect, [nc, anchors]]]
            """));

        var convolutions = graph.Nodes.OfType<ConvNode>().ToList();

        Assert.Equal((first, second), (convolutions[0].OutChannels, convolutions[1].OutChannels));
    }

    [Theory]
    [InlineData("[[9,9], [90,90]]", "[0, 1]", 9f, 90f)]
    [InlineData("[[90,90], [9,9]]", "[0, 1]", 9f, 90f)]
    [InlineData("[[9,9], [90,90]]", "[1, 0]", 90f, 9f)]
    [InlineData("[[90,90], [9,9]]", "[1, 0]", 90f, 9f)]
    public void Anchors_that_run_against_the_strides_are_turned_around(string anchors, string levels, float first, float last)
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("x", $"""
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: {anchors}
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8, 3, 2]]]
            head: [[{levels}, 1, Detect, [nc, anchors]]]
            """));
        var fitted = graph.WithAnchors([[9, 9], [90, 90]]); // Newly fitted ones come smallest first.

        Assert.Equal((first, last), (graph.Detect.Anchors[0][0], graph.Detect.Anchors[1][0]));
        Assert.Equal((first, last), (fitted.Detect.Anchors[0][0], fitted.Detect.Anchors[1][0]));
    }

    [Theory]
    [InlineData("[8, 3, 1, None, 1, 2]", 2, 2, ActivationKind.SiLU)]
    [InlineData("[8, 3, 1, 3, 1, 3, nn.ReLU()]", 3, 3, ActivationKind.ReLU)]
    [InlineData("[8, 3, 1, None, 1, 1, True]", 1, 1, ActivationKind.SiLU)]
    [InlineData("[8, 3, 1, None, 1, nn.Mish()]", 1, 1, ActivationKind.Mish)]
    public void Conv_has_a_dilation_before_its_activation(string arguments, int dilation, int padding, ActivationKind activation)
    {
        var table = $"""
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: 3
            backbone: [[-1, 1, Conv, {arguments}]]
            head: [[-1, 1, Detect, [nc, anchors]]]
            """;
        var graph = GraphBuilder.Expand(Architecture.Parse("x", table));
        var conv = graph.Nodes.OfType<ConvNode>().First();

        Assert.Equal((dilation, padding, activation), (conv.Dilation, conv.Padding, graph.Nodes.OfType<ActivationNode>().First().Kind));
        Assert.Equal([1], graph.Detect.Strides);
        Assert.Equal(graph.Hash(), GraphJson.Parse(graph.ToJson(), "x").Hash());
    }

    [Theory]
    [InlineData("activation: ReLU", ActivationKind.ReLU)]
    [InlineData("activation: nn.LeakyReLU(0.1)", ActivationKind.LeakyReLU)]
    [InlineData("activation: nn.SiLU()", ActivationKind.SiLU)]
    [InlineData("activation: Hardswish", ActivationKind.Hardswish)]
    public void Table_chooses_the_activation(string line, ActivationKind kind)
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("mine.yaml", line + "\n" + Table));

        Assert.All(graph.Nodes.OfType<ActivationNode>(), node => Assert.Equal(kind, node.Kind));
    }

    [Fact]
    public void Third_family_has_hardswish_in_conv_and_leaky_relu_in_csp()
    {
        var activations = GraphBuilder.Expand(Architecture.Load("yolov5n-v3")).Nodes.OfType<ActivationNode>().ToList();

        Assert.Equal(8, activations.Count(node => node.Kind == ActivationKind.LeakyReLU));
        Assert.Equal(activations.Count - 8, activations.Count(node => node.Kind == ActivationKind.Hardswish));
    }

    [Fact]
    public void Names_count_the_classes()
    {
        var architecture = Architecture.Parse("mine.yaml", Table.Replace("nc: 3", "names: {0: cat, 1: dog}"));

        Assert.Equal(2, architecture.Classes);
        Assert.Equal(["cat", "dog"], architecture.ClassNames);
    }

    [Theory]
    [InlineData("nc: 3", "", "mine.yaml: neither nc (the number of classes) nor names is there.")]
    [InlineData("nc: 3", "nc: -3", "mine.yaml: nc must be a whole number from 1 to 10000, not '-3'.")]
    [InlineData("nc: 3", "nc: 3\nnames: [a, b]", "mine.yaml: nc is 3, but 2 names are given.")]
    [InlineData("depth_multiple: 0.33", "", "mine.yaml: depth_multiple must be a number above 0 and up to 100, not 'nothing'.")]
    [InlineData("width_multiple: 0.25", "width_multiple: .nan",
        "mine.yaml: width_multiple must be a number above 0 and up to 100, not '.nan'.")]
    [InlineData("width_multiple: 0.25", "width_multiple: NaN",
        "mine.yaml: width_multiple must be a number above 0 and up to 100, not 'NaN'.")]
    [InlineData("width_multiple: 0.25", "width_multiple: 1e400",
        "mine.yaml: width_multiple must be a number above 0 and up to 100, not '1e400'.")]
    [InlineData("width_multiple: 0.25", "width_multiple: 0.25\nwidth_multiple: 1", "the key 'width_multiple' stands twice")]
    [InlineData("[10,13, 16,30, 33,23]", "[10,13, 16]",
        "mine.yaml: level 0 of anchors must be a list of from 1 to 32 pairs of width and height.")]
    [InlineData("- [10,13, 16,30, 33,23]", "", "mine.yaml, row 8 (Detect): it takes 2 rows, but the table has anchors for 1 levels.")]
    [InlineData("Conv, [128, 3, 2]", "Conf, [128, 3, 2]", "mine.yaml, row 1 (Conf): there is no module of this name")]
    [InlineData("Conv, [128, 3, 2]", "Conv, [128, 3, 2", "this is not YAML")]
    [InlineData("Conv, [128, 3, 2]", "!!Conv[[[[[, 3, 2]", "this is not YAML")]
    [InlineData("Conv, [128, 3, 2]", "Conv, [__import__('os')]",
        "mine.yaml, row 1 (Conv): channels must be a whole number from 1 to 65536, not '__import__('os')'.")]
    [InlineData("Conv, [128, 3, 2]", "Conv, [65536, 3, 2, 1, 1, 1, True, 9]",
        "mine.yaml, row 1 (Conv): it takes [channels, kernel, stride, padding, groups, dilation, activation] and is given 8 arguments.")]
    [InlineData("Conv, [128, 3, 2]", "Conv, [128, 3, 2, 1, 1, True, 9]",
        "mine.yaml, row 1 (Conv): the dilation must be a whole number, not 'True'.")]
    [InlineData("Conv, [128, 3, 2]", "Conv, []",
        "mine.yaml, row 1 (Conv): it takes [channels, kernel, stride, padding, groups, dilation, activation] and is given 0 arguments.")]
    [InlineData("Conv, [128, 3, 2]", "Conv, [128, 3, 2, 1, 5]",
        "mine.yaml, row 1 (Conv): 5 groups do not divide both 16 and 32 channels evenly.")]
    [InlineData("[-1, 3, C3, [128]]", "[7, 3, C3, [128]]",
        "mine.yaml, row 2 (C3): from 7 does not come before this row, which would make a cycle.")]
    [InlineData("[-1, 3, C3, [128]]", "[2, 3, C3, [128]]",
        "mine.yaml, row 2 (C3): from 2 does not come before this row, which would make a cycle.")]
    [InlineData("[-1, 3, C3, [128]]", "[99, 3, C3, [128]]", "mine.yaml, row 2 (C3): from 99 is out of range: the table has rows 0 to 8.")]
    [InlineData("[-1, 3, C3, [128]]", "[-4, 3, C3, [128]]", "mine.yaml, row 2 (C3): from -4 lies before the first row.")]
    [InlineData("[-1, 3, C3, [128]]", "[[-1, 0], 3, C3, [128]]", "mine.yaml, row 2 (C3): it takes one row, not 2.")]
    [InlineData("[-1, 3, C3, [128]]", "[-1, 0, C3, [128]]", "mine.yaml, row 2: repeats must be a whole number from 1 to 1000, not '0'.")]
    [InlineData("[-1, 3, C3, [128]]", "[-1, 3, C3]", "mine.yaml, row 2: a row is [from, repeats, module, arguments].")]
    [InlineData("[-1, 3, C3, [128]]", "[-1, 3, C3, [128, {a: b}]]",
        "mine.yaml, row 2: its arguments may be words, numbers and lists, but not a map.")]
    [InlineData("[[-1, 2], 1, Concat, [1]]", "[[-1, 0], 1, Concat, [1]]", "whose rows and columns differ.")]
    [InlineData("[[-1, 2], 1, Concat, [1]]", "[[-1, 2], 1, Concat, [2]]",
        "mine.yaml, row 6 (Concat): the dimension must be a whole number from 1 to 1, not '2'.")]
    [InlineData("Detect, [nc", "Detect, [80",
        "mine.yaml, row 8 (Detect): its first argument must be nc, which the table has as 3, and no other number.")]
    [InlineData("[nc, anchors]", "[nc, [[1,2, 3,4], [5,6, 7,8]]]",
        "mine.yaml, row 8 (Detect): its second argument must be anchors; which they are stands under anchors in the table.")]
    [InlineData("nc: 3", "names: {1: a, 2: b}", "mine.yaml: names must have the keys 0 to 1, but 0 is missing.")]
    [InlineData("Detect, [nc", "Conv, [nc", "mine.yaml, row 8 (Conv): the last row must be Detect.")]
    [InlineData("[-1, 1, SPPF, [256, 5]]", "[-1, 1, Detect, []]", "mine.yaml, row 4 (Detect): Detect must be the last row.")]
    [InlineData("depth_multiple: 0.33", "depth_multiple: 99.0\nwidth_multiple: 90\nx: 1", "the key 'width_multiple' stands twice")]
    [InlineData("nc: 3", "nc: &a 3\nx: *a", "an alias or another construct that a table does not need")]
    [InlineData("nc: 3", "nc: 3\nactivation: os.system", "mine.yaml: activation must be one of SiLU, ReLU, Hardswish, LeakyReLU, ReLU6, "
        + "Mish, GELU, ELU, Sigmoid, Identity, not 'os.system'.")]
    public void Bad_table_is_refused_with_row_and_reason(string old, string replacement, string sentence)
    {
        Assert.Contains(old, Table);
        var exception = Assert.Throws<GraphException>(
            () => GraphBuilder.Expand(Architecture.Parse("mine.yaml", Table.Replace(old, replacement))));

        Assert.Contains(sentence, exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Too_deep_and_too_wide_tables_are_refused()
    {
        var architecture = Architecture.Parse("mine.yaml", Table);

        Assert.Contains(
            "repeats",
            Assert
                .Throws<GraphException>(() =>
                    GraphBuilder.Expand(
                        architecture with
                        {
                            Rows = architecture.Rows.SetItem(2, architecture.Rows[2] with { Repeats = 1000 }),
                            DepthMultiple = 100,
                        }
                    )
                )
                .Message
        );
        Assert.Contains("limit", Assert.Throws<GraphException>(() => GraphBuilder.Expand(architecture with { WidthMultiple = 100 }))
            .Message);
    }

    [Fact]
    public void Unknown_name_is_refused_with_the_known_ones()
        => Assert.StartsWith("'yolov5q' is neither a file nor a built-in architecture (yolov5n, ",
            Assert.Throws<GraphException>(() => Architecture.Load("yolov5q")).Message);

    [Fact]
    public void Deeply_nested_yaml_is_refused()
        => Assert.Contains("nested deeper",
            Assert.Throws<GraphException>(() => Architecture.Parse("mine.yaml", "a: " + new string('[', 100_000))).Message);

    private const string Mutations = "[]{}:,-#*&!|>'\"%@`0129.eNa \n\t\\";

    [Fact]
    public void Mutated_tables_are_read_or_refused_but_never_crash()
    {
        var random = new Random(7);
        for (var i = 0; i < 1500; i++)
        {
            var text = Table.ToCharArray();
            for (var j = random.Next(1, 6); j > 0; j--) text[random.Next(text.Length)] = Mutations[random.Next(Mutations.Length)];
            try
            {
                GraphBuilder.Expand(Architecture.Parse("mine.yaml", new string(text)));
            }
            catch (GraphException)
            {
                // Refused as promised.
            }
        }
    }
}
