using Espalier.Core;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Runs;
using TorchSharp;
using static System.FormattableString;

namespace Espalier.Training.Loops;

/// <summary>Decides in what numbers a run computes.</summary>
internal static class PrecisionChoice
{
    /// <summary>Milliseconds that the passes of a trial may take together: what is still under way then is given up.</summary>
    internal const double Patience = 2500;

    private const int Rounds = 4;

    // Two runs on one machine should choose alike, so a lead must be more than chance.
    private const double NeededLead = 1.1;

    /// <summary>
    /// What was asked for; where the choice is left to the machine, fp32 if its processor has no bfloat16 arithmetic, and otherwise the
    /// faster one by a trial on small passes.
    /// </summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="network">The network to be trained; it stays as it is.</param>
    /// <param name="group">The processes that train together: all compute alike.</param>
    /// <param name="features">This process's processor.</param>
    /// <param name="note">Told what is decided, and of a trial before it begins.</param>
    /// <param name="open">Opens the trial.</param>
    /// <exception cref="OptionException">bfloat16 on a GPU.</exception>
    public static Precision Make(TrainingOptions options, ExecutableNetwork network, IProcessGroup group, ProcessorFeatures features,
        Action<string> note, Func<IPrecisionTrial> open)
    {
        if (network.Device.type != DeviceType.CPU)
        {
            if (options.Precision == Precision.BF16)
                throw new OptionException("The precision bf16 is there for the CPU alone; on a GPU it must be fp32 or auto.");
            return Precision.FP32;
        }

        if (options.Precision != Precision.Auto) return options.Precision;

        // One process on a processor that emulates bfloat16 would hold up all others.
        if (group.Gather([features.HasBFloat16 ? (byte)1 : (byte)0]).Any(answer => answer[0] == 0))
        {
            note("Precision fp32: bf16 cannot win on a processor without arithmetic for it");
            return Precision.FP32;
        }

        note("Precision auto: timing small passes in fp32 and bf16, for 3 seconds at most");
        var (single, half) = Try(open);

        // As the first process found best.
        var isFaster = group.Broadcast([single > half * NeededLead && !double.IsInfinity(single) ? (byte)1 : (byte)0])[0] == 1;
        var chosen = isFaster ? Precision.BF16 : Precision.FP32;
        note(double.IsInfinity(half)
            ? "Precision fp32: in the time given to try it, bf16 was no faster"
            : Invariant($"Precision {chosen.ToString().ToLowerInvariant()}: forward and backward of a small batch take ")
                + Invariant($"{single:0} ms in fp32 and {half:0} ms in bf16"));
        return chosen;
    }

    /// <summary>
    /// The shortest of some passes in each precision, in turns, in milliseconds: as many as patience has room for, one at least. Where it
    /// has room for no more, the one is a first pass, in which kernels are compiled: bf16 must win in spite of it.
    /// </summary>
    private static (double FP32, double BF16) Try(Func<IPrecisionTrial> open)
    {
        using var trial = open();
        var (single, half, spent) = (double.PositiveInfinity, double.PositiveInfinity, 0.0);
        for (var round = 0; round < Rounds && (round == 0 || spent + single + half < Patience); round++)
        {
            single = Math.Min(single, Pass(Precision.FP32));
            half = Math.Min(half, Pass(Precision.BF16));
        }

        return (single, half);

        double Pass(Precision precision)
        {
            if (spent >= Patience) return double.PositiveInfinity;
            var milliseconds = trial.Pass(precision, Patience - spent);
            spent += milliseconds;
            return milliseconds;
        }
    }
}
