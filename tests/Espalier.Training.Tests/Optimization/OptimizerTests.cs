using Espalier.Core;
using Espalier.Training.Execution;
using Espalier.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Espalier.Tests.Optimization;

public class OptimizerTests
{
    private const double Decay = 5e-4;

    [Theory]
    [InlineData(OptimizerKind.SGD)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void Twenty_steps_equal_those_of_torch(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        using var mine = Optimizer.Create(new OptimizationOptions { Kind = kind, Momentum = .9 }, network, Decay);
        var twins = network.ParameterGroups.Select(group => new Parameter(group.Values.Values.clone())).ToArray();
        var theirs = twins.Select((twin, group) => Torch(kind, twin, group == (int)ParameterKind.ConvolutionWeight ? Decay : 0)).ToArray();
        for (var step = 0; step < 20; step++)
        {
            for (var group = 0; group < twins.Length; group++)
            {
                using var gradient = Gradient(network.ParameterGroups[group], step);
                network.ParameterGroups[group].Gradients.Values.copy_(gradient);
                twins[group].grad = gradient;
                theirs[group].step();
            }

            mine.Step(new ScheduledRates(.01, .01, .9, 1));
        }

        foreach (var (group, twin) in network.ParameterGroups.Zip(twins))
        {
            var difference = (group.Values.Values - twin).abs().max().item<float>();
            Assert.True(difference < 2e-6, $"{group.Kind}: {difference}");
        }
    }

    [Theory]
    [InlineData(OptimizerKind.SGD)]
    [InlineData(OptimizerKind.AdamW)]
    public void Imported_state_goes_on_bit_for_bit(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        var options = new OptimizationOptions { Kind = kind };
        using var one = TestNetworks.Deterministic();
        using var first = Optimizer.Create(options, one, Decay);
        Steps(one, first, 0, 3);
        using var other = one.Copy();
        using var second = Optimizer.Create(options, other, Decay);
        second.ImportState(first.ExportState());
        Steps(one, first, 3, 6);
        Steps(other, second, 3, 6);
        var (expected, actual) = (one.ToWeights(), other.ToWeights());
        foreach (var name in expected.Names) Assert.Equal(expected[name].Values, actual[name].Values);
    }

    [Fact]
    public void Step_uses_up_the_gradients()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        using var optimizer = Optimizer.Create(new OptimizationOptions(), network, Decay);
        Steps(network, optimizer, 0, 1);
        Assert.Equal(0, GradientClipping.Norm(network));
    }

    [Fact]
    public void Biases_follow_their_own_rate()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        using var before = network.Copy();
        using var optimizer = Optimizer.Create(new OptimizationOptions(), network, Decay);
        foreach (var group in network.ParameterGroups) group.Gradients.Values.fill_(1);
        optimizer.Step(new ScheduledRates(.1, 0, .8, 1));
        var moved = network.ParameterGroups.Zip(before.ParameterGroups, (now, then) => (then.Values.Values - now.Values.Values)
            .abs().max().item<float>()).ToArray();
        Close.Equal(.18, moved[0]);
        Assert.Equal([0, 0], moved[1..]);
    }

    [Fact]
    public void State_of_another_rule_is_refused()
    {
        using var network = TestNetworks.Deterministic();
        using var descent = Optimizer.Create(new OptimizationOptions(), network, Decay);
        using var adam = Optimizer.Create(new OptimizationOptions { Kind = OptimizerKind.Adam }, network, Decay);
        Assert.Throws<EspalierException>(() => adam.ImportState(descent.ExportState()));
    }

    [Fact]
    public void Gradients_are_clipped_together_and_only_when_long()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deterministic();
        network.ParameterGroups[0].Gradients.Values.narrow(0, 0, 2).fill_(30);
        network.ParameterGroups[2].Gradients.Values.narrow(0, 0, 1).fill_(40);
        var norm = Math.Sqrt(30 * 30 * 2 + 40 * 40);
        Close.Equal(norm, GradientClipping.Clip(network, 10));
        Close.Equal(10, GradientClipping.Clip(network, 10));
        Close.Equal(300 / norm, network.ParameterGroups[0].Gradients.Values[0].item<float>());
        network.ParameterGroups[1].Gradients.Values[5] = float.NaN;
        Assert.False(double.IsFinite(GradientClipping.Clip(network, 10)));
    }

    private static void Steps(ExecutableNetwork network, Optimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            foreach (var group in network.ParameterGroups)
            {
                using var gradient = Gradient(group, step);
                group.Gradients.Values.copy_(gradient);
            }

            optimizer.Step(new ScheduledRates(.02, .01, .9, 1));
        }
    }

    private static Tensor Gradient(ParameterGroup group, int step) =>
        (arange(group.Values.Values.NumberOfElements, float32) * .37f + step).sin_();

    private static optim.Optimizer Torch(OptimizerKind kind, Parameter parameter, double decay) => kind switch
    {
        OptimizerKind.SGD => optim.SGD([parameter], .01, momentum: .9, weight_decay: decay, nesterov: true),
        OptimizerKind.Adam => optim.Adam([parameter], .01, .9, .999, weight_decay: decay),
        _ => optim.AdamW([parameter], .01, .9, .999, weight_decay: decay),
    };
}
