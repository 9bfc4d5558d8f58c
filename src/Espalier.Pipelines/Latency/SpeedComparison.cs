
namespace Espalier.Pipelines.Latency;

/// <summary>Two networks' speed on this machine, measured in turns in one run: the network alone, in ONNX Runtime.</summary>
/// <param name="Before">Milliseconds a picture of what there was.</param>
/// <param name="After">Milliseconds a picture of what was made.</param>
/// <param name="Ratio">How many times as fast the second is: the median over the rounds,
/// which is steadier than the ratio of the two medians.</param>
/// <param name="Threads">Threads of the arithmetic.</param>
public sealed record SpeedComparison(double Before, double After, double Ratio, int Threads)
{
    // What rounds differ by on a machine that has other work.
    private const double Noise = 0.03;

    // How far the two ways to compare may lie apart before neither is to be believed.
    private const double Doubt = 1.1;

    /// <summary>Whether the second is slower here, by more than chance.</summary>
    public bool IsSlower => !IsUnsteady && Ratio < 1 - Noise;

    /// <summary>Whether the machine had so much else to do that the medians say something else than the rounds.</summary>
    public bool IsUnsteady => Math.Max(Ratio * After / Before, Before / (Ratio * After)) > Doubt
        || (Ratio < 1 - Noise && After < Before) || (Ratio > 1 + Noise && After > Before);

    /// <summary>Both in a sentence, which says so where the second is slower.</summary>
    /// <param name="before">What the first one is called, such as <c>in float32</c>.</param>
    /// <param name="advice">What to do where the second is slower.</param>
    public string ToText(string before, string advice)
    {
        var verdict = IsUnsteady ? ": too unsteady to tell, for the machine has other work; espalier bench measures again"
            : Invariant($", {Ratio:0.00} × the speed")
            + (IsSlower ? $": slower here; {advice}" : Ratio > 1 + Noise ? "" : ": no faster here");
        var threads = Threads == 1 ? "1 thread" : Invariant($"{Threads} threads");
        return Invariant($"On this machine ({threads}): {After:0.00} ms a picture, {before} {Before:0.00} ms{verdict}");
    }
}
