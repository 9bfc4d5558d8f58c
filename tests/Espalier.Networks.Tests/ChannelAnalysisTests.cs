using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The oracle's "Pruning" section: groups, free channels, what half of every group leaves.</summary>
public class ChannelAnalysisTests
{
    [Theory]
    [InlineData("yolov5n", 50, 4352)]
    [InlineData("yolov5n-v4", 52, 4512)]
    [InlineData("yolov5n-v3", 60, 5040)]
    public void Groups_and_free_channels_are_the_original_ones(string name, int groups, int channels)
    {
        var analysis = ChannelAnalysis.Of(GraphBuilder.Expand(Architecture.Load(name), 10));

        Assert.Equal((groups, channels), (analysis.Groups.Length, analysis.FreeChannels));
        Assert.Equal(channels, analysis.Groups.Sum(group => group.Width));
    }

    [Fact]
    public void Only_the_backbones_shortcuts_have_several_producers()
    {
        var analysis = ChannelAnalysis.Of(GraphBuilder.Expand(Architecture.Load("yolov5n"), 10));
        string[] expected =
        [
            "model.2.cv1 model.2.m.0.cv2", "model.4.cv1 model.4.m.0.cv2 model.4.m.1.cv2",
            "model.6.cv1 model.6.m.0.cv2 model.6.m.1.cv2 model.6.m.2.cv2", "model.8.cv1 model.8.m.0.cv2",
        ];

        Assert.Equal(expected, analysis.Groups.Where(group => group.Producers.Length > 1)
                .Select(group =>
                    string.Join(
                        ' ',
                        group.Producers.Select(producer =>
                            analysis.Graph.Nodes[producer].Name.Replace(".conv", "", StringComparison.Ordinal)
                        )
                    )
                )
        );
    }

    [Theory]
    [InlineData(10, 640, 1_777_447, null)]
    [InlineData(80, 224, null, 273_672_448L)]
    public void Half_of_every_group_of_yolov5s_is_yolov5n(int classes, int imageSize, int? parameters, long? multiplyAdds)
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5s"), classes);
        var analysis = ChannelAnalysis.Of(graph);
        var removed = analysis.Groups.SelectMany(group => group.Variables.Take(group.Width / 2)).ToHashSet();
        var half = Surgery.Cut(new Network(graph, DeterministicWeights.For(graph)), new Removal(analysis, removed))
            .Graph.Summarize(imageSize);

        Assert.Equal(parameters ?? half.Parameters, half.Parameters);
        Assert.Equal(multiplyAdds ?? half.MultiplyAdds, half.MultiplyAdds);
        Assert.Equal(classes == 80 ? 1_006_555_648 : 0, classes == 80 ? graph.Summarize(224).MultiplyAdds : 0);
    }

    [Fact]
    public void Channels_of_a_depthwise_convolution_are_those_that_it_reads()
    {
        var analysis = ChannelAnalysis.Of(Stem(new ConvNode("depthwise", 1, [1], 8, 16, 3, 1, 1, 8, false)));

        Assert.Equal(analysis.VariablesOf(1).SelectMany(variable => new[] { variable, variable }), analysis.VariablesOf(2));
        Assert.Equal([1, 2], Assert.Single(analysis.Groups).Producers);
    }

    [Fact]
    public void A_grouped_and_a_transposed_convolution_and_a_mean_over_channels_stay_whole_with_what_they_read()
    {
        Node[] wholes =
        [
            new ConvNode("grouped", 1, [1], 8, 16, 3, 1, 1, 4, false),
            new ConvTransposeNode("transposed", 1, [1], 8, 8, 2, 2, 0, 0, 1, true),
            new ChannelPoolNode("pool", 1, [1]), new AttentionNode("attention", 1, [1], 8, 2),
        ];
        foreach (var whole in wholes)
        {
            var analysis = ChannelAnalysis.Of(Stem(whole));

            Assert.Empty(analysis.Groups);
            Assert.Equal(whole.OwnChannels, analysis.VariablesOf(2).Length);
        }
    }

    [Fact]
    public void A_gate_stands_and_falls_with_what_it_multiplies()
    {
        var analysis = ChannelAnalysis.Of(GraphBuilder.Expand(BlockTables.Thinnable[1]));
        var (first, fixedByPooling) = (analysis.Graph.RowOutput(2), analysis.Graph.RowOutput(4));
        var producers = analysis.Groups.Single(group => group.Variables.Contains(analysis.VariablesOf(first)[0]))
            .Producers.Select(producer => analysis.Graph.Nodes[producer].Name);

        Assert.Equal(["model.1.cv3.conv", "model.2.fc2"], producers);
        Assert.DoesNotContain(analysis.VariablesOf(fixedByPooling), analysis.IsFree);
        Assert.Contains(analysis.Groups, group => analysis.Graph.Nodes[group.Producers[0]].Name == "model.4.channel_attention.f1");
    }

    private static Graph Stem(Node node) => new([new InputNode("image", 3), new ConvNode("stem", 0, [0], 3, 8, 3, 1, 1, 1, false), node]);
}
