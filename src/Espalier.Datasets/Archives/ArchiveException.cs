using Espalier.Core;

namespace Espalier.Datasets.Archives;

/// <summary>
/// An archive cannot be unpacked: it is damaged, cut off, holds what a data set has no use for, or exceeds the limits. The only exception
/// thrown for bad bytes; the message is one sentence naming archive and entry.
/// </summary>
internal sealed class ArchiveException : EspalierException
{
    /// <inheritdoc cref="ArchiveException"/>
    public ArchiveException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="ArchiveException"/>
    public ArchiveException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
