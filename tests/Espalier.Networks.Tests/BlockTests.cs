using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The blocks that the built-in architectures have not: what they cost, what they compute, what they refuse.</summary>
public class BlockTests
{
    [Fact]
    public void Every_row_has_as_many_parameters_as_the_originals()
    {
        var (table, parameters) = BlockTables.Counted;
        var graph = GraphBuilder.Expand(table);

        Assert.Equal(parameters, graph.Summarize(64).Rows.Select(row => row.Parameters));
        Assert.Equal(266, graph.State().Length);
    }

    [Theory]
    [InlineData("TransformerBlock, [16]", "within C3TR")]
    [InlineData("C3TR, [16, True, 1, 0.4]", "4 heads do not divide its 6 channels evenly")]
    [InlineData("MixConv2d, [16]", "several sizes")]
    [InlineData("Contract, [2]", "Focus")]
    [InlineData("Expand, [2]", "ConvTranspose2d")]
    [InlineData("Segment, [nc, anchors, 32, 256]", "only be the last row")]
    [InlineData("Classify, [nc]", "only detection")]
    [InlineData("Convolution, [16]", "no module of this name; there are Conv,")]
    [InlineData("SE, [32]", "as many channels as it reads, 16, and is asked for 32")]
    [InlineData("nn.ZeroPad2d, [1]", "list")]
    [InlineData("nn.ZeroPad2d, [[1, 2]]", "list of four")]
    [InlineData("nn.Upsample, [None, 2, 'bicubic']", "nearest or bilinear, not 'bicubic'")]
    [InlineData("nn.Upsample, [None, 2, 'bilinear', True]", "corners cannot be aligned")]
    [InlineData("nn.ConvTranspose2d, [16, 2, 2, 0, 2]", "output padding must be below its stride 2, not 2")]
    [InlineData("nn.ConvTranspose2d, [16, 2, 2, 0, 0, 3]", "3 groups do not divide")]
    [InlineData("GhostBottleneck, [32]", "it adds a map of")]
    [InlineData("GhostBottleneck, [16, 3, 3]", "stride must be a whole number from 1 to 2")]
    public void What_cannot_be_built_is_refused_with_its_row_and_the_reason(string row, string reason)
    {
        var message = Assert.Throws<GraphException>(() => GraphBuilder.Expand(Architecture.Parse("x.yaml", $"""
            nc: 2
            depth_multiple: 1.0
            width_multiple: 1.0
            anchors: 3
            backbone: [[-1, 1, Conv, [16, 3, 2]], [-1, 1, {row}]]
            head: [[[-1], 1, Detect, [nc, anchors]]]
            """))).Message;

        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.StartsWith("x.yaml, row 1 (", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_segments_gives_the_network_of_its_boxes()
    {
        const string Table = """
            nc: 2
            depth_multiple: 1.0
            width_multiple: 1.0
            anchors: 3
            backbone: [[-1, 1, Conv, [16, 3, 2]]]
            head: [[[-1], 1, Detect, [nc, anchors]]]
            """;
        var detecting = Architecture.Parse("detect.yaml", Table);
        var segmenting = Architecture.Parse("segment.yaml",
            Table.Replace("Detect, [nc, anchors]", "Segment, [nc, anchors, 32, 256]", StringComparison.Ordinal));

        Assert.Equal((false, true), (detecting.AsksForMasks, segmenting.AsksForMasks));
        Assert.Equal(GraphBuilder.Expand(detecting).Hash(), GraphBuilder.Expand(segmenting).Hash());
    }

    [Fact]
    public void A_backbone_that_goes_coarser_than_the_heads_decides_which_image_sizes_fit()
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("deep.yaml", """
            nc: 2
            depth_multiple: 1.0
            width_multiple: 1.0
            anchors: 3
            backbone:
              - [-1, 1, Conv, [8, 3, 2]]
              - [-1, 1, Conv, [8, 3, 2]]
              - [-1, 1, nn.Upsample, [None, 2, 'nearest']]
              - [[-1, 0], 1, Concat, [1]]
            head: [[[-1], 1, Detect, [nc, anchors]]]
            """));

        Assert.Equal((2, 4), (Assert.Single(graph.Detect.Strides), graph.Stride));
    }

    [Fact]
    public void A_gate_multiplies_channels_and_a_gate_of_one_channel_multiplies_cells()
    {
        var graph = new Graph(
        [
            new InputNode("image", 2),
            new GlobalPoolNode("mean", 0, [0], GlobalPooling.Mean),
            new MultiplyNode("channels", 0, [0, 1]),
            new ChannelPoolNode("pool", 0, [0]),
            new ConvNode("sum", 0, [3], 2, 1, 1, 1, 0, 1, false),
            new MultiplyNode("cells", 0, [0, 4]),
            new GlobalPoolNode("pair", 0, [0], GlobalPooling.Pair),
            new GlobalPoolNode("both", 0, [6], GlobalPooling.PairSum),
        ]);
        var weights = new Weights { ["sum.weight"] = new WeightArray([1, 2, 1, 1], [1, 10]) };
        var outputs = new ReferenceExecutor(graph, weights).Run([1, 2, 3, 6, 5, 5, 5, 9], 2, 2);

        Assert.Equal([3, 6, 9, 18, 30, 30, 30, 54], outputs[2].Values); // Means 3 and 6.
        Assert.Equal([3, 3.5f, 4, 7.5f, 5, 5, 5, 9], outputs[3].Values);
        Assert.Equal([53, 107, 162, 585, 265, 267.5f, 270, 877.5f], outputs[5].Values);
        Assert.Equal([3, 6, 6, 9], outputs[6].Values);
        Assert.Equal([9, 15], outputs[7].Values);
    }

    [Fact]
    public void Attention_weighs_the_values_by_the_softmax_of_products_over_the_root_of_the_width()
    {
        // Two cells. First head: query (2, 0) times keys (1, 1) and (3, 7) is 2 and 6, over the root of 2; the second query is zero.
        // Second head: keys are zero.
        var graph = new Graph([new InputNode("image", 12), new AttentionNode("attention", 0, [0], 4, 2)]);
        float[] queries = [2, 0, 0, 0, 5, 6, 7, 8], keys = [1, 3, 1, 7, 0, 0, 0, 0], values = [10, 20, -1, 1, 1, 2, 3, 5];
        var share = 1 / (1 + MathF.Exp(-4 / MathF.Sqrt(2)));

        Assert.Equal(
            [10 + (10 * share), 15, -1 + (2 * share), 0, 1.5f, 1.5f, 4, 4],
            new ReferenceExecutor(graph, new Weights()).Run([.. queries, .. keys, .. values], 1, 2)[1].Values,
            (one, other) => Math.Abs(one - other) < 1e-5f);
        Assert.Equal(2 * 4 * 2 * 2, Counting.MultiplyAdds(graph.Nodes[1], new TensorShape(4, 1, 2)));
    }

    [Fact]
    public void Attention_between_cells_that_are_all_alike_gives_their_value()
    {
        var graph = new Graph([new InputNode("image", 24), new AttentionNode("attention", 0, [0], 8, 4)]);
        float[] cell = [.. Enumerable.Range(0, 24).Select(channel => ((channel * 7) % 11) - 5f)];

        Assert.Equal(
            cell[16..].SelectMany(value => Enumerable.Repeat(value, 15)),
            new ReferenceExecutor(graph, new Weights()).Run([.. cell.SelectMany(value => Enumerable.Repeat(value, 15))], 3, 5)[1].Values,
            (one, other) => Math.Abs(one - other) < 1e-5f);
    }

    [Fact]
    public void Attention_that_is_given_other_channels_than_three_times_its_own_is_refused()
        => Assert.Contains("queries, keys and values of 8 channels each and is given 16", Assert.Throws<GraphException>(
            () => new AttentionNode("attention", 0, [0], 8, 4).Infer([new TensorShape(16, 2, 2)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Enlarging_between_cells_and_spreading_kernels_give_what_torch_gives()
    {
        var graph = new Graph(
        [
            new InputNode("image", 1),
            new UpsampleNode("up", 0, [0], 2) { Bilinear = true },
            new ConvTransposeNode("spread", 0, [0], 1, 1, 3, 2, 1, 1, 1, false),
            new PadNode("pad", 0, [0], 0, 1, 1, 0),
        ]);
        var weights = new Weights { ["spread.weight"] = new WeightArray([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]) };
        var outputs = new ReferenceExecutor(graph, weights).Run([1, 2, 3, 4], 2, 2);

        // torch.nn.functional.interpolate(x, scale_factor=2, mode='bilinear') and conv_transpose2d(x, w, stride=2, padding=1,
        // output_padding=1).
        Assert.Equal([1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4], outputs[1].Values);
        Assert.Equal([5, 14, 10, 12, 14, 36, 24, 30, 15, 34, 20, 24, 24, 55, 32, 36], outputs[2].Values);
        Assert.Equal([0, 0, 0, 1, 2, 0, 3, 4, 0], outputs[3].Values);
    }
}
