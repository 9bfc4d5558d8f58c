using Espalier.Networks;

namespace Espalier.Training.Thinning;

/// <summary>The paper's "BN statistics" (5.2): what a channel sends on over the data, measured after the activation.</summary>
internal sealed class BatchNormStatisticsImportance : IImportance
{
    /// <inheritdoc/>
    public string Name => "bn-statistics";

    /// <inheritdoc/>
    public ChannelImportance Measure(ImportanceSubject subject) => new(Name, subject.Statistics.RootMeanSquares);
}
