using Espalier.Runtime;
using Espalier.Vision;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// POST a photo to /read, as it is or in a form: the house numbers in it, as JSON. GET /health: whether photos can be read.
const int MostBytes = 32 << 20;
var limits = new PictureLimits { MaximumFileBytes = MostBytes, MaximumPixels = 50_000_000 };

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MostBytes);
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks().AddCheck<ReadingCheck>("reading");

// One reader serves every request. A thread a photo, and as many photos at once as there are processors,
// is more in a second than all processors on one photo, and bounds the memory.
builder.Services.AddHouseNumberReader(detector: new DetectorOptions { Threads = 1, Spinning = false });
using var turns = new SemaphoreSlim(Environment.ProcessorCount);

var app = builder.Build();

// A request that cannot be taken, such as one that is too large, is answered with its status; the log is for the service's own faults.
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    StatusCodeSelector = failure => (failure as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError,
    SuppressDiagnosticsCallback = failure => failure.Exception is BadHttpRequestException,
});
app.UseStatusCodePages();
app.MapHealthChecks("/health");
app.MapPost("/read", (Stream body, HouseNumberReader reader, CancellationToken cancelled) => Read(body, reader, cancelled));

// Of two routes the one that names a form's type takes forms. Whoever is let in by a cookie keeps the antiforgery token instead.
app.MapPost("/read", async (IFormFileCollection files, HouseNumberReader reader, CancellationToken cancelled) =>
{
    if (files is not [var file]) return Refused($"A form may have one photo, not {files.Count}.", StatusCodes.Status400BadRequest);
    await using var photo = file.OpenReadStream();
    return await Read(photo, reader, cancelled);
}).DisableAntiforgery();

// Opened and tried before the first request, which would wait for both otherwise.
await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
await app.RunAsync();

async Task<IResult> Read(Stream photo, HouseNumberReader reader, CancellationToken cancelled)
{
    // All of it before its turn, which those who send slowly would keep from others. Whoever hangs up while waiting costs no reading.
    using var upload = new MemoryStream();
    await photo.CopyToAsync(upload, cancelled);
    upload.Position = 0;
    await turns.WaitAsync(cancelled);
    try
    {
        // Null is a number that cannot be read; its text is a guess then, and no answer.
        return Results.Ok(reader.Read(PictureReader.Read(upload, limits))
            .Select(number => new { Number = number.IsAccepted ? number.Text : null, number.Confidence, number.Box }));
    }
    catch (PictureException problem)
    {
        return Refused(problem.Message,
            problem.ExceedsLimits ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest);
    }
    finally
    {
        turns.Release();
    }
}

static IResult Refused(string reason, int status) => Results.Problem(reason, statusCode: status);

internal sealed class ReadingCheck(HouseNumberReader reader) : IHealthCheck
{
    private static readonly byte[] Photo = PictureWriter.EncodePng(Picture.Filled(64, 64, 128, 128, 128));

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        reader.Read(PictureReader.Read(Photo));
        return Task.FromResult(HealthCheckResult.Healthy());
    }
}
