using System.Globalization;

namespace Espalier.Training.Sparsity;

/// <summary>Says before a run how far its penalty can bring what it falls on:
/// a rate that brings nothing to zero is then seen in time.</summary>
internal static class SparsityReach
{
    /// <summary>The sentence.</summary>
    /// <param name="sparsity">The rate, and on what.</param>
    /// <param name="reach">How far the whole run brings a number, if nothing holds against it
    /// (<see cref="SparsityOptions.Reach"/>).</param>
    /// <param name="penalty">Knows the present size of kernels.</param>
    public static string Describe(SparsityOptions sparsity, double reach, SparsityPenalty penalty)
    {
        if (sparsity.On == SparsePart.BatchNormScales)
        {
            var advice = reach < 1 ? $"; by itself nothing reaches zero, which takes {WhatReaches(1)}" : "";
            return string.Create(CultureInfo.InvariantCulture,
                $"Sparsity {sparsity.Rate}: a scale can fall by at most {reach:0.###} over the run{advice}");
        }

        // Kernels start anywhere: what a fall means, only their present size tells.
        var size = penalty.MeanSize();
        var (what, measure) = sparsity.KernelPenalty == KernelPenaltyKind.L1
            ? ("a weight", "|w|") : ("the norm of a channel's kernel", "norm");
        var comparison = size > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {reach / size:0.##} times the present mean {measure} of {size:0.####}") : "";
        var tooShort = reach < size ? $"; the mean one does not reach zero by itself, which takes {WhatReaches(size)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Sparsity {sparsity.Rate} on kernels: {what} can fall by at most "
            + $"{reach:0.####} over the run{comparison}{tooShort}");

        // No rate is above 1.
        string WhatReaches(double distance) => sparsity.Rate * distance / reach is var rate and <= 1
            ? $"a rate of {rate.ToString("0.0e0", CultureInfo.InvariantCulture)}"
            : "more steps or a higher learning rate, whatever the sparsity rate";
    }
}
