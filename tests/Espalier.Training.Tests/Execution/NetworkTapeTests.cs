using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

public class NetworkTapeTests
{
    [Theory]
    [InlineData("yolov5n", 128)]
    [InlineData("yolov5n-v4", 128)]
    [InlineData("yolov5n-v3", 128)]
    [InlineData("yolov5n", 32)] // Maps of one pixel.
    [InlineData("yolov5n-v3", 32)]
    public void A_tape_gives_the_heads_gradients_and_statistics_of_libtorchs_own_differentiation(string name, int side) =>
        RequireAgreement(Fresh(name), side);

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void A_tape_differentiates_every_kind_of_node_as_libtorch_does(int side)
    {
        foreach (var table in (Architecture[])[BlockTables.All, BlockTables.Counted.Table, .. BlockTables.Thinnable])
            RequireAgreement(Fresh(GraphBuilder.Expand(table)), side);
    }

    private static void RequireAgreement(ExecutableNetwork fresh, int side)
    {
        using var scope = NewDisposeScope();
        using var network = fresh;
        using var taped = network.Copy();
        using var tape = new NetworkTape(taped);
        var pictures = Noise(4, side);

        var expected = network.ForwardHeads(pictures);
        Projected(expected).backward();
        var heads = tape.Record(pictures);
        Projected(heads).backward();

        foreach (var (one, other) in expected.Zip(heads)) RequireClose(one, other, 1e-3, "heads");
        tape.PlayBack();
        foreach (var (one, other) in network.ParameterGroups.Zip(taped.ParameterGroups))
        {
            Assert.InRange(Cosine(one.Gradients.Values, other.Gradients.Values), 0.9999, 1.00001);
            RequireClose(one.Gradients.Values, other.Gradients.Values, 3e-2, one.Kind.ToString());
        }

        RequireClose(network.Statistics.Values, taped.Statistics.Values, 1e-5, "statistics");
    }

    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v3")]
    public void In_bf16_heads_and_statistics_are_nearly_those_of_fp32_and_gradients_stay_float32(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Fresh(name);
        using var halved = network.Copy();
        using var single = new NetworkTape(network);
        using var half = new NetworkTape(halved, Precision.BF16);
        var pictures = Noise(4, 128);
        foreach (var (one, other) in single.Record(pictures).Zip(half.Record(pictures)))
        {
            Assert.Equal(float32, other.dtype);
            Assert.InRange(Cosine(one.flatten(), other.flatten()), 0.99, 1.0001);
            other.sum().backward();
        }

        half.PlayBack();
        Assert.All(halved.ParameterGroups,
            group => Assert.True(group.Gradients.Values.dtype == float32 && group.Gradients.Values.abs().max().item<float>() > 0));
        Assert.InRange(Cosine(network.Statistics.Values, halved.Statistics.Values), 0.9999, 1.0001);
    }

    [Fact]
    public void A_pass_that_is_not_played_back_leaves_no_trace_in_the_next()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        using var other = network.Copy();
        using var tape = new NetworkTape(network);
        using var fresh = new NetworkTape(other);
        var pictures = TestNetworks.Pictures(2, 64);
        Projected(tape.Record(pictures)).backward();
        fresh.Record(pictures);
        foreach (var one in new[] { tape, fresh })
        {
            Projected(one.Record(pictures)).backward();
            one.PlayBack();
        }

        foreach (var (one, two) in network.ParameterGroups.Zip(other.ParameterGroups))
            Assert.True(one.Gradients.Values.equal(two.Gradients.Values).all().item<bool>());
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient_and_the_others_the_same_as_before()
    {
        using var scope = NewDisposeScope();
        var graph = TestNetworks.Graph();
        var weights = DeterministicWeights.For(graph);
        using var free = new ExecutableNetwork(graph, weights);
        using var frozen = new ExecutableNetwork(graph, weights, isFrozen: name => name.StartsWith("model.3.", StringComparison.Ordinal));
        foreach (var network in new[] { free, frozen })
        {
            using var tape = new NetworkTape(network);
            Projected(tape.Record(TestNetworks.Pictures(2, 64))).backward();
            tape.PlayBack();
        }

        var expected = Gradients(free);
        var actual = Gradients(frozen);
        Assert.DoesNotContain(actual.Keys, name => name.StartsWith("model.3.", StringComparison.Ordinal));
        foreach (var (name, gradient) in actual) Assert.Equal(expected[name], gradient);
    }

    [Fact]
    public void Live_tensors_do_not_grow_over_passes()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        using var tape = new NetworkTape(network, Precision.BF16);
        Pass();
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var pass = 0; pass < 3; pass++) Pass();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var scope = NewDisposeScope();
            Projected(tape.Record(TestNetworks.Pictures(1, 64))).backward();
            tape.PlayBack();
        }
    }

    [Fact]
    public void A_tape_without_a_precision_or_for_pictures_of_the_wrong_size_is_refused()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        Assert.Throws<ArgumentException>(() => new NetworkTape(network, Precision.Auto));
        using var tape = new NetworkTape(network);
        Assert.Contains("multiples of 32", Assert.Throws<ArgumentException>(() => tape.Record(zeros(1, 3, 64, 48))).Message,
            StringComparison.Ordinal);
    }

    private static ExecutableNetwork Fresh(string name) => Fresh(TestNetworks.Graph(name));

    private static ExecutableNetwork Fresh(Graph graph) => new(graph, WeightInitializer.Initialize(graph, 1));

    private static Dictionary<string, float[]> Gradients(ExecutableNetwork network) => network.ParameterGroups
        .SelectMany(group => group.Gradients.Slots.Select(slot => (slot.Name, group.Gradients)))
            .ToDictionary(
                pair => pair.Name,
                pair =>
                {
                    using var view = pair.Gradients.View(pair.Gradients.Slots.Single(slot => slot.Name == pair.Name));
                    return view.contiguous().data<float>().ToArray();
                }
            );

    private static double Cosine(Tensor first, Tensor second)
    {
        var (one, other) = (first.to(float64), second.to(float64));
        return (one.dot(other) / (one.norm() * other.norm())).item<double>();
    }

    private static Tensor Noise(int count, int side)
    {
        var random = new Random(8);
        return tensor(Enumerable.Range(0, count * 3 * side * side).Select(_ => (float)random.NextDouble()).ToArray(),
            [count, 3, side, side], float32);
    }

    /// <summary>A linear function of the heads: its gradient is of one size everywhere, so that rounding is all that can differ.</summary>
    private static Tensor Projected(IEnumerable<Tensor> heads)
    {
        var random = new Random(3);
        return heads.Select(head => (head * tensor(Enumerable.Range(0, (int)head.NumberOfElements).Select(_ => (float)random.NextDouble())
            .ToArray(), head.shape, float32)).sum())
            .Aggregate((sum, next) => sum + next);
    }

    private static void RequireClose(Tensor expected, Tensor actual, double share, string what)
    {
        var largest = expected.abs().max().item<float>();
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= share * largest, $"{what}: differ by {difference} of {largest}");
    }
}
