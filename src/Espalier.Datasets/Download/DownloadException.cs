using Espalier.Core;

namespace Espalier.Datasets.Download;

/// <summary>A file cannot be fetched; the message is one sentence that names the address and what is wrong.</summary>
internal sealed class DownloadException : EspalierException
{
    /// <inheritdoc cref="DownloadException"/>
    public DownloadException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="DownloadException"/>
    public DownloadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
