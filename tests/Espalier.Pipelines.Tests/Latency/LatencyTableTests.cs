using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Tests;

namespace Espalier.Pipelines.Tests.Latency;

/// <summary>A latency table is measured once, survives being kept, and interpolates between the widths that it has seen.</summary>
public sealed class LatencyTableTests
{
    private const string Family = "Conv 3x3/1 20x20 then SiLU";

    [Fact]
    public void Widths_that_were_not_measured_lie_on_the_line_through_the_others()
    {
        static double Time(int inputs, int outputs) => 4 + (0.05 * outputs) + (0.002 * inputs * outputs);
        int[] widths = [16, 32, 64, 128];
        var pairs = widths.SelectMany(inputs => widths.Select(outputs => (inputs, outputs)));
        var family = new NodeFamily([.. pairs.Select(pair => new NodeSample(pair.inputs, pair.outputs, Time(pair.inputs, pair.outputs)))]);

        Assert.Equal(Time(96, 48), family.Predict(new NodeShape(Family, 96, 48)), Time(96, 48) * 0.01);
        Assert.True(family.Reaches(new NodeShape(Family, 128, 96)));
        Assert.False(family.Reaches(new NodeShape(Family, 144, 96)));
    }

    [Fact]
    public void Widths_that_were_measured_take_what_they_took()
    {
        var family = new NodeFamily([new(16, 16, 9), new(16, 16, 11), new(16, 16, 10), new(32, 16, 40), new(32, 32, 41)]);

        Assert.Equal(10, family.Predict(new NodeShape(Family, 16, 16)));
        Assert.Equal(40, family.Predict(new NodeShape(Family, 32, 16)));
    }

    [Fact]
    public void A_family_of_one_width_is_predicted_at_that_width_alone()
    {
        var family = new NodeFamily([new(3, 16, 100)]);

        Assert.Equal(100, family.Predict(new NodeShape(Family, 3, 16)));
        Assert.InRange(family.Predict(new NodeShape(Family, 3, 8)), 50, 100);
    }

    [Fact]
    public void A_kept_table_is_read_back_and_one_that_is_damaged_or_another_machine_s_is_none()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("caches", "table.json");
        var samples = LatencySamples.None("here").With([(Family, new NodeSample(16, 32, 12.5))], [new CallSample(1, 1.5)]);
        samples.Write(path);

        var read = LatencySamples.Read(path, "here");
        Assert.Equal(samples.Nodes[Family], read.Nodes[Family]);
        Assert.Equal(samples.Calls, read.Calls);
        Assert.Empty(LatencySamples.Read(path, "elsewhere").Nodes);
        Assert.Empty(LatencySamples.Read(folder.File("nothing.json"), "here").Nodes);

        var text = File.ReadAllText(path);
        string Other(string part, string instead) => text.Replace(part, instead, StringComparison.Ordinal);
        string[] damaged = [text[..^9], Other("\"version\":1", "\"version\":2"), Other("12.5", "-3"), "[]", ""];
        Assert.All(damaged, content =>
        {
            File.WriteAllText(path, content);
            Assert.Empty(LatencySamples.Read(path, "here").Nodes);
        });
    }

    [Fact]
    public void A_table_may_be_kept_in_the_folder_at_hand()
    {
        var path = $"{Guid.NewGuid():N}.json";
        try
        {
            LatencySamples.None("here").With([(Family, new NodeSample(16, 32, 12.5))], [new CallSample(1, 1.5)]).Write(path);

            Assert.Single(LatencySamples.Read(path, "here").Nodes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_table_is_measured_once_and_then_reaches_whatever_is_cut_from_the_network()
    {
        using var folder = new TemporaryFolder();
        var network = Network(imageSize: 32);
        var (setting, listener, path) = (new LatencySetting(Threads: 1), new Notes(), folder.File("table.json"));

        var first = LatencyTable.For(network, setting, listener, path, TestContext.Current.CancellationToken);
        Assert.StartsWith("Measuring a latency table of this machine, once: ", listener.Heard[0], StringComparison.Ordinal);
        listener.Heard.Clear();
        var second = LatencyTable.For(network, setting, listener, path, TestContext.Current.CancellationToken);
        Assert.Empty(listener.Heard);

        var cuts = RandomCut.Variants(network, 5, seed: 7);
        Assert.All(cuts, cut => Assert.True(second.Reaches(cut)));
        Assert.All(cuts, cut => Assert.Equal(first.Predict(cut), second.Predict(cut), first.Predict(cut) * 1e-6));
        Assert.All(cuts, cut => Assert.InRange(second.Predict(cut), 1e-3, 2 * second.Predict(network)));
        Assert.True(second.Predict(cuts[0]) < second.Predict(network));
        Assert.False(second.Reaches(network with { ImageSize = 64 }));
    }

    [Fact]
    public void Variants_grow_and_keep_whole_blocks()
    {
        var network = Network(imageSize: 64);

        var variants = RandomCut.Variants(network, 6, seed: 3);

        Assert.True(variants[0].Graph.Summarize(64).MultiplyAdds < variants[^1].Graph.Summarize(64).MultiplyAdds / 2);
        var free = ChannelAnalysis.Of(network.Graph).Groups.SelectMany(group => group.Producers).ToHashSet();
        var widths = variants.SelectMany(variant => free.Select(position => ((ConvNode)variant.Graph.Nodes[position]).OutChannels));
        Assert.All(widths, width => Assert.Equal(0, width % ChannelBlock.OfThisProcessor));
    }

    private static Checkpoint Network(int imageSize)
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 2);
        var weights = WeightInitializer.Initialize(graph, 1);
        return new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["0", "1"], ImageSize = imageSize };
    }

    private sealed class Notes : IPipelineListener
    {
        public List<string> Heard { get; } = [];

        public void OnNote(string note) => Heard.Add(note);
    }
}
