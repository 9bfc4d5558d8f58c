using Espalier.Core;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Tests.Optimization;

public class ScheduleTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, .990100)]
    [InlineData(50, .505)]
    [InlineData(99, .0199)]
    public void Linear_factor_is_the_references(int epoch, double factor) =>
        Close.Equal(factor, new LearningRateSchedule(new OptimizationOptions(), 100, 50, 64).Factor(epoch), 1e-9);

    [Fact]
    public void Cosine_factor_falls_from_one_to_the_final_fraction()
    {
        var schedule = new LearningRateSchedule(new OptimizationOptions { CosineSchedule = true }, 100, 50, 64);
        Close.Equal(1, schedule.Factor(0), 1e-12);
        Close.Equal(.505, schedule.Factor(50), 1e-9);
        Close.Equal(.01, schedule.Factor(100), 1e-9);
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(71, 213)]
    public void Warm_up_takes_three_epochs_but_at_least_a_hundred_iterations(int iterationsPerEpoch, int expected) =>
        Assert.Equal(expected, new LearningRateSchedule(new OptimizationOptions(), 40, iterationsPerEpoch, 64).WarmupIterations);

    [Theory]
    [InlineData(20, 4, "20 epochs of 4 batches are 80 batches, and the first 100 only warm up: "
        + "classes that the weights do not know yet need --epochs 300 or more")]
    [InlineData(49, 4, "49 epochs of 4 batches are 196 batches, and the first 100 only warm up: "
        + "classes that the weights do not know yet need --epochs 300 or more")]
    [InlineData(50, 4, null)]
    [InlineData(5, 300, "5 epochs of 300 batches are 1500 batches, and the first 900 only warm up: "
        + "classes that the weights do not know yet need --epochs 36 or more")]
    [InlineData(6, 300, null)]
    public void A_run_that_hardly_gets_beyond_its_warm_up_is_told(int epochs, int iterationsPerEpoch, string? caution)
    {
        Assert.Equal(caution, new LearningRateSchedule(new OptimizationOptions(), epochs, iterationsPerEpoch, 8).Caution);
        Assert.Null(new LearningRateSchedule(new OptimizationOptions { WarmupEpochs = 0 }, epochs, iterationsPerEpoch, 8).Caution);
    }

    [Fact]
    public void Warm_up_is_linear_in_rates_momentum_and_accumulation()
    {
        var schedule = new LearningRateSchedule(new OptimizationOptions(), 100, 10, 16);
        Assert.Equal(new ScheduledRates(.1, 0, .8, 1), schedule.At(0, 0));
        var middle = schedule.At(5, 50);
        var rate = .01 * schedule.Factor(5);
        Close.Equal((.1 + rate) / 2, middle.BiasLearningRate, 1e-9);
        Close.Equal(rate / 2, middle.WeightLearningRate, 1e-9);
        Close.Equal((.8 + .937) / 2, middle.Momentum, 1e-9);
        Assert.Equal(2, middle.Accumulation);
        Assert.Equal(new ScheduledRates(.01 * schedule.Factor(10), .01 * schedule.Factor(10), .937, 4), schedule.At(10, 100));
    }

    [Theory]
    [InlineData(16, 4, 5e-4)]
    [InlineData(24, 3, 5.625e-4)]
    [InlineData(64, 1, 5e-4)]
    [InlineData(100, 1, 7.8125e-4)]
    public void Accumulation_and_weight_decay_scale_with_the_batch(int batchSize, int accumulation, double decay)
    {
        var options = new OptimizationOptions();
        Assert.Equal(accumulation, options.AccumulationFor(batchSize));
        Close.Equal(decay, options.ScaledWeightDecay(batchSize), 1e-12);
    }

    [Fact]
    public void Hyper_parameters_out_of_range_are_refused_with_the_range()
    {
        new HyperParameters().Validate();
        var refusal = Assert.Throws<OptionException>(
            () => new HyperParameters { Optimization = new OptimizationOptions { Momentum = 1 } }.Validate());
        Assert.Equal("The momentum must be within 0…0.999, but is 1.", refusal.Message);
    }
}
