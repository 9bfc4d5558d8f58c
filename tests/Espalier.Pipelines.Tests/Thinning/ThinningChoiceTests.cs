using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Thinning;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Tests.Thinning;

/// <summary>Which step a thinning chooses, whether it goes on, and how deep the next cut goes.</summary>
public sealed class ThinningChoiceTests
{
    private static readonly ThinningStep Dense = Step(0, (2, 0), (1, -0.2));
    private static readonly ThinOptions Options = new() { Data = "", Weights = "", Milliseconds = 0.5, Lose = 1, KeepACut = 0.7 };

    [Fact]
    public void Of_files_that_are_fast_enough_the_most_accurate_is_chosen()
    {
        var result = ThinningResult.Of([Dense, Step(1, (0.9, 0.1), (0.48, -0.4)), Step(2, (0.45, -0.9), (0.3, -0.95))], 0.5, 1);

        Assert.Equal((1, true, true), (result.Chosen.Number, result.File.IsInt8, result.IsReached));
    }

    [Fact]
    public void Where_a_step_loses_too_much_the_one_before_is_chosen()
    {
        List<ThinningStep> steps = [Dense, Step(1, (1.2, -0.5), (0.7, -0.8)), Step(2, (0.8, -1.5), (0.45, -1.9))];

        var result = ThinningResult.Of(steps, 0.5, 1);

        Assert.Equal((1, true, false), (result.Chosen.Number, result.File.IsInt8, result.IsReached));
        Assert.False(NextCut.IsWorthwhile(steps, Options));
    }

    [Fact]
    public void A_float_file_is_chosen_where_int8_loses_too_much()
    {
        var result = ThinningResult.Of([Dense, Step(1, (0.9, -0.5), (0.7, -1.8))], null, 1);

        Assert.Equal((1, false, true), (result.Chosen.Number, result.File.IsInt8, result.IsReached));
    }

    [Fact]
    public void It_goes_on_until_it_is_fast_enough_or_where_nobody_said_how_fast()
    {
        Assert.True(NextCut.IsWorthwhile([Dense], Options));
        Assert.False(NextCut.IsWorthwhile([Dense, Step(1, (0.9, 0), (0.5, 0))], Options));
        Assert.True(NextCut.IsWorthwhile([Dense, Step(1, (0.9, 0), (0.5, 0))], Options with { Milliseconds = null }));
    }

    [Theory]
    [InlineData(2, 1, 1.4)] // a share of the float time
    [InlineData(1.2, 0.6, 1)] // 0.5 ms in int8, which was twice as fast
    [InlineData(1.2, 0.51, 1.14)] // nearly there: no less than a twentieth
    public void A_cut_aims_at_a_share_and_the_last_at_what_is_wanted(double inFloat, double inInt8, double aim) =>
        Assert.Equal(aim, NextCut.Aim(inFloat, Step(1, (inFloat, 0), (inInt8, 0)), Options), 1e-6);

    [Fact]
    public void An_int8_file_that_loses_too_much_is_not_counted_on() =>
        Assert.Equal(1.4, NextCut.Aim(2, Step(1, (2, 0), (0.6, -1.5)), Options), 1e-6);

    [Theory]
    [InlineData(-0.5, 0.3)] // 0.6 to 0.5 ms in int8: hardly anything
    [InlineData(-1.5, 0.5)] // 1 to 0.5 ms in float
    public void As_many_scales_fade_as_time_shall_go_of_the_fastest_file_within_the_loss(double points, double share) =>
        Assert.Equal(share,
            Options.SparseTraining("dense.safetensors", 160, Step(0, (1, 0), (0.6, points))).Sparsity!.NearZeroShare!.Value, 1e-6);

    [Fact]
    public void A_network_whose_activation_made_it_faster_is_cut_from_what_it_takes_itself() =>
        Assert.Equal(0.9 * 0.95, NextCut.Aim(0.9, Step(0, (1.2, 0), (0.6, 0)), Options), 1e-6);

    [Theory]
    [InlineData(OptimizerKind.SGD, SparsityStep.SubGradient)]
    [InlineData(OptimizerKind.AdamW, SparsityStep.Proximal)]
    public void Sparse_training_takes_the_step_that_its_optimizer_does_not_divide_away(OptimizerKind optimizer, SparsityStep step)
    {
        var parameters = new HyperParameters { Optimization = new OptimizationOptions { Kind = optimizer } };

        var sparsely = (Options with { HyperParameters = parameters }).SparseTraining("dense.safetensors", 160, Dense);

        sparsely.Validate(stride: 32);
        Assert.Equal(step, sparsely.Sparsity!.Step);
    }

    [Fact]
    public void Another_activation_is_learned_in_sparse_training_and_stays()
    {
        var options = Options with { Activation = ActivationKind.ReLU };

        Assert.Equal(ActivationKind.ReLU, options.SparseTraining("dense.safetensors", 160, Dense).Activation);
        Assert.Null(options.FineTuning("cut.safetensors", "dense.safetensors", 160).Activation);
        Assert.Equal("--activation is learned in sparse training: --sparse-epochs must be above 0 with it.",
            Assert.Throws<OptionException>((options with { SparseEpochs = 0 }).Validate).Message);
    }

    private static ThinningStep Step(int number, (double, double) inFloat, (double, double) inInt8) =>
        new(number, 1000, 100, 10, Of(false, inFloat), Of(true, inInt8));

    private static ThinnedFile Of(bool isInt8, (double Milliseconds, double Points) said)
    {
        var difference = said.Points / 100;
        var interval = new ReportedDifference(difference, difference - 0.01, difference + 0.01);
        return new ThinnedFile(isInt8, 1, said.Milliseconds, 0.8 + difference, interval);
    }
}
