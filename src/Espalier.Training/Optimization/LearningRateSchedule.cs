using Espalier.Core;

namespace Espalier.Training.Optimization;

/// <summary>
/// Warm-up, linear in iterations, over max(warm-up epochs, 100 iterations); under it and after it a factor that falls epoch by
/// epoch from 1 to its final fraction along a line or half a cosine.
/// </summary>
internal sealed class LearningRateSchedule
{
    private const int LeastWarmupIterations = 100;

    // So many warm-ups long a run of new classes should be: 1,200 batches of the least one, as the guide to one's own photos says.
    private const double Sensible = 12;

    private readonly OptimizationOptions _options;
    private readonly int _epochs;
    private readonly int _batchSize;

    /// <summary>A schedule for one run.</summary>
    /// <param name="options">Rates and lengths.</param>
    /// <param name="epochs">How many epochs the run is planned for, at least 1.</param>
    /// <param name="iterationsPerEpoch">How many batches an epoch has, at least 1.</param>
    /// <param name="batchSize">Pictures a batch, at least 1.</param>
    public LearningRateSchedule(OptimizationOptions options, int epochs, int iterationsPerEpoch, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterationsPerEpoch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_options, _epochs, _batchSize) = (options, epochs, batchSize);
        WarmupIterations = options.WarmupEpochs > 0
            ? (int)Math.Max(Math.Round(options.WarmupEpochs * iterationsPerEpoch), LeastWarmupIterations)
            : 0;
        var iterations = (long)epochs * iterationsPerEpoch;
        var sensible = Math.Ceiling(Sensible * WarmupIterations / iterationsPerEpoch);
        Caution = iterations >= 2L * WarmupIterations ? null : FormattableString.Invariant(
            $"{PlainText.Counted(epochs, "epoch")} of {iterationsPerEpoch} batches are {iterations} batches, ")
            + FormattableString.Invariant($"and the first {WarmupIterations} only warm up: ")
            + FormattableString.Invariant($"classes that the weights do not know yet need --epochs {sensible} or more");
    }

    /// <summary>How many iterations the warm-up takes; 0 without one.</summary>
    public int WarmupIterations { get; }

    /// <summary>What to say of a run that hardly gets beyond its warm-up; null where it does.</summary>
    public string? Caution { get; }

    /// <summary>What the learning rate is multiplied with in an epoch, warm-up aside: 1 in epoch 0.</summary>
    public double Factor(int epoch)
    {
        var last = _options.FinalLearningRateFraction;
        return _options.CosineSchedule
            ? (1 - Math.Cos(Math.PI * epoch / _epochs)) / 2 * (last - 1) + 1
            : (1 - (double)epoch / _epochs) * (1 - last) + last;
    }

    /// <summary>The rates of one iteration.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="iteration">Batches since the run's very beginning, from 0.</param>
    public ScheduledRates At(int epoch, long iteration)
    {
        var rate = _options.LearningRate * Factor(epoch);
        if (iteration >= WarmupIterations) return new ScheduledRates(rate, rate, _options.Momentum, _options.AccumulationFor(_batchSize));
        var progress = (double)iteration / WarmupIterations;
        var accumulation = Math.Round(Between(1, (double)_options.NominalBatchSize / _batchSize, progress));
        return new ScheduledRates(
            Between(_options.WarmupBiasLearningRate, rate, progress),
            Between(0, rate, progress),
            Between(_options.WarmupMomentum, _options.Momentum, progress),
            (int)Math.Max(accumulation, 1));
    }

    private static double Between(double start, double end, double progress) => start + (end - start) * progress;
}
