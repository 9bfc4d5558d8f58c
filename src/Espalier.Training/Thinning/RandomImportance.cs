using Espalier.Networks;

namespace Espalier.Training.Thinning;

/// <summary>Chance: the control that every other criterion must beat.</summary>
internal sealed class RandomImportance : IImportance
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public ChannelImportance Measure(ImportanceSubject subject) => ChannelImportance.Random(subject.Network, (ulong)subject.Seed);
}
