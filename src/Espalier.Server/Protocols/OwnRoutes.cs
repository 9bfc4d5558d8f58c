using System.Globalization;
using Espalier.Server.Load;
using Espalier.Server.Metrics;
using Espalier.Server.Models;
using Espalier.Server.Pictures;
using Espalier.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Espalier.Server.Protocols;

/// <summary>The server's own routes: <c>/read</c>, <c>/detect</c>, <c>/models</c>, <c>/healthz</c>, <c>/metrics</c>.</summary>
internal sealed class OwnRoutes(
    PictureService pictures,
    Uploads uploads,
    ModelShelf shelf,
    RequestGate gate,
    PrometheusText metrics,
    IHostApplicationLifetime lifetime,
    ServerOptions options
)
{
    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/read", gate.Work(ErrorFormats.Problem, Uploads.PictureTypes, Read))
            .Described("Reads house numbers: of a picture, or of several in a form", typeof(Answer<ReadPicture>))
            .TakesPictures("The least confidence of a digit, 0.02…1");
        routes.MapPost("/detect", gate.Work(ErrorFormats.Problem, Uploads.PictureTypes, Detect))
            .Described("Finds objects: in a picture, or in several in a form", typeof(Answer<DetectedPicture>))
            .TakesPictures("The least confidence of an object, 0.01…1");
        routes.MapGet("/models", gate.Lookup(ErrorFormats.Problem, _ => TypedResults.Json(Offer(), Wire.Format)))
            .Described("The models by name", typeof(Offer));
        routes.MapGet("/metrics", gate.Lookup(ErrorFormats.Problem, _ => TypedResults.Text(metrics.Print(), "text/plain; version=0.0.4")))
            .Described("Prometheus' metrics");
        routes.MapGet("/healthz", RequestGate.Open(Health)).Described("200 while requests are taken, 503 while the server drains");
    }

    private IResult Health(HttpContext context) => lifetime.ApplicationStopping.IsCancellationRequested
        ? ErrorFormats.Problem(StatusCodes.Status503ServiceUnavailable, "The server is shutting down.")
        : TypedResults.Text("ok");

    private Offer Offer() => new(
            [.. shelf.Models.Select(model => new ModelCard(
                model.Name, model.Facts.ClassNames, model.Facts.ImageSize, model.ReadsNumbers, model.LeastConfidence))],
            options.Corrections is not null
        );

    private async Task<IResult> Read(HttpContext context)
    {
        using var loan = Borrow(context);
        var model = loan.Model;
        var reading = new NumberReadingOptions { Calibration = model.Facts.NumberCalibration };
        var least = Math.Max(reading.Alternative, model.LeastConfidence);
        reading = reading with { Confidence = Confidence(context, reading.Confidence, least) };
        var names = model.Facts.ClassNames;
        if (!model.ReadsNumbers) throw Refusal.Bad($"The model's classes are not the digits 0 to 9, so it reads no numbers; ask /detect.");
        return await Each(context, model, digits: true, (name, seen) => new ReadPicture(
                    name,
                    seen.Width,
                    seen.Height,
                    [.. NumberReading.Read(seen.Found, names, reading).Select(number => ReadNumber.Of(number, names))],
                    Stages.Of(seen)
                ),
            (name, error) => new ReadPicture(name, null, null, null, null, error));
    }

    private async Task<IResult> Detect(HttpContext context)
    {
        using var loan = Borrow(context);
        var model = loan.Model;
        var least = Confidence(context, 0.25f, model.LeastConfidence);
        return await Each(context, model, digits: false, (name, seen) => new DetectedPicture(
            name, seen.Width, seen.Height,
            [.. seen.Found.Where(found => found.Confidence > least).Select(found => DetectedObject.Of(found, model.Facts.ClassNames))],
            Stages.Of(seen)),
            (name, error) => new DetectedPicture(name, null, null, null, null, error));
    }

    private async Task<IResult> Each<T>(HttpContext context, ServedModel model, bool digits, Func<string, LookedAt, T> answer,
        Func<string, string, T> failed)
    {
        var sent = await uploads.ReadPictures(context);
        var answers = new List<T>(sent.Count);
        foreach (var (name, bytes) in sent)
        {
            try
            {
                answers.Add(answer(name, await pictures.LookAt(model, bytes, digits, context.RequestAborted)));
            }
            catch (Refusal refusal) when (sent.Count > 1)
            {
                answers.Add(failed(name, refusal.Message));
            }
        }

        return TypedResults.Json(new Answer<T>(model.Name, answers), Wire.Format);
    }

    private ModelShelf.Loan Borrow(HttpContext context) => pictures.Borrow(context.Request.Query["model"]);

    private static float Confidence(HttpContext context, float standard, float least)
    {
        var text = context.Request.Query["confidence"].ToString();
        if (text.Length == 0) return Math.Max(standard, least);
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= 1)
            return value;
        throw Refusal.Bad($"confidence must be within {least}…1.");
    }
}
