using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Espalier.Datasets.Download;

/// <summary>One request for a file or for what is missing of it.</summary>
internal sealed class DownloadAttempt(HttpClient client, DownloadOptions options, Uri address, PartialFile partial,
    IProgress<ByteProgress>? progress)
{
    private const int MostRedirects = 10;

    /// <summary>Sends the request and writes what comes. Failures of the network are told by the result;
    /// failures of the disk are thrown.</summary>
    public async Task<AttemptResult> RunAsync(CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(options.Silence);
        try
        {
            var place = address;
            for (var redirects = 0; ; redirects++)
            {
                using var request = Request(place);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token)
                    .ConfigureAwait(false);
                if (!IsRedirect(response)) return await ReceiveAsync(response, silence).ConfigureAwait(false);
                var next = new Uri(place, response.Headers.Location!);
                if (!MayFollow(place, next))
                    return AttemptResult.Hopeless(
                        $"the server leads on to {next}, and only http:// and https:// are followed, and not from the second to the first");
                if (redirects == MostRedirects)
                    return AttemptResult.Hopeless($"it is led on to another address more than {MostRedirects} times");
                place = next;
            }
        }
        catch (HttpRequestException exception)
        {
            return Unreachable(exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return AttemptResult.Failed(FormattableString.Invariant($"the server was silent for {options.Silence.TotalSeconds:0.#} s"),
                exception);
        }
    }

    private static bool IsRedirect(HttpResponseMessage response) =>
        response.Headers.Location is not null && (int)response.StatusCode is (301 or 302 or 303 or 307 or 308);

    /// <summary>Whether a redirect stays in the network, and is no step back from a connection
    /// that others can neither read nor change.</summary>
    private static bool MayFollow(Uri from, Uri to) =>
        to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp);

    private HttpRequestMessage Request(Uri place)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, place);
        if (partial.Mark is not { } mark || partial.Length == 0) return request;
        request.Headers.Range = new RangeHeaderValue(partial.Length, null);
        request.Headers.TryAddWithoutValidation("If-Range", mark);
        return request;
    }

    private async Task<AttemptResult> ReceiveAsync(HttpResponseMessage response, CancellationTokenSource silence)
    {
        var have = partial.Mark is null ? 0 : partial.Length;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from, Length: { } whole }
                && from == have && have > 0:
                return await SaveAsync(response, partial.Append, have, whole, silence).ConfigureAwait(false);
            case HttpStatusCode.PartialContent:
                partial.Discard();
                return AttemptResult.Failed("the server sent another part than the one asked for");
            case HttpStatusCode.OK:
                return await SaveAsync(response, () => partial.Restart(MarkOf(response)), 0, response.Content.Headers.ContentLength,
                    silence).ConfigureAwait(false);
            case HttpStatusCode.RequestedRangeNotSatisfiable when response.Content.Headers.ContentRange is { Length: { } whole }
                && whole == have:
                return AttemptResult.Whole(have);
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                partial.Discard();
                return AttemptResult.Failed("the server has less of it than was fetched before");
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                return AttemptResult.Hopeless($"there is no such file ({(int)response.StatusCode})");
            case var status when (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
                return AttemptResult.Failed($"the server answers {(int)status} {response.ReasonPhrase}");
            default:
                return AttemptResult.Hopeless($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
        }
    }

    private async Task<AttemptResult> SaveAsync(HttpResponseMessage response, Func<FileStream> open, long have, long? whole,
        CancellationTokenSource silence)
    {
        if ((whole ?? 0) > options.MaximumBytes)
            return AttemptResult.Hopeless($"it has {whole} bytes, at most {options.MaximumBytes} are accepted");
        if (MissingSpace((whole ?? 0) - have) is { } space) return AttemptResult.Hopeless(space);
        using var content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        using var file = open();
        var buffer = new byte[1 << 16];
        for (; ; )
        {
            int read;
            try
            {
                silence.CancelAfter(options.Silence);
                read = await content.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                return AttemptResult.Failed($"the connection broke off after {have} of {(whole is { } all ? all : "unknown")} bytes",
                    exception);
            }

            if (read == 0) break;
            if ((have += read) > (whole ?? options.MaximumBytes)) return TooMuch(whole);
            await file.WriteAsync(buffer.AsMemory(0, read), silence.Token).ConfigureAwait(false);
            progress?.Report(new ByteProgress(have, whole ?? 0));
        }

        file.Flush(flushToDisk: true);
        return whole is null || have == whole
            ? AttemptResult.Whole(have) : AttemptResult.Failed($"the server sent {have} of {whole} bytes");
    }

    private AttemptResult TooMuch(long? whole)
    {
        if (whole is null) return AttemptResult.Hopeless($"it has more than {options.MaximumBytes} bytes");
        partial.Discard();
        return AttemptResult.Failed($"the server sent more than the {whole} bytes that it states");
    }

    // A strong ETag, or the time of the last change: only these may stand in If-Range.
    private static string? MarkOf(HttpResponseMessage response) =>
        response.Headers.AcceptRanges.Contains("none") ? null
        : response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
        : response.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private string? MissingSpace(long needed)
    {
        try
        {
            var free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(partial.Path))!).AvailableFreeSpace;
            return needed > free ? $"{needed} bytes are still to come, but the disk has room for {free}" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // A place without such a number; the disk itself will say when it is full.
        }
    }

    private static AttemptResult Unreachable(HttpRequestException exception) => exception switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError } =>
            AttemptResult.Failed("its server's name is not known (is there a network?)", exception),
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            AttemptResult.Failed("its server refuses connections", exception),
        { HttpRequestError: HttpRequestError.ConnectionError } =>
            AttemptResult.Failed("its server cannot be reached (is there a network?)", exception),
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            AttemptResult.Hopeless("its server's certificate is not trusted", exception),
        _ => AttemptResult.Failed("the connection broke off before an answer", exception),
    };
}
