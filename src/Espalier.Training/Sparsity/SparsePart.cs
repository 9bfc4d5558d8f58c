using Espalier.Core.Options;

namespace Espalier.Training.Sparsity;

/// <summary>What the sparsity penalty falls on.</summary>
public enum SparsePart
{
    /// <summary>The scales γ of batch norms: channels fade, and can be cut (Network Slimming).</summary>
    [OptionWord("bn-scale")]
    BatchNormScales,

    /// <summary>The convolutions' kernels: single weights or whole kernels of an output channel become zero.</summary>
    Kernels,
}
