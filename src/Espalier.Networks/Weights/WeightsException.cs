using Espalier.Core;

namespace Espalier.Networks;

/// <summary>A weights file is damaged, foreign or does not fit the network. The message is one sentence: which file and why.</summary>
public sealed class WeightsException : EspalierException
{
    /// <inheritdoc cref="WeightsException"/>
    public WeightsException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="WeightsException"/>
    public WeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
