using Espalier.Networks;

namespace Espalier.Training.Thinning;

/// <summary>The L1 norm of every convolution's kernels (Li et al. 2017).</summary>
internal sealed class KernelNormImportance : IImportance
{
    /// <inheritdoc/>
    public string Name => "l1";

    /// <inheritdoc/>
    public ChannelImportance Measure(ImportanceSubject subject) => ChannelImportance.KernelNorm(subject.Network);
}
