namespace Espalier.Datasets;

/// <summary>How anchors are judged and fitted.</summary>
public sealed record AnchorFittingOptions
{
    /// <summary>How many times larger or smaller, in width and in height, a box may be than an anchor that matches it: over 1.</summary>
    /// <value>4</value>
    public float Threshold { get; init; } = 4;

    /// <summary>Anchors are left alone where their best-possible recall is at least this: 0…1.</summary>
    /// <value>.98</value>
    public double SufficientRecall { get; init; } = .98;

    /// <summary>Rounds of the genetic refinement: 0 or more.</summary>
    /// <value>1000</value>
    public int Generations { get; init; } = 1000;

    /// <summary>The probability that a side of an anchor changes in a round.</summary>
    /// <value>.9</value>
    public double MutationProbability { get; init; } = .9;

    /// <summary>The largest standard deviation of a change, as a share of the side.</summary>
    /// <value>.1</value>
    public double MutationSigma { get; init; } = .1;

    /// <summary>Beginnings of k-means, of which the best is refined: at least 1.</summary>
    /// <value>5</value>
    public int Restarts { get; init; } = 5;

    /// <summary>What the result is a function of, together with the boxes.</summary>
    /// <value>0</value>
    public ulong Seed { get; init; }
}
