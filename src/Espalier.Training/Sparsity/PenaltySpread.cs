namespace Espalier.Training.Sparsity;

/// <summary>How a penalty on batch-norm scales is spread over them.</summary>
public enum PenaltySpread
{
    /// <summary>The same λ on every scale (Network Slimming, Liu et al. 2017).</summary>
    Even,

    /// <summary>
    /// More where a channel's going saves more operations: the early layers, whose pictures are large, fade as well, and not only the deep
    /// ones, whose scales are many. λ grows with the square root of what is saved, halfway between counting channels alike and counting
    /// operations (which MorphNet does, Gordon et al. 2018); its mean over all scales stays λ.
    /// </summary>
    Operations,
}
