using System.Net;
using System.Net.Http.Headers;
using Espalier.Core;

namespace Espalier.Datasets.Download;

/// <summary>
/// Fetches a file over HTTP. What was fetched is kept as <c>NAME.part</c> when the connection breaks or the process ends, and the next
/// attempt goes on from there, if the server still has the same version (RFC 9110: Range with If-Range). The file gets its name once it
/// has the length that the server states.
/// </summary>
internal sealed class FileDownload : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly HttpClient _client;
    private readonly DownloadOptions _options;

    /// <summary>A downloader; one serves several files.</summary>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public FileDownload(DownloadOptions? options = null)
    {
        _options = options ?? new DownloadOptions();
        _options.Validate();

        // What is counted and resumed must be the file's own bytes: no decompression on the way.
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _options.Silence,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("espalier", "0.1"));
    }

    /// <summary>Fetches a file.</summary>
    /// <param name="address">Where from: http or https.</param>
    /// <param name="target">Where to; its folder is there.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="sha256">What its SHA-256 must be, in hexadecimal digits; null where that is not known.</param>
    /// <param name="cancellationToken">Stops it; what was fetched is kept for the next time.</param>
    /// <returns>The file's length in bytes.</returns>
    /// <exception cref="DownloadException">The server cannot be reached,
    /// has no such file or another one, or goes on breaking off.</exception>
    /// <exception cref="EspalierException">The file cannot be written, or another process fetches it.</exception>
    public async Task<long> FetchAsync(Uri address, string target, IProgress<ByteProgress>? progress = null, string? sha256 = null,
        CancellationToken cancellationToken = default)
    {
        if (address.Scheme is not ("http" or "https"))
            throw new DownloadException($"{address} cannot be fetched: an address begins with http:// or https://.");
        using var held = WriterLock.Take(target, $"{target}{WriterLock.Mark}lock");
        try
        {
            var partial = PartialFile.Find(target, address);
            var length = await FetchWithRetriesAsync(address, partial, progress, cancellationToken).ConfigureAwait(false);
            if (sha256 is not null) await partial.RequireDigestAsync(sha256, cancellationToken).ConfigureAwait(false);
            partial.Finish();
            return length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{target} cannot be written: {FileProblem.Reason(exception)}.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<long> FetchWithRetriesAsync(Uri address, PartialFile partial, IProgress<ByteProgress>? progress,
        CancellationToken cancellationToken)
    {
        var wait = _options.FirstWait;
        for (var failures = 0; ;)
        {
            var before = partial.Length;
            var attempt = await new DownloadAttempt(_client, _options, address, partial, progress).RunAsync(cancellationToken)
                .ConfigureAwait(false);
            if (attempt.Length is { } length) return length;

            // An attempt that brought something begins the count anew.
            if (partial.Length > before) (failures, wait) = (0, _options.FirstWait);
            failures++;
            if (!attempt.MayRetry || failures >= _options.Attempts)
            {
                var kept = partial.Mark is not null && partial.Length > 0
                    ? $" ({partial.Length} bytes are kept; the next time it goes on from there)" : "";
                throw new DownloadException($"{address} cannot be fetched: {attempt.Failure}{kept}.", attempt.Cause!);
            }

            _options.Retrying?.Invoke($"{address}: {attempt.Failure}; the next attempt follows in {wait.TotalSeconds:0} s");
            await _options.Wait(wait, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }
}
