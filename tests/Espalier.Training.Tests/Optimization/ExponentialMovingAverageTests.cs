using Espalier.Training.Optimization;
using static TorchSharp.torch;

namespace Espalier.Tests.Optimization;

public class ExponentialMovingAverageTests
{
    [Theory]
    [InlineData(1, .00049983)]
    [InlineData(100, .048766)]
    [InlineData(2000, .632057)]
    [InlineData(10000, .993163)]
    public void Decay_is_the_references(int updates, double decay) => Close.Equal(decay, ExponentialMovingAverage.Decay(updates));

    [Fact]
    public void Average_follows_weights_and_statistics()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        using var average = new ExponentialMovingAverage(network);
        var before = network.ToWeights();
        using (no_grad())
        {
            network.ParameterGroups[2].Values.Values.add_(1);
            network.Statistics.Values.mul_(2);
        }

        average.Update(network);
        var after = average.Network.ToWeights();
        var decay = ExponentialMovingAverage.Decay(1);
        Close.Equal(before["model.0.bn.weight"].Values[3] + 1 - decay, after["model.0.bn.weight"].Values[3]);
        Close.Equal(before["model.0.bn.running_var"].Values[3] * (2 - decay), after["model.0.bn.running_var"].Values[3]);
    }

    [Fact]
    public void Restored_average_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        using var first = new ExponentialMovingAverage(network);
        Move(network);
        first.Update(network);
        using var second = new ExponentialMovingAverage(network);
        second.Restore(first.Network.ToWeights(), first.Updates);
        Move(network);
        first.Update(network);
        second.Update(network);
        Assert.Equal(2, second.Updates);
        Assert.Equal(first.Network.ToWeights()["model.9.cv1.conv.weight"].Values,
            second.Network.ToWeights()["model.9.cv1.conv.weight"].Values);
    }

    private static void Move(Training.Execution.ExecutableNetwork network)
    {
        using var guard = no_grad();
        network.ParameterGroups[1].Values.Values.mul_(.7);
    }
}
