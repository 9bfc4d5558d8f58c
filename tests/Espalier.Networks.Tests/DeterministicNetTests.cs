using System.Collections.Immutable;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The oracle's deterministic nets, evaluated in plain C#: nc 10, a picture of 64 × 64.</summary>
public class DeterministicNetTests
{
    private static readonly ImmutableDictionary<string, Lazy<Evaluated>> Nets = new[] { "yolov5n", "yolov5n-v4", "yolov5n-v3" }
        .ToImmutableDictionary(name => name, name => new Lazy<Evaluated>(() => Evaluate(name)));

    [Fact]
    public void Output_of_yolov5n_is_the_original_one()
    {
        var output = Nets["yolov5n"].Value.Output;

        Assert.Equal(new TensorShape(1, 252, 15), output.Shape);
        Near(10.161779, Mean(output.Values));
        Near(24.974879, Deviation(output.Values));
        Near(0.352353, output.Values.Min());
        Near(298.072876, output.Values.Max());
    }

    [Theory]
    [InlineData(
        0,
        new[]
        {
            4.38001,
            5.71866,
            12.90819,
            10.33558,
            .38534,
            .45590,
            .57933,
            .60997,
            .51495,
            .40418,
            .40610,
            .51512,
            .60147,
            .56821,
            .45834,
        }
    )]
    [InlineData(
        100,
        new[]
        {
            34.46777,
            35.43581,
            20.2016,
            40.06414,
            .50045,
            .42916,
            .45003,
            .53192,
            .56847,
            .51531,
            .44237,
            .4452,
            .52185,
            .57363,
            .5313,
        }
    )]
    [InlineData(
        251,
        new[]
        {
            55.39151,
            51.78252,
            233.05905,
            298.06757,
            .62099,
            .49967,
            .35235,
            .49377,
            .6559,
            .52133,
            .36229,
            .48531,
            .61391,
            .48136,
            .38799,
        }
    )]
    public void Predictions_of_yolov5n_are_the_original_ones(int row, double[] expected)
    {
        var values = Nets["yolov5n"].Value.Output.Values;
        for (var i = 0; i < expected.Length; i++) Near(expected[i], values[(row * 15) + i]);
    }

    [Theory]
    [InlineData("yolov5n", 0, .001508, .075452)]
    [InlineData("yolov5n", 2, .003129, .051524)]
    [InlineData("yolov5n", 4, .048149, .219864)]
    [InlineData("yolov5n", 6, .073603, .277734)]
    [InlineData("yolov5n", 8, .016372, .132494)]
    [InlineData("yolov5n", 9, .005472, .074952)]
    [InlineData("yolov5n", 13, .012734, .109662)]
    [InlineData("yolov5n", 17, .011758, .105476)]
    [InlineData("yolov5n", 20, .012686, .109414)]
    [InlineData("yolov5n", 23, .006021, .079930)]
    [InlineData("yolov5n-v4", 0, .000924, .069677)]
    [InlineData("yolov5n-v4", 4, .070586, .270174)]
    [InlineData("yolov5n-v4", 9, .005034, .073586)]
    [InlineData("yolov5n-v4", 23, .006021, .079928)]
    [InlineData("yolov5n-v3", 0, -.000683, .069639)]
    [InlineData("yolov5n-v3", 4, .011569, .130817)]
    [InlineData("yolov5n-v3", 9, .026209, .204224)]
    [InlineData("yolov5n-v3", 23, .023315, .193150)]
    public void Rows_have_the_original_mean_and_deviation(string name, int row, double mean, double deviation)
    {
        var net = Nets[name].Value;
        var values = net.Outputs[net.Graph.RowOutput(row)].Values;

        // The oracle prints six decimals.
        Assert.Equal(mean, Mean(values), 1.5e-6);
        Assert.Equal(deviation, Deviation(values), 2e-6 + (1e-5 * deviation));
    }

    [Theory]
    [InlineData(0, .009679, .282092)]
    [InlineData(1, .008316, .280417)]
    public void Raw_heads_of_yolov5n_are_the_original_ones(int level, double mean, double deviation)
    {
        var net = Nets["yolov5n"].Value;
        var values = net.Outputs[net.Graph.Detect.Inputs[level]].Values;

        Assert.Equal(mean, Mean(values), 1.5e-6);
        Near(deviation, Deviation(values));
    }

    [Theory]
    [InlineData("yolov5n-v4", 10.162395, 24.975440, new[] { 4.38062, 5.72081, 12.91139, 10.33172 })]
    [InlineData("yolov5n-v3", 10.139131, 24.650745, new[] { 4.4005, 5.77186, 12.97303, 10.2281 })]
    public void Outputs_of_the_older_families_are_the_original_ones(string name, double mean, double deviation, double[] box)
    {
        var values = Nets[name].Value.Output.Values;

        Near(mean, Mean(values));
        Near(deviation, Deviation(values));
        for (var i = 0; i < box.Length; i++) Near(box[i], values[i]);
    }

    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v4")]
    [InlineData("yolov5n-v3")]
    public void Folded_network_equals_the_network(string name)
    {
        var net = Nets[name].Value;
        var folded = Folding.Fold(net.Graph, net.Weights);
        var output = Run(folded.Graph, folded.Weights)[^1];

        Assert.DoesNotContain(folded.Graph.Nodes, node => node is BatchNormNode);
        var difference = output.Values.Zip(net.Output.Values, (x, y) => Math.Abs(x - y)).Max();
        Assert.True(difference <= 7.6e-5, $"folding moved the output by {difference}");
    }

    [Theory]
    [InlineData("yolov5n", 80, 1_867_405)]
    [InlineData("yolov5n", 10, 1_772_695)]
    [InlineData("yolov5s", 80, 7_225_885)]
    [InlineData("yolov5s", 10, 7_037_095)]
    [InlineData("yolov5m", 80, 21_172_173)]
    [InlineData("yolov5m", 10, 20_889_303)]
    [InlineData("yolov5l", 10, 46_156_743)]
    [InlineData("yolov5x", 10, 86_233_975)]
    public void Folded_networks_have_the_original_counts(string name, int classes, long parameters)
    {
        var graph = GraphBuilder.Expand(Architecture.Load(name), classes);
        var weights = new Weights();
        foreach (var item in graph.State()) weights[item.Name] = new WeightArray([.. item.Shape], new float[item.Count]);

        Assert.Equal(parameters, Folding.Fold(graph, weights).Graph.Summarize(64).Parameters);
    }

    [Fact]
    public void Folding_leaves_a_joint_normalization_whose_producer_has_other_consumers()
    {
        const string Table = """
            nc: 1
            depth_multiple: 1
            width_multiple: 1
            anchors: [[8, 8]]
            backbone:
              - [-1, 1, Conv2d, [8, 3, 2, 1]]
              - [0, 1, Conv2d, [8, 1]]
              - [[0, 1], 1, Concat, [1]]
              - [-1, 1, BatchNorm2d, []]
            head:
              - [-1, 1, Detect, [nc, anchors]]
            """;
        var graph = GraphBuilder.Expand(Architecture.Parse("mine", Table));
        var folded = Folding.Fold(graph, DeterministicWeights.For(graph));

        Assert.Single(folded.Graph.Nodes, node => node is BatchNormNode);
    }

    private static Evaluated Evaluate(string name)
    {
        var graph = GraphBuilder.Expand(Architecture.Load(name), 10);
        var weights = DeterministicWeights.For(graph);
        return new Evaluated(graph, weights, Run(graph, weights));
    }

    private static ReferenceTensor[] Run(Graph graph, Weights weights)
        => new ReferenceExecutor(graph, weights).Run(DeterministicWeights.Picture(1, 3, 64, 64), 64, 64);

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, 2e-5 * Math.Max(1, Math.Abs(expected)));

    private static double Mean(float[] values) => values.Average(value => (double)value);

    /// <summary>The sample's standard deviation, as torch's <c>std</c>.</summary>
    private static double Deviation(float[] values)
    {
        var mean = Mean(values);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private sealed record Evaluated(Graph Graph, Weights Weights, ReferenceTensor[] Outputs)
    {
        public ReferenceTensor Output => Outputs[^1];
    }
}
