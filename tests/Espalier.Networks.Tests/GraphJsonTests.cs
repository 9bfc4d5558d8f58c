using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Graphs as JSON, ours and foreign.</summary>
public class GraphJsonTests
{
    [Fact]
    public void Every_built_in_survives_the_round_trip()
        => Assert.All(Architectures.Names, name =>
        {
            var graph = GraphBuilder.Expand(Architecture.Load(name), 7);
            var read = GraphJson.Parse(graph.ToJson(), "test");
            Assert.Equal(graph.ToJson(), read.ToJson());
            Assert.Equal(graph.Hash(), read.Hash());
            Assert.Equal(graph.Summarize(64).Parameters, read.Summarize(64).Parameters);
            Assert.Equal(graph.Modules, read.Modules);
        });

    [Fact]
    public void Hashes_of_all_built_ins_differ()
        => Assert.Equal(15, Architectures.Names.Select(name => GraphBuilder.Expand(Architecture.Load(name)).Hash()).Distinct().Count());

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "the graph has version 2")]
    [InlineData("\"operation\":\"input\"", "\"operation\":\"activation\",\"kind\":\"SiLU\"", "the first node must be the image")]
    [InlineData("\"operation\":\"spaceToDepth\"", "\"operation\":\"system\"", "there is no operation 'system'")]
    [InlineData("\"row\":24,\"inputs\":[", "\"row\":24,\"inputs\":[9999,", "node 9999, which does not come before it")]
    [InlineData("\"inChannels\":12", "\"inChannels\":13", "its convolution takes 13 channels and is given 12")]
    [InlineData("\"outChannels\":16", "\"outChannels\":0", "its channels must be from 1 to 65536, not 0")]
    [InlineData("\"outChannels\":16", "\"outChannels\":16.5", "outChannels must be a whole number")]
    [InlineData("\"kind\":\"SiLU\"", "\"kind\":\"eval\"", "the activation must be one of")]
    [InlineData("\"name\":\"model.1.conv\"", "\"name\":\"model.0.conv.conv\"", "another node has the same name")]
    [InlineData("\"name\":\"model.1.act\"", "\"name\":\"\"", "its name must have from 1 to 200 characters")]
    [InlineData("\"strides\":[8,16,32]", "\"strides\":[8,16,64]", "which is no stride of 64")]
    [InlineData("\"strides\":[8,16,32]", "\"strides\":[8,0,32]", "its stride must be from 1 to 65536, not 0")]
    [InlineData("\"epsilon\":0.001", "\"epsilon\":0", "its epsilon must be above 0 and up to 1")]
    [InlineData("\"classes\":10", "\"classes\":11", "needs 3 × (5 + 11) channels")]
    public void Foreign_graph_is_refused_with_node_and_reason(string old, string replacement, string sentence)
    {
        var json = GraphBuilder.Expand(Architecture.Load("yolov5n-v4"), 10).ToJson();
        Assert.Contains(old, json);
        var place = json.IndexOf(old, StringComparison.Ordinal);
        var changed = json[..place] + replacement + json[(place + old.Length)..];

        Assert.Contains(sentence, Assert.Throws<GraphException>(() => GraphJson.Parse(changed, "test")).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":1,\"modules\":[],\"nodes\":[]}")]
    [InlineData("{\"version\":1,\"modules\":[],\"nodes\":[1,2,3]}")]
    [InlineData("{\"version\":1,\"modules\":[\"\\ud800\"],\"nodes\":[]}")]
    public void Text_that_is_no_graph_is_refused(string json)
        => Assert.Throws<GraphException>(() => GraphJson.Parse(json, "test"));

    [Fact]
    public void More_predictions_than_can_be_counted_are_refused()
    {
        static ConvNode Conv(string name, int input, int from, int to, int stride) =>
            new(name, 0, [input], from, to, 1, stride, 0, 1, true);

        // Cells of one pixel beside cells of 8192: shapes are tried on a picture of eight of these a side.
        var graph = new Graph([new InputNode("image", 3), Conv("fine", 0, 3, 6, 1), Conv("half", 0, 3, 1, 128), Conv("coarse", 2, 1, 6, 64),
            new DetectNode("detect", 1, [1, 3], 1, [[1, 1], [2, 2]], [1, 8192])]);

        Assert.Equal("test: Node 4 (detect): it makes 4294967360 predictions; at most 2147483647 are allowed.",
            Assert.Throws<GraphException>(() => GraphJson.Parse(graph.ToJson(), "test")).Message);
    }

    [Fact]
    public void Mutated_graphs_are_read_or_refused_but_never_crash()
    {
        var json = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10).ToJson();
        var random = new Random(5);
        for (var i = 0; i < 400; i++)
        {
            var text = json.ToCharArray();
            for (var j = random.Next(1, 4); j > 0; j--) text[random.Next(text.Length)] = "0123456789-.,:[]{}\"e\\u"[random.Next(21)];
            try
            {
                GraphJson.Parse(new string(text), "test");
            }
            catch (GraphException)
            {
                // Refused as promised.
            }
        }
    }
}
