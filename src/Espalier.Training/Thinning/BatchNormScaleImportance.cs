using Espalier.Networks;

namespace Espalier.Training.Thinning;

/// <summary>|γ| of every batch norm (Network Slimming, Liu et al. 2017).</summary>
internal sealed class BatchNormScaleImportance : IImportance
{
    /// <inheritdoc/>
    public string Name => "bn-scale";

    /// <inheritdoc/>
    public ChannelImportance Measure(ImportanceSubject subject) => ChannelImportance.BatchNormScale(subject.Network);
}
