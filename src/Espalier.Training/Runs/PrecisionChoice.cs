using System.Diagnostics;
using System.Globalization;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training.Runs;

/// <summary>Decides in what numbers a run computes.</summary>
internal static class PrecisionChoice
{
    private const int Rounds = 3;

    // Two runs on one machine should choose alike, so a lead must be more than chance.
    private const double NeededLead = 1.1;

    /// <summary>What was asked for; where the choice is left to the machine, the faster one by measurement.</summary>
    /// <exception cref="OptionException">bfloat16 on a GPU.</exception>
    public static Precision Make(TrainingOptions options, ExecutableNetwork network, IProcessGroup group, Action<string> note)
    {
        if (network.Device.type != DeviceType.CPU)
        {
            if (options.Precision == Precision.BF16) throw new OptionException("The precision bf16 is there for the CPU alone; on a GPU it must be fp32 or auto.");
            return Precision.FP32;
        }

        if (options.Precision != Precision.Auto) return options.Precision;
        var (single, half) = Measure(network, Math.Max(options.BatchSize / group.Size, 1), options.ImageSize);
        // All processes compute alike, as the first one found best.
        var isFaster = group.Broadcast([single / half > NeededLead ? (byte)1 : (byte)0])[0] == 1;
        var chosen = isFaster ? Precision.BF16 : Precision.FP32;
        note(string.Create(CultureInfo.InvariantCulture, $"Precision {chosen.ToString().ToLowerInvariant()}: forward and backward take {single:0} ms in fp32 and {half:0} ms in bf16"));
        return chosen;
    }

    /// <summary>The shortest of some passes in each precision, in turns, in milliseconds. The network stays as it is.</summary>
    private static (double FP32, double BF16) Measure(ExecutableNetwork network, int batch, int side)
    {
        using var scope = NewDisposeScope();
        using var copy = network.Copy();
        copy.Mode = ExecutionMode.Training;
        var images = zeros(batch, 3, side, side);
        var (single, half) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var round = 0; round < Rounds; round++)
        {
            single = Math.Min(single, Milliseconds(copy, images, Precision.FP32));
            half = Math.Min(half, Milliseconds(copy, images, Precision.BF16));
        }

        return (single, half);
    }

    private static double Milliseconds(ExecutableNetwork network, Tensor images, Precision precision)
    {
        using var scope = NewDisposeScope();
        using var tape = new NetworkTape(network, precision);
        var clock = Stopwatch.StartNew();
        var heads = tape.Record(images);
        using (enable_grad()) heads.Select(head => head.sum()).Aggregate((sum, next) => sum.Plus(next)).backward();
        tape.PlayBack();
        return clock.Elapsed.TotalMilliseconds;
    }
}
