using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Espalier.Server.Load;

/// <summary>
/// What every request passes: the key; then, before a byte of the body is read, its type and size and a place in the queue; a clock; and on
/// the way out whatever went wrong, as the protocol says it.
/// </summary>
/// <remarks>Routes are plain request delegates: handlers with parameters and endpoint filters are compiled from expressions at the first
/// request, which a server that has just started would answer a fifth of a second later for it.</remarks>
internal sealed class RequestGate(WorkQueue queue, ServerMetrics metrics, ServerOptions options, ILogger<RequestGate> log)
{
    private const int ClientLeft = 499;

    private readonly byte[]? _key = options.ApiKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    /// <summary>A route that is open to all.</summary>
    public static RequestDelegate Open(Func<HttpContext, IResult> answer) => context => answer(context).ExecuteAsync(context);

    /// <summary>A route that only looks things up.</summary>
    /// <param name="format">How the protocol says what went wrong.</param>
    /// <param name="answer">Answers who has the key.</param>
    public RequestDelegate Lookup(ErrorFormat format, Func<HttpContext, IResult> answer) => Open(context =>
    {
        if (!HasKey(context.Request)) return Unauthorized(context, format);
        try
        {
            return answer(context);
        }
        catch (Refusal refusal)
        {
            return format(refusal.Status, refusal.Message);
        }
    });

    /// <summary>A route that takes work.</summary>
    /// <param name="format">How the protocol says what went wrong.</param>
    /// <param name="types">The media types of bodies, such as <c>image/</c>; empty for any.</param>
    /// <param name="answer">Answers who has the key, what can be taken, and a place.</param>
    public RequestDelegate Work(ErrorFormat format, string[] types, Func<HttpContext, Task<IResult>> answer) => async context =>
        await (await Admit(context, format, types, answer)).ExecuteAsync(context);

    private async Task<IResult> Admit(HttpContext context, ErrorFormat format, string[] types, Func<HttpContext, Task<IResult>> work)
    {
        var start = Stopwatch.GetTimestamp();
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        var hungUp = context.RequestAborted;
        IResult answer;
        try
        {
            if (!HasKey(context.Request)) answer = Unauthorized(context, format);
            else
            {
                CheckHead(context, types);
                answer = queue.TryTake() ? await InPlace(context, work, format, hungUp) : Full(context, format);
            }
        }
        catch (Refusal refusal)
        {
            answer = format(refusal.Status, refusal.Message);
        }

        var status = hungUp.IsCancellationRequested ? ClientLeft : (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        metrics.Answered(route, status, Stopwatch.GetElapsedTime(start));
        return answer;
    }

    private async Task<IResult> InPlace(HttpContext context, Func<HttpContext, Task<IResult>> work, ErrorFormat format,
        CancellationToken hungUp)
    {
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(hungUp);
        clock.CancelAfter(TimeSpan.FromSeconds(options.Timeout));
        context.RequestAborted = clock.Token;
        try
        {
            return await work(context);
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
        catch (Exception exception) when (exception is not Refusal)
        {
            // Whatever it is: what passes here is answered with nothing, and written down nowhere.
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
