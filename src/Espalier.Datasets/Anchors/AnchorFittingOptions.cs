using Espalier.Core;

namespace Espalier.Datasets.Anchors;

/// <summary>How anchors are judged and fitted.</summary>
internal sealed record AnchorFittingOptions
{
    /// <summary>How many times larger or smaller, in width and in height, a box may be than an anchor that matches it: 1.01…100.</summary>
    /// <value>4</value>
    public float Threshold { get; init; } = 4;

    /// <summary>Anchors are left alone where their best-possible recall is at least this: 0…1.</summary>
    /// <value>.98</value>
    public double SufficientRecall { get; init; } = .98;

    /// <summary>Rounds of the genetic refinement: 0…100,000.</summary>
    /// <value>1000</value>
    public int Generations { get; init; } = 1000;

    /// <summary>The probability that a side of an anchor changes in a round: 0…1.</summary>
    /// <value>.9</value>
    public double MutationProbability { get; init; } = .9;

    /// <summary>The largest standard deviation of a change, as a share of the side: 0…1.</summary>
    /// <value>.1</value>
    public double MutationSigma { get; init; } = .1;

    /// <summary>Beginnings of k-means, of which the best is refined: 1…100.</summary>
    /// <value>5</value>
    public int Restarts { get; init; } = 5;

    /// <summary>What the result is a function of, together with the boxes.</summary>
    /// <value>0</value>
    public ulong Seed { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">An option is outside its range; the message names it and the range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Threshold, 1.01, 100, "The anchor threshold");
        OptionException.ThrowIfOutside(SufficientRecall, 0, 1, "The sufficient recall of anchors");
        OptionException.ThrowIfOutside(Generations, 0, 100_000, "The number of generations of anchors");
        OptionException.ThrowIfOutside(MutationProbability, 0, 1, "The mutation probability of anchors");
        OptionException.ThrowIfOutside(MutationSigma, 0, 1, "The mutation sigma of anchors");
        OptionException.ThrowIfOutside(Restarts, 1, 100, "The number of beginnings of k-means");
    }
}
