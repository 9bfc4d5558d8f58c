using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Espalier.Server.Load;
using Espalier.Server.Models;
using Espalier.Server.Pictures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Espalier.Server.Protocols;

/// <summary>
/// What DeepStack and CodeProject.AI speak, and so Frigate, Blue Iris and Agent DVR: a form with an image and <c>min_confidence</c>; boxes
/// in whole pixels.
/// </summary>
internal sealed class DeepStackRoutes(PictureService pictures, Uploads uploads, ModelShelf shelf, RequestGate gate)
{
    private const float StandardConfidence = 0.4f;

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var detect = gate.Work(ErrorFormats.DeepStack, [Uploads.Multipart], Detect);
        routes.MapPost("/v1/vision/detection", detect)
            .Described("DeepStack: objects, by the first model. A form: image, min_confidence", typeof(Predictions))
            .Takes([Uploads.Multipart]);
        routes.MapPost("/v1/vision/custom/{model}", detect)
            .Described("DeepStack: objects, by a model. A form: image, min_confidence", typeof(Predictions))
            .Takes([Uploads.Multipart]);
        routes.MapMethods("/v1/vision/custom/list", ["GET", "POST"], gate.Lookup(ErrorFormats.DeepStack, _ => TypedResults.Json(
            new { success = true, models = shelf.Models.Select(model => model.Name), code = 200 }, Wire.Format)))
            .Described("DeepStack: the models by name");
        routes.MapGet("/v1/status/ping", RequestGate.Open(_ => TypedResults.Json(
            new { success = true, message = "pong", code = 200 }, Wire.Format)))
            .Described("CodeProject.AI: whether it is there");
    }

    private async Task<IResult> Detect(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        using var loan = pictures.Borrow(context.Request.RouteValues["model"] as string);
        var form = await uploads.ReadForm(context);
        var least = Confidence(form["min_confidence"].ToString());
        var sent = await uploads.ReadFiles(form, context.RequestAborted);
        var seen = await pictures.LookAt(loan.Model, sent[0].Bytes, digits: false, context.RequestAborted);
        var names = loan.Model.Facts.ClassNames;
        Prediction[] predictions = [.. seen.Found.Where(found => found.Confidence >= least).Select(found => new Prediction(
                    names[found.Class],
                    Wire.Rounded(found.Confidence),
                    Pixel(found.Box.Left),
                    Pixel(found.Box.Top),
                    Pixel(found.Box.Right),
                    Pixel(found.Box.Bottom)
                )),
        ];
        return TypedResults.Json(new Predictions(
            true,
            predictions.Length == 0 ? "No objects found" : $"Found {string.Join(", ", predictions.Select(found => found.Label))}",
            predictions,
            predictions.Length,
            "detect",
            loan.Model.Name,
            "CPU",
            false,
            (int)Math.Round(seen.Times.Network.TotalMilliseconds),
            (int)Math.Round((seen.Decode + seen.Times.Letterbox + seen.Times.Network + seen.Times.Suppression).TotalMilliseconds),
            (int)Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds),
            200,
            0), Wire.Format);
    }

    private static int Pixel(float edge) => (int)MathF.Round(edge);

    private static float Confidence(string text)
    {
        if (text.Length == 0) return StandardConfidence;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1) return value;
        throw Refusal.Bad($"min_confidence must be within 0…1.");
    }

    private sealed record Prediction(
        string Label,
        double Confidence,
        [property: JsonPropertyName("x_min")] int Left,
        [property: JsonPropertyName("y_min")] int Top,
        [property: JsonPropertyName("x_max")] int Right,
        [property: JsonPropertyName("y_max")] int Bottom);

    private sealed record Predictions(
        bool Success,
        string Message,
        [property: JsonPropertyName("predictions")] IReadOnlyList<Prediction> Found,
        int Count,
        string Command,
        string ModuleId,
        string ExecutionProvider,
        [property: JsonPropertyName("canUseGPU")] bool CanUseGpu,
        int InferenceMs,
        int ProcessMs,
        int AnalysisRoundTripMs,
        int Code,
        int Duration);
}
