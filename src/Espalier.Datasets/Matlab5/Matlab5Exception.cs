using Espalier.Core;

namespace Espalier.Datasets.Matlab5;

/// <summary>
/// A file that should be a MATLAB 5 file cannot be read. The only exception that the readers of this kind of file throw, whatever is
/// wrong with the bytes; the message is one sentence naming file and place.
/// </summary>
internal sealed class Matlab5Exception : EspalierException
{
    /// <inheritdoc cref="Matlab5Exception"/>
    public Matlab5Exception(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="Matlab5Exception"/>
    public Matlab5Exception(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
