using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

public class NetworkTapeTests
{
    [Theory]
    [InlineData("yolov5n")]
    [InlineData("yolov5n-v4")]
    [InlineData("yolov5n-v3")]
    public void A_tape_gives_the_heads_gradients_and_statistics_of_libtorchs_own_differentiation(string name)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic(name, ExecutionMode.Training);
        using var taped = network.Copy();
        using var tape = new NetworkTape(taped);
        var pictures = TestNetworks.Pictures(3, 64);

        var expected = network.ForwardHeads(pictures);
        SumOfSquares(expected).backward();
        var heads = tape.Record(pictures);
        SumOfSquares(heads).backward();

        foreach (var (one, other) in expected.Zip(heads)) RequireClose(one, other, 5e-4, "heads");
        tape.PlayBack();
        foreach (var (one, other) in network.ParameterGroups.Zip(taped.ParameterGroups)) RequireClose(one.Gradients.Values, other.Gradients.Values, 1e-3, one.Kind.ToString());
        RequireClose(network.Statistics.Values, taped.Statistics.Values, 1e-5, "statistics");
    }

    private static Tensor SumOfSquares(IEnumerable<Tensor> heads) => heads.Select(head => head.square().sum()).Aggregate((sum, next) => sum + next);

    private static void RequireClose(Tensor expected, Tensor actual, double share, string what)
    {
        var largest = expected.abs().max().item<float>();
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= share * largest, $"{what}: differ by {difference} of {largest}");
    }
}
