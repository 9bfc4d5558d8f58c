using Espalier.Core;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Tests.Distribution;

namespace Espalier.Tests.Runs;

/// <summary>What <c>--precision auto</c> takes, on processors with and without arithmetic for bfloat16.</summary>
public class PrecisionChoiceTests
{
    private static readonly ProcessorFeatures Avx2 = new(256, HasBFloat16: false, HasInt8DotProducts: false);
    private static readonly ProcessorFeatures WithBFloat16 = new(512, HasBFloat16: true, HasInt8DotProducts: true);

    [Fact]
    public void Without_arithmetic_for_bf16_no_pass_is_run_and_fp32_is_taken()
    {
        var notes = new List<string>();

        var chosen = Choose(Avx2, notes, () => throw new InvalidOperationException("no pass was to be run"));

        Assert.Equal(Precision.FP32, chosen);
        Assert.Equal(["Precision fp32: bf16 cannot win on a processor without arithmetic for it"], notes);
    }

    [Theory]
    [InlineData(100, 50, "bf16")]
    [InlineData(100, 97, "fp32")]
    [InlineData(100, 300, "fp32")]
    public void Where_bf16_may_win_the_faster_one_is_taken_and_said_before_and_after(double full, double half, string expected)
    {
        var notes = new List<string>();
        var trial = new FakeTrial(full, half, () => Assert.Single(notes));

        var chosen = Choose(WithBFloat16, notes, () => trial);

        Assert.Equal(expected, chosen.ToString(), ignoreCase: true);
        Assert.Equal("Precision auto: timing small passes in fp32 and bf16, for 3 seconds at most", notes[0]);
        Assert.Equal(FormattableString.Invariant(
            $"Precision {expected}: forward and backward of a small batch take {full} ms in fp32 and {half} ms in bf16"), notes[1]);
        Assert.True(trial.IsDisposed);
    }

    [Theory]
    [InlineData(100, 50, 8)]
    [InlineData(600, 300, 4)]
    [InlineData(1000, 900, 2)]
    [InlineData(2400, 200, 2)]
    [InlineData(5000, 100, 1)]
    public void Passes_that_take_long_are_fewer(double full, double half, int passes)
    {
        var trial = new FakeTrial(full, half, () => { });

        Choose(WithBFloat16, [], () => trial);

        Assert.Equal(passes, trial.Passes);
    }

    [Theory]
    [InlineData(500, 2001)]
    [InlineData(2600, 100)]
    public void What_does_not_end_in_time_is_given_up_for_fp32(double full, double half)
    {
        var notes = new List<string>();

        Assert.Equal(Precision.FP32, Choose(WithBFloat16, notes, () => new FakeTrial(full, half, () => { })));
        Assert.Equal("Precision fp32: in the time given to try it, bf16 was no faster", notes[^1]);
    }

    [Theory]
    [InlineData("yolov5n", 64, 160, 8, 160)]
    [InlineData("yolov5n", 16, 320, 8, 160)]
    [InlineData("yolov5n", 2, 64, 2, 64)]
    [InlineData("yolov5s", 64, 160, 4, 160)]
    public void Passes_are_over_few_and_small_pictures(string name, int batch, int side, int pictures, int pixels)
    {
        using var network = TestNetworks.Deterministic(name, ExecutionMode.Training);
        using var trial = new PrecisionTrial(network, batch, side, TestContext.Current.CancellationToken);

        Assert.Equal((pictures, pixels), (trial.Pictures, trial.Side));
    }

    [Fact]
    public void A_trial_leaves_the_network_as_it_is()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        var before = network.ToWeights();
        using (var trial = new PrecisionTrial(network, 2, 64))
        {
            Assert.True(double.IsPositiveInfinity(trial.Pass(Precision.FP32, patience: 0)));
            Assert.True(double.IsFinite(trial.Pass(Precision.FP32, double.PositiveInfinity)));
        }

        var after = network.ToWeights();
        Assert.All(before.Names, name => Assert.Equal(before[name].Values, after[name].Values));
    }

    [Fact]
    public void One_process_without_the_arithmetic_decides_for_all()
    {
        var chosen = new Precision[2];
        ThreadedGroup.Run(2, group => chosen[group.Rank] = Choose(
            group.Rank == 1 ? Avx2 : WithBFloat16, [], () => throw new InvalidOperationException("no pass was to be run"), group));

        Assert.Equal([Precision.FP32, Precision.FP32], chosen);
    }

    [Fact]
    public void A_pass_stops_when_it_is_told_to()
    {
        using var network = TestNetworks.Deterministic(mode: ExecutionMode.Training);
        using var trial = new PrecisionTrial(network, 1, 64, new CancellationToken(canceled: true));

        Assert.Throws<OperationCanceledException>(() => trial.Pass(Precision.FP32, double.PositiveInfinity));
    }

    [Fact]
    public void What_was_asked_for_is_taken()
    {
        using var network = TestNetworks.Deterministic();
        var options = new TrainingOptions { Data = "", Precision = Precision.BF16 };

        Assert.Equal(Precision.BF16, PrecisionChoice.Make(options, network, SingleProcess.Instance, Avx2, _ => { },
            () => throw new InvalidOperationException("no pass was to be run")));
    }

    private static Precision Choose(ProcessorFeatures features, List<string> notes, Func<IPrecisionTrial> open, IProcessGroup? group = null)
    {
        using var network = TestNetworks.Deterministic();
        return PrecisionChoice.Make(new TrainingOptions { Data = "" }, network, group ?? SingleProcess.Instance, features, notes.Add, open);
    }

    /// <summary>Passes that take no time and tell one.</summary>
    private sealed class FakeTrial(double full, double half, Action atPass) : IPrecisionTrial
    {
        public int Passes { get; private set; }

        public bool IsDisposed { get; private set; }

        public double Pass(Precision precision, double patience)
        {
            atPass();
            Passes++;
            var milliseconds = precision == Precision.BF16 ? half : full;
            return milliseconds > patience ? double.PositiveInfinity : milliseconds;
        }

        public void Dispose() => IsDisposed = true;
    }
}
