using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Espalier.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Filter = System.Func<
    Microsoft.AspNetCore.Http.EndpointFilterInvocationContext, Microsoft.AspNetCore.Http.EndpointFilterDelegate,
    System.Threading.Tasks.ValueTask<object?>>;

namespace Espalier.Server.Load;

/// <summary>
/// What every request passes: the key; then, before a byte of the body is read, its type and size and a place in the queue; a clock; and on
/// the way out whatever went wrong, as the protocol says it.
/// </summary>
internal sealed class RequestGate(WorkQueue queue, ServerMetrics metrics, ServerOptions options, ILogger<RequestGate> log)
{
    private const int ClientLeft = 499;

    private readonly byte[]? _key = options.ApiKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    /// <summary>The filter of routes that only look things up.</summary>
    public Filter ForLookups(ErrorFormat format) =>
        async (invocation, next) =>
    {
        if (!HasKey(invocation.HttpContext.Request)) return Unauthorized(invocation.HttpContext, format);
        try
        {
            return await next(invocation);
        }
        catch (Refusal refusal)
        {
            return format(refusal.Status, refusal.Message);
        }
    };

    /// <summary>The filter of routes that take work.</summary>
    /// <param name="format">How the protocol says what went wrong.</param>
    /// <param name="types">The media types of bodies, such as <c>image/</c>; empty for any.</param>
    public Filter ForWork(ErrorFormat format, params string[] types) =>
        async (invocation, next) =>
    {
        var (context, start) = (invocation.HttpContext, Stopwatch.GetTimestamp());
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        var hungUp = context.RequestAborted;
        IResult answer;
        try
        {
            if (!HasKey(context.Request)) answer = Unauthorized(context, format);
            else
            {
                CheckHead(context, types);
                answer = queue.TryTake() ? await InPlace(context, () => next(invocation), format, hungUp) : Full(context, format);
            }
        }
        catch (Refusal refusal)
        {
            answer = format(refusal.Status, refusal.Message);
        }

        var status = hungUp.IsCancellationRequested ? ClientLeft : (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        metrics.Answered(route, status, Stopwatch.GetElapsedTime(start));
        return answer;
    };

    private async Task<IResult> InPlace(HttpContext context, Func<ValueTask<object?>> next, ErrorFormat format, CancellationToken hungUp)
    {
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(hungUp);
        clock.CancelAfter(TimeSpan.FromSeconds(options.Timeout));
        context.RequestAborted = clock.Token;
        try
        {
            return (IResult)(await next())!;
        }
        catch (Exception) when (hungUp.IsCancellationRequested)
        {
            return Results.Empty; // Nobody is there to read more.
        }
        catch (OperationCanceledException)
        {
            return Full(context, format);
        }
        catch (BadHttpRequestException exception)
        {
            return format(exception.StatusCode, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge(),
                StatusCodes.Status408RequestTimeout => "The body came too slowly.",
                _ => "The body is cut off or malformed.",
            });
        }
        catch (Exception exception) when (exception is EspalierException or OutOfMemoryException)
        {
            log.LogError(exception, "A request failed");
            return format(StatusCodes.Status500InternalServerError, "The server could not do this; its log says why.");
        }
        finally
        {
            context.RequestAborted = hungUp;
            queue.Free();
        }
    }

    private void CheckHead(HttpContext context, string[] types)
    {
        var request = context.Request;
        if (types.Length > 0 && !types.Any(type => request.ContentType?.StartsWith(type, StringComparison.OrdinalIgnoreCase) == true))
        {
            var given = request.ContentType is { Length: > 0 } type ? type.Split(';')[0].Trim() : "none";
            var wanted = string.Join(", ", types.Select(type => type.EndsWith('/') ? type + "*" : type));
            throw Refusal.WrongType($"The content type must be {wanted}; {given} is given.");
        }

        if (request.Headers.ContentEncoding.Count > 0)
            throw Refusal.WrongType($"Bodies must come uncompressed: no content encoding is understood.");
        if (request.ContentLength > options.MaximumBytes) throw Refusal.TooLarge($"{TooLarge()}");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.MaximumBytes;
    }

    private string TooLarge() => string.Create(CultureInfo.InvariantCulture, $"A request may have at most {options.MaximumBytes} bytes.");

    private IResult Full(HttpContext context, ErrorFormat format)
    {
        context.Response.Headers.RetryAfter = queue.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return format(StatusCodes.Status429TooManyRequests,
            "There are too many requests at the moment; come again after the seconds that Retry-After says.");
    }

    private static IResult Unauthorized(HttpContext context, ErrorFormat format)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return format(StatusCodes.Status401Unauthorized, "A key is needed: X-Api-Key, or Authorization: Bearer.");
    }

    private bool HasKey(HttpRequest request)
    {
        if (_key is null) return true;
        const string Bearer = "Bearer ";
        var given = request.Headers["X-Api-Key"].ToString();
        var authorization = request.Headers.Authorization.ToString();
        if (given.Length == 0 && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            given = authorization[Bearer.Length..];
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _key);
    }
}
