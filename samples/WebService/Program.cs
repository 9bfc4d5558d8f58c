using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

// POST a photo's bytes to /read: the house numbers in it, as JSON. GET /health: whether photos can be read.
const int MostBytes = 10 << 20;
var limits = new PictureLimits { MaximumFileBytes = MostBytes, MaximumPixels = 24_000_000 };

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MostBytes);
builder.Services.AddProblemDetails();
builder.Services.AddHealthChecks();

// One reader serves every request. A thread a photo, and as many photos at once as there are processors,
// is more in a second than all processors on one photo.
builder.Services.AddSingleton(_ => HouseNumberReader.Open(detector: new DetectorOptions { Threads = 1, Spinning = false }));
using var turns = new SemaphoreSlim(Environment.ProcessorCount);

var app = builder.Build();
app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf });
app.MapHealthChecks("/health");
app.MapPost("/read", async (Stream body, HouseNumberReader reader, CancellationToken cancelled) =>
{
    using var upload = new MemoryStream();
    await body.CopyToAsync(upload, cancelled);
    upload.Position = 0;

    // Whoever hangs up while waiting costs no reading.
    await turns.WaitAsync(cancelled);
    try
    {
        var numbers = reader.Read(PictureReader.Read(upload, limits));
        return Results.Ok(numbers.Select(number => new { number.Text, number.Confidence, number.Box }));
    }
    catch (PictureException exception)
    {
        return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
    }
    finally
    {
        turns.Release();
    }
});

// Opened before the first request, which would wait for it otherwise.
_ = app.Services.GetRequiredService<HouseNumberReader>();
await app.RunAsync();

// A body that is too large is 413, and so on; anything else is this service's own fault.
static int StatusOf(Exception exception) =>
    exception is BadHttpRequestException refused ? refused.StatusCode : StatusCodes.Status500InternalServerError;
