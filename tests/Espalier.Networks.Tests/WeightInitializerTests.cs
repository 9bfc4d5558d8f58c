using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What a network starts from.</summary>
public class WeightInitializerTests
{
    private static readonly Graph Graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10);

    [Fact]
    public void Equal_seeds_give_equal_weights_and_others_do_not()
    {
        var (first, again, other) = (WeightInitializer.Initialize(Graph, 1), WeightInitializer.Initialize(Graph, 1),
            WeightInitializer.Initialize(Graph, 2));

        Assert.All(first.Names, name => Assert.Equal(first[name].Values, again[name].Values));
        Assert.NotEqual(first["model.0.conv.weight"].Values, other["model.0.conv.weight"].Values);
        Assert.NotEqual(first["model.2.m.0.cv1.conv.weight"].Values, first["model.2.cv3.conv.weight"].Values[..256]);
    }

    [Fact]
    public void Weights_stand_in_state_order_with_the_state_shapes()
        => Assert.Equal(
            Graph.State().Select(item => (item.Name, item.Count)),
            WeightInitializer.Initialize(Graph, 0) is var weights
                ? weights.Names.Select(name => (name, (long)weights[name].Values.Length))
                : []
        );

    [Fact]
    public void Kernels_are_uniform_within_one_over_the_root_of_fan_in()
    {
        var values = WeightInitializer.Initialize(Graph, 3)["model.7.conv.weight"].Values;
        var bound = 1 / Math.Sqrt(128 * 9);

        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        Assert.InRange(values.Average(), -bound / 100, bound / 100);
        Assert.Equal(bound / Math.Sqrt(3), Math.Sqrt(values.Average(value => (double)value * value)), bound / 100);
    }

    [Fact]
    public void Normalization_starts_as_the_identity()
    {
        var weights = WeightInitializer.Initialize(Graph, 3);

        Assert.All(weights["model.0.bn.weight"].Values, value => Assert.Equal(1, value));
        Assert.All(weights["model.0.bn.bias"].Values, value => Assert.Equal(0, value));
        Assert.All(weights["model.0.bn.running_mean"].Values, value => Assert.Equal(0, value));
        Assert.All(weights["model.0.bn.running_var"].Values, value => Assert.Equal(1, value));
        Assert.Equal([0f], weights["model.0.bn.num_batches_tracked"].Values);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 16)]
    [InlineData(2, 32)]
    public void Head_biases_expect_eight_objects_a_picture(int level, int stride)
    {
        var weights = WeightInitializer.Initialize(Graph, 3);
        var (bias, fanIn) = (weights[$"model.24.m.{level}.bias"].Values, weights[$"model.24.m.{level}.weight"].Shape[1]);
        var (slack, objectness, classes) = (1 / Math.Sqrt(fanIn), Math.Log(8 / Math.Pow(640.0 / stride, 2)),
            Math.Log(0.6 / (10 - 0.99999)));

        for (var i = 0; i < bias.Length; i++)
        {
            var centre = (i % 15) switch { < 4 => 0, 4 => objectness, _ => classes };
            Assert.InRange(bias[i], centre - slack - 1e-6, centre + slack + 1e-6);
        }
    }
}
