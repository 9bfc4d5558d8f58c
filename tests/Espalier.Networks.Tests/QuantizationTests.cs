using FsCheck.Xunit;

namespace Espalier.Networks.Tests;

public sealed class QuantizationTests
{
    [Property]
    public bool Zero_is_a_step_and_what_is_a_step_stays(float low, float high, float value)
    {
        if (!float.IsFinite(low) || !float.IsFinite(high) || !float.IsFinite(value)
            || Math.Abs((double)low) + Math.Abs((double)high) > 1e30)
            return true;
        var range = TensorRange.Holding(Math.Min(low, high), Math.Max(low, high));
        var nearest = range.Nearest(value);
        var within = Math.Clamp(value, range.Low, range.High);
        return range.Nearest(0) == 0 && Math.Abs(range.Nearest(nearest) - nearest) <= 1e-3 * range.Scale
            && Math.Abs(nearest - within) <= 1.01 * range.Scale;
    }

    [Theory]
    [InlineData(0, 0, float.MaxValue)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 1e-9f, 1)]
    [InlineData(-1e-9f, 0, -1)]
    [InlineData(-1e-9f, 1e-9f, 1)]
    public void A_range_of_next_to_nothing_keeps_its_steps_within_it(float low, float high, float value) =>
        Assert.True(Zero_is_a_step_and_what_is_a_step_stays(low, high, value));

    [Theory]
    [InlineData(7, 63)]
    [InlineData(8, 127)]
    public void Weights_are_rounded_by_at_most_half_a_step_of_their_channel(int bits, int largest)
    {
        var random = new Random(3);
        float[] weights = [.. Enumerable.Range(0, 4 * 18).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, (i / 18) - 2)))];
        weights.AsSpan(0, 18).Clear();

        var rounded = QuantizedWeights.Of(weights, new float[4], 0.01f, bits);

        for (var i = 0; i < weights.Length; i++)
            Assert.InRange(Math.Abs((rounded.Values[i] * rounded.Scales[i / 18]) - weights[i]), 0, 0.5001f * rounded.Scales[i / 18]);
        foreach (var channel in rounded.Values.Chunk(18).Skip(1)) Assert.Equal(largest, channel.Max(value => Math.Abs((int)value)));
        Assert.All(rounded.Values[..18], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Seven_bits_cannot_overflow_what_adds_two_products_in_sixteen()
        => Assert.True(2 * 63 * 255 <= short.MaxValue && 2 * 127 * 255 > short.MaxValue);

    [Theory]
    [InlineData(CalibrationMethod.MinMax, 99, 101)]
    [InlineData(CalibrationMethod.Percentile, 0.9, 40)]
    [InlineData(CalibrationMethod.Entropy, 0.9, 40)]
    [InlineData(CalibrationMethod.SquaredError, 0.9, 101)]
    public void Methods_differ_in_what_they_make_of_an_outlier(CalibrationMethod method, float least, float most)
    {
        // Millions of values that are mostly below 2, and ten at 100.
        var counts = new double[ValueHistogram.UsualBins];
        for (var bin = 0; bin < 200; bin++) counts[bin] = Math.Round(1e6 * Math.Exp(-Math.Pow(bin / 40.0, 2)));
        counts[^1] = 10;

        var range = RangeChoice.Choose(new ValueHistogram(0, 100, counts), method);

        Assert.Equal(0, range.Low);
        Assert.InRange(range.High, least, most);
    }

    [Fact]
    public void Least_squared_error_clips_where_that_pays()
    {
        // A bell with long thin tails.
        var counts = new double[ValueHistogram.UsualBins];
        for (var bin = 0; bin < counts.Length; bin++) counts[bin] = Math.Exp(-Math.Pow((bin - 1024) / 60.0, 2)) * 1e6;
        counts[0] = counts[^1] = 1;
        var histogram = new ValueHistogram(-10, 10, counts);

        var range = RangeChoice.Choose(histogram, CalibrationMethod.SquaredError);

        Assert.InRange(range.High, 1.5f, 6);
        Assert.Equal(-range.High, range.Low, 0.01);
    }

    [Fact]
    public void A_tensor_of_one_value_has_a_range()
    {
        var range = RangeChoice.Choose(new ValueHistogram(0, 0, new double[4]), CalibrationMethod.Entropy);
        Assert.True(range.Scale > 0);
        Assert.Equal(0, range.ZeroPoint);
    }

    [Fact]
    public void What_a_relu_reads_is_not_rounded_and_what_silu_reads_is()
    {
        var graph = Prepared("yolov5n").Graph;
        var (silu, relu) = (QuantizedTensors.Of(graph), QuantizedTensors.Of(graph.WithActivation(ActivationKind.ReLU)));

        Assert.DoesNotContain(relu, position => graph.Nodes[position] is ConvNode);
        Assert.Equal(57, silu.Count(position => graph.Nodes[position] is ConvNode));
        Assert.Equal(57, silu.Length - relu.Length);
        Assert.DoesNotContain(graph.Nodes.Length - 1, silu);
    }

    [Fact]
    public void Concatenations_poolings_and_enlargements_share_steps_with_what_they_read()
    {
        var graph = Prepared("yolov5n").Graph;
        var groupOf = QuantizedTensors.Groups(graph).SelectMany((group, index) => group.Select(position => (position, index)))
            .ToDictionary(pair => pair.position, pair => pair.index);

        Assert.Equal(QuantizedTensors.Of(graph).Order(), groupOf.Keys.Order());
        for (var i = 0; i < graph.Nodes.Length - 1; i++)
        {
            if (graph.Nodes[i] is ConcatNode or UpsampleNode or MaxPoolNode)
                Assert.All(graph.Nodes[i].Inputs, input => Assert.Equal(groupOf[i], groupOf[input]));
            if (graph.Nodes[i] is AddNode) Assert.Contains(graph.Nodes[i].Inputs, input => groupOf[i] != groupOf[input]);
        }
    }

    [Fact]
    public void A_plan_gives_a_group_the_range_that_holds_all_its_tensors()
    {
        var graph = Prepared("yolov5n").Graph.WithActivation(ActivationKind.ReLU);
        var seen = QuantizedTensors.Of(graph).Where(position => position > 0)
            .ToDictionary(position => position, position => new TensorStatistics(new ValueHistogram(0, position, [1, 1]), [0.5f]));

        var plan = QuantizedTensors.Plan(graph, seen, CalibrationMethod.MinMax);

        foreach (var group in QuantizedTensors.Groups(graph).Where(group => !group.Contains(0)))
            Assert.All(group, position => Assert.Equal(new TensorRange(0, group.Max()), plan.Ranges[graph.Nodes[position].Name]));
        Assert.Equal(TensorRange.Pixels, plan.Ranges[graph.Nodes[0].Name]);
    }

    [Fact]
    public void Another_activation_takes_the_place_of_every_one()
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n-v3"), 3);
        var changed = graph.WithActivation(ActivationKind.ReLU);

        Assert.All(changed.Nodes.OfType<ActivationNode>(), activation => Assert.Equal(ActivationKind.ReLU, activation.Kind));
        Assert.Equal(graph.State().Select(item => item.Name), changed.State().Select(item => item.Name));
        Assert.Throws<Espalier.Core.OptionException>(() => graph.WithActivation(ActivationKind.Identity));
    }

    private static Network Prepared(string architecture)
    {
        var graph = GraphBuilder.Expand(Architecture.Load(architecture), 10);
        return OnnxEmission.Prepare(
            new Checkpoint
            {
                Graph = graph,
                Weights = WeightInitializer.Initialize(graph, 1),
                ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")],
                ImageSize = 64,
            }
        );
    }
}
