using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Vision;
using TorchSharp;

namespace Espalier.Tests.Execution;

public class OracleOutputTests
{
    [Theory]
    [InlineData("yolov5n", 10.161779, 24.974879, 4.38001, 5.71866, 12.90819, 10.33558)]
    [InlineData("yolov5n-v4", 10.162395, 24.975440, 4.38062, 5.72081, 12.91139, 10.33172)]
    [InlineData("yolov5n-v3", 10.139131, 24.650745, 4.4005, 5.77186, 12.97303, 10.2281)]
    public void Deterministic_net_of_each_family_predicts_what_the_reference_predicts(
        string name, double mean, double deviation, double x, double y, double width, double height)
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic(name);
        var output = network.Predict(TestNetworks.Pictures(1, 64));
        Assert.Equal([1, 252, 15], output.shape);
        var moments = TestNetworks.Moments(output);
        Close.Equal(mean, moments.Mean);
        Close.Equal(deviation, moments.Deviation);
        var row = output.data<float>().ToArray();
        double[] box = [x, y, width, height];
        for (var i = 0; i < 4; i++) Close.Equal(box[i], row[i], absolute: 1e-4);
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
    public void Single_predictions_are_the_references(int row, double[] expected)
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        var output = network.Predict(TestNetworks.Pictures(1, 64));
        Close.Equal(.352353, output.min().item<float>());
        Close.Equal(298.072876, output.max().item<float>());
        var values = output.data<float>().ToArray().AsSpan(row * 15, 15);
        for (var i = 0; i < 15; i++) Close.Equal(expected[i], values[i], absolute: 1e-5);
    }

    [Theory]
    [InlineData(
        "yolov5n",
        new[]
        {
            0,
            .001508,
            .075452,
            2,
            .003129,
            .051524,
            4,
            .048149,
            .219864,
            6,
            .073603,
            .277734,
            8,
            .016372,
            .132494,
            9,
            .005472,
            .074952,
            13,
            .012734,
            .109662,
            17,
            .011758,
            .105476,
            20,
            .012686,
            .109414,
            23,
            .006021,
            .079930,
        }
    )]
    [InlineData("yolov5n-v4", new[] { 0, .000924, .069677, 4, .070586, .270174, 9, .005034, .073586, 23, .006021, .079928 })]
    [InlineData("yolov5n-v3", new[] { 0, -.000683, .069639, 4, .011569, .130817, 9, .026209, .204224, 23, .023315, .193150 })]
    public void Outputs_of_rows_are_the_references(string name, double[] rows)
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic(name);
        var positions = rows.Chunk(3).Select(row => TestNetworks.LastOfRow(network.Graph, (int)row[0])).ToArray();
        var outputs = network.Forward(TestNetworks.Pictures(1, 64), positions).Outputs;
        foreach (var (row, position) in rows.Chunk(3).Zip(positions))
        {
            var (mean, deviation) = TestNetworks.Moments(outputs[position]);
            Close.Equal(row[1], mean);
            Close.Equal(row[2], deviation);
        }
    }

    [Fact]
    public void Raw_heads_are_the_references()
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.TrainingWithFrozenBatchNorm);
        var heads = network.ForwardHeads(TestNetworks.Pictures(1, 64));
        Assert.Equal([1, 3, 8, 8, 15], heads[0].shape);
        var (first, second) = (TestNetworks.Moments(heads[0]), TestNetworks.Moments(heads[1]));
        Close.Equal(.009679, first.Mean);
        Close.Equal(.282092, first.Deviation);
        Close.Equal(.008316, second.Mean);
        Close.Equal(.280417, second.Deviation);
    }

    [Theory]
    [InlineData(640, 25200)]
    [InlineData(320, 6300)]
    [InlineData(192, 2268)]
    public void Number_of_predictions_follows_from_the_image_size(int side, int predictions)
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        Assert.Equal([1, predictions, 15], network.Predict(torch.zeros(1, 3, side, side)).shape);
    }

    [Fact]
    public void Suppression_keeps_as_many_boxes_as_the_reference()
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        var predictions = network.Predict(TestNetworks.Pictures(1, 64)).data<float>().ToArray();
        Assert.Contains(81, CountsAmongNearTies(predictions, NmsOptions.ForPrediction));
        Assert.Contains(51, CountsAmongNearTies(predictions, NmsOptions.ForPrediction with { Agnostic = true }));
        Assert.Equal([300], CountsAmongNearTies(predictions, NmsOptions.ForValidation));
        var detections = NonMaximumSuppression.Suppress(predictions, 10, NmsOptions.ForPrediction);
        var top = detections[0];
        double[] box = [top.Box.Left, top.Box.Top, top.Box.Right, top.Box.Bottom];
        double[] expected = [-61.1365, -129.2542, 171.9198, 168.8187];
        for (var i = 0; i < 4; i++) Close.Equal(expected[i], box[i], absolute: 1e-3);
        Close.Equal(.4073, top.Confidence);
        Assert.Equal(3, top.Class);
    }

    /// <summary>
    /// How many boxes are kept when predictions are moved by up to one millionth. The deterministic net sees much the same in
    /// neighbouring cells, so that its confidences agree to seven digits and rounding decides which of two boxes suppresses the
    /// other: one thread or two, folded or not, gives 80 to 85 boxes, and the reference had 81.
    /// </summary>
    private static SortedSet<int> CountsAmongNearTies(float[] predictions, NmsOptions options)
    {
        var random = new Random(1);
        var counts = Enumerable.Range(0, 100).Select(_ =>
                NonMaximumSuppression
                    .Suppress([.. predictions.Select(value => value * (1 + (random.NextSingle() - .5f) * 2e-6f))], 10, options)
                    .Length
            );
        return [.. counts];
    }

    [Theory]
    [InlineData("yolov5n", 7.6e-5)]
    [InlineData("yolov5n-v4", 2e-4)]
    [InlineData("yolov5n-v3", 2e-4)]
    public void Folding_batch_normalization_hardly_changes_the_output(string name, double bound)
    {
        using var scope = torch.NewDisposeScope();
        using var network = TestNetworks.Deterministic(name);
        var (graph, weights) = Folding.Fold(network.Graph, network.ToWeights());
        using var folded = new ExecutableNetwork(graph, weights) { Mode = ExecutionMode.Evaluation };
        var pictures = TestNetworks.Pictures(1, 64);
        var difference = (network.Predict(pictures) - folded.Predict(pictures)).abs().max().item<float>();
        Assert.True(difference <= bound, $"{difference}");
    }
}
