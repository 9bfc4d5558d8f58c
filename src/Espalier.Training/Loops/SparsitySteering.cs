using System.Globalization;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Loops;

/// <summary>
/// λ of each epoch: as the schedule says, or steered. Steering looks at the scale below which the wanted share of those that learn lies. It
/// shall fall to zero over the first nine tenths of the run, in step with the learning rates that make it fall; where it lags behind, λ
/// grows, where it hurries ahead, λ shrinks.
/// </summary>
/// <remarks>λ is a function of the run's history alone, so that a resumed run goes on with the same.</remarks>
internal sealed class SparsitySteering
{
    /// <summary>By when the wanted share shall be at zero, as a share of the run.</summary>
    private const double Deadline = 0.9;
    private const double Gain = 2;
    private const double LargestStep = 1.5;
    private const double LargestRate = 1;

    /// <summary>By how much of all scales a run may stay below the share that was wanted before that is said.</summary>
    private const double AllowedShortfall = 0.05;

    private readonly SparsityOptions _options;
    private readonly int _epochs;
    private readonly double _start;
    private readonly double[] _progress;

    /// <summary>Steering for a run.</summary>
    /// <param name="options">The rate, or the share that is wanted.</param>
    /// <param name="schedule">The learning rates.</param>
    /// <param name="momentum">Of the optimizer after warm-up.</param>
    /// <param name="epochs">Of the whole run.</param>
    /// <param name="iterations">Batches an epoch.</param>
    /// <param name="accumulation">Batches a step.</param>
    public SparsitySteering(SparsityOptions options, LearningRateSchedule schedule, double momentum, int epochs,
        int iterations, int accumulation)
    {
        (_options, _epochs) = (options, epochs);
        // A scale of 1 falls to 0 with this rate if nothing holds against it.
        _start = 1 / (options with { Rate = 1, NearZeroShare = null, Schedule = SparsitySchedule.Constant })
            .Reach(schedule, momentum, epochs, iterations, accumulation);
        var rates = Enumerable.Range(0, epochs).Select(epoch => schedule.At(epoch, (long)epoch * iterations + iterations / 2)
            .For(Execution.ParameterKind.BatchNormScale)).ToArray();
        var untilDeadline = Math.Max(rates.Take((int)Math.Ceiling(Deadline * epochs)).Sum(), double.Epsilon);
        _progress = new double[epochs];
        var sum = 0.0;
        for (var epoch = 0; epoch < epochs; epoch++) _progress[epoch] = Math.Min((sum += rates[epoch]) / untilDeadline, 1);
    }

    /// <summary>λ in an epoch.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="history">All epochs before it.</param>
    public double RateAt(int epoch, IReadOnlyList<EpochRecord> history)
    {
        if (_options.NearZeroShare is null) return _options.RateAt(epoch, _epochs);
        if (epoch == 0 || history is not [.., { SparsityRate: { } last, Scales.Wanted: { } now }]
            || history[0].Scales?.Wanted is not { } first)
            return Math.Min(_start, LargestRate);
        var wanted = first * (1 - _progress[epoch - 1]) / Math.Max(1 - _progress[0], 1e-6);
        var behind = (now - wanted) / Math.Max(first, 1e-6);
        return Math.Min(last * Math.Clamp(Math.Exp(Gain * behind), 1 / LargestStep, LargestStep), LargestRate);
    }

    /// <summary>That the run ends without what was wanted, in a sentence with what helps;
    /// null where it does not, or nothing was wanted.</summary>
    /// <param name="history">All epochs.</param>
    /// <param name="optimizer">What takes the steps.</param>
    public string? Shortfall(IReadOnlyList<EpochRecord> history, OptimizerKind optimizer)
    {
        if (_options.NearZeroShare is not { } share || history is not [.., { SparsityRate: { } rate, Scales.NearZero: var reached }]
            || reached >= share - AllowedShortfall)
            return null;
        var ceiling = rate >= LargestRate ? ", the largest there is" : "";
        var sgd = optimizer == OptimizerKind.SGD ? "" : ", and so does SGD, whose momentum carries scales further than one step";
        return string.Create(CultureInfo.InvariantCulture,
            $"The target was missed: {100 * reached:0.0} % of the scales are near zero, not the {100 * share:0} % asked for ("
            + $"{100 * (share - reached):0.0} points too few; the last λ was {rate:g3}{ceiling}). More epochs or a larger learning rate "
            + $"(lr0) help{sgd}.");
    }
}
