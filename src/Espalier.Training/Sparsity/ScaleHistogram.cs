using System.Text.Json.Serialization;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Training.Sparsity;

/// <summary>How often which batch-norm scale |γ| occurs: compact enough to be kept of every epoch in the checkpoints.</summary>
/// <param name="Counts">Channels a bin: <see cref="Bins"/> of equal width from 0 to <see cref="Highest"/>, then all at or above it.</param>
/// <param name="Largest">The largest |γ|.</param>
public sealed record ScaleHistogram(IReadOnlyList<int> Counts, double Largest) : IStoredRecord
{
    /// <summary>How many bins there are below <see cref="Highest"/>.</summary>
    public const int Bins = 64;

    /// <summary>Where the last of them ends; scales start at 1.</summary>
    public const double Highest = 2;

    /// <summary>A bin's width.</summary>
    public const double Width = Highest / Bins;

    /// <summary>How many channels were counted.</summary>
    [JsonIgnore]
    public int Total => Counts.Sum();

    /// <summary>Whether there is a count for every bin and something was counted; what was read from a file may be anything.</summary>
    [JsonIgnore]
    public bool IsWhole => Counts is { Count: Bins + 1 } && Counts.All(count => count >= 0)
        && Counts.Sum(count => (long)count) is > 0 and <= int.MaxValue;

    /// <inheritdoc/>
    [JsonIgnore]
    public string? Fault => IsWhole ? null : "the histogram is not whole";

    /// <summary>The histogram over all batch norms; null where there are none.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights.</param>
    public static ScaleHistogram? Of(Graph graph, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (counts, largest) = (new int[Bins + 1], 0.0);
        foreach (var scale in ScaleQuantiles.ScalesOf(graph, weights))
        {
            counts[(int)Math.Min(scale / Width, Bins)]++;
            largest = Math.Max(largest, scale);
        }

        return counts.Sum() == 0 ? null : new ScaleHistogram(counts, largest);
    }

    /// <summary>Whether all counts are the same.</summary>
    public bool Equals(ScaleHistogram? other) => other is not null && Largest.Equals(other.Largest) && Counts.SequenceEqual(other.Counts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Largest, Counts[0], Counts.Count);
}
