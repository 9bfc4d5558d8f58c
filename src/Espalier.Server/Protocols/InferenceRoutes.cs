using System.Globalization;
using System.Text.Json;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Runtime;
using Espalier.Server.Load;
using Espalier.Server.Models;
using Espalier.Server.Pictures;
using Espalier.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Espalier.Server.Protocols;

/// <summary>
/// The Open Inference Protocol, version 2, as KServe and Triton clients speak it. A model takes its file's own tensor and gives the file's
/// own output; or encoded pictures as BYTES in <c>pictures</c>, and gives what was found in them.
/// </summary>
internal sealed class InferenceRoutes(
    PictureService pictures,
    Uploads uploads,
    WorkQueue queue,
    ModelShelf shelf,
    RequestGate gate,
    IHostApplicationLifetime lifetime,
    ServerOptions options
)
{
    private const string Pictures = "pictures";
    private const string Version = "1";
    private static readonly string[] Extensions = ["binary_tensor_data"];

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/health/live", RequestGate.Open(_ => TypedResults.Json(new { live = true }, Wire.Format)))
            .Described("Inference protocol: whether the server runs");
        routes.MapGet("/v2/health/ready", RequestGate.Open(_ => IsReady(shelf.Models.Count > 0)))
            .Described("Inference protocol: whether it takes requests");
        routes.MapGet("/v2", Lookup(_ => TypedResults.Json(new { name = "espalier", version = "2", extensions = Extensions }, Wire.Format)))
            .Described("Inference protocol: the server");
        foreach (var model in new[] { "/v2/models/{model}", $"/v2/models/{{model}}/versions/{Version}" })
        {
            routes.MapGet(model, Lookup(context => Describe(Model(context))))
                .Described("Inference protocol: a model's inputs and outputs");
            routes.MapGet($"{model}/ready", Lookup(context => IsReady(shelf.Models.Any(other => other.Name == Model(context)))))
                .Described("Inference protocol: whether a model is there");
            routes.MapPost($"{model}/infer", gate.Work(ErrorFormats.InferenceProtocol, [], Infer))
                .Described("Inference protocol: tensors or encoded pictures in, tensors out")
                .WithDescription("Inputs: the file's own tensor, or pictures (BYTES: encoded pictures; base64 in JSON). Parameter: "
                    + "confidence.")
                .Takes(["application/json", "application/octet-stream"]);
        }
    }

    private RequestDelegate Lookup(Func<HttpContext, IResult> answer) => gate.Lookup(ErrorFormats.InferenceProtocol, answer);

    private static string Model(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    private JsonHttpResult<Readiness> IsReady(bool isThere)
    {
        var ready = isThere && !lifetime.ApplicationStopping.IsCancellationRequested;
        return TypedResults.Json(new Readiness(ready), Wire.Format, statusCode: ready
            ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private IResult Describe(string name)
    {
        if (shelf.Borrow(name) is not { } loan)
            return ErrorFormats.InferenceProtocol(StatusCodes.Status404NotFound, "There is no such model.");
        using (loan)
        {
            var facts = loan.Model.Facts;
            var (batch, height, width) = (facts.Batch ?? -1L, facts.Height ?? -1L, facts.Width ?? -1L);
            Described[] inputs =
            [
                new(facts.Input, Datatype(facts), facts.InputKind == InputKind.Bytes
                    ? [batch, height, width, 4] : [batch, 3, height, width]),
                new(Pictures, "BYTES", [-1]),
            ];
            Described[] numbers = loan.Model.ReadsNumbers ? [new("numbers", "BYTES", [-1]), new("number_confidences", "FP32", [-1])] : [];
            Described[] outputs =
            [
                new(facts.Layout.Name, "FP32", OutputShape(facts, batch)),
                new("indices", "INT32", [-1]),
                new("boxes", "FP32", [-1, 4]),
                new("confidences", "FP32", [-1]),
                new("classes", "INT32", [-1]),
                new("labels", "BYTES", [-1]),
                .. numbers,
            ];
            return TypedResults.Json(new { name, versions = new[] { Version }, platform = "onnxruntime_onnx", inputs, outputs },
                Wire.Format);
        }
    }

    private async Task<IResult> Infer(HttpContext context)
    {
        using var loan = pictures.Borrow(Model(context));
        var request = InferenceRequest.Read(await uploads.ReadBody(context), context.Request.Headers[InferenceRequest.LengthHeader]
            .ToString());
        if (request.Inputs is not [var input])
            throw Refusal.Bad($"One input is wanted, {loan.Model.Facts.Input} or {Pictures}, not {request.Inputs.Count}.");
        var outputs = input.Name == Pictures && input.Type == "BYTES"
            ? await LookAt(loan.Model, input.Elements(), request.Confidence ?? NmsOptions.ForPrediction.Confidence, context.RequestAborted)
            : [await Run(loan.Model, input, context.RequestAborted)];
        var unknown = request.Outputs?.Keys.Except(outputs.Select(output => output.Name)).FirstOrDefault();
        if (unknown is not null)
            throw Refusal.Bad($"There is no such output; there are: {string.Join(", ", outputs.Select(output => output.Name))}.");
        return Answer(context, loan.Model.Name, request, outputs);
    }

    private async Task<InferenceTensor> Run(ServedModel model, InferenceTensor input, CancellationToken cancellation)
    {
        var facts = model.Facts;
        var interleaved = facts.InputKind == InputKind.Bytes;
        if (input.Name != facts.Input || input.Type != Datatype(facts) || input.Shape.Length != 4
            || input.Shape[interleaved ? 3 : 1] != (interleaved ? 4 : 3))
        {
            var shape = interleaved ? "(batch, height, width, 4)" : "(batch, 3, height, width)";
            throw Refusal.Bad($"The input must be {facts.Input}, {Datatype(facts)} {shape}, or {Pictures}, BYTES.");
        }

        var (height, width) = interleaved ? ((int)input.Shape[1], (int)input.Shape[2]) : ((int)input.Shape[2], (int)input.Shape[3]);
        try
        {
            var (answer, _) = await queue.RunAsync(() => model.Network.Run(input.Data, (int)input.Shape[0], height, width), cancellation);
            return InferenceTensor.Of<float>(facts.Layout.Name, "FP32", answer.Shape, answer.Output);
        }
        catch (OptionException exception)
        {
            throw Refusal.Bad($"{exception.Message}"); // A size that the file does not take.
        }
    }

    private async Task<IReadOnlyList<InferenceTensor>> LookAt(ServedModel model, IReadOnlyList<byte[]> encoded, float least,
        CancellationToken cancellation)
    {
        if (encoded.Count == 0 || encoded.Count > options.MaximumPictures)
            throw Refusal.Bad($"A request may have 1…{options.MaximumPictures} pictures, not {encoded.Count}.");
        var names = model.Facts.ClassNames;
        var found = new List<(int Picture, Detection Object)>();
        var (numbers, confidences) = (new List<string>(), new List<float>());
        for (var picture = 0; picture < encoded.Count; picture++)
        {
            var seen = await pictures.LookAt(model, encoded[picture], model.ReadsNumbers, cancellation);
            if (!model.ReadsNumbers)
            {
                found.AddRange(seen.Found.Where(one => one.Confidence > least).Select(one => (picture, one)));
                continue;
            }

            var read = NumberReading.Read(seen.Found, names,
                new NumberReadingOptions { Confidence = least, Calibration = model.Facts.NumberCalibration });
            found.AddRange(read.SelectMany(number => number.Detections).Select(one => (picture, one)));
            numbers.Add(read.Count > 0 ? read[0].Text : "");
            confidences.Add(read.Count > 0 ? read[0].Confidence : 0);
        }

        InferenceTensor[] outputs =
        [
            InferenceTensor.Of<int>("indices", "INT32", [found.Count], found.Select(one => one.Picture).ToArray()),
            InferenceTensor.Of<float>("boxes", "FP32", [found.Count, 4], found.SelectMany(one => Edges(one.Object.Box)).ToArray()),
            InferenceTensor.Of<float>("confidences", "FP32", [found.Count], found.Select(one => one.Object.Confidence).ToArray()),
            InferenceTensor.Of<int>("classes", "INT32", [found.Count], found.Select(one => one.Object.Class).ToArray()),
            InferenceTensor.Of("labels", [.. found.Select(one => names[one.Object.Class])]),
        ];
        return model.ReadsNumbers
            ? [.. outputs, InferenceTensor.Of("numbers", numbers),
                InferenceTensor.Of<float>("number_confidences", "FP32", [confidences.Count], confidences.ToArray())]
            : outputs;
    }

    private static FileContentHttpResult Answer(HttpContext context, string model, InferenceRequest request,
        IReadOnlyList<InferenceTensor> outputs)
    {
        var wanted = outputs.Where(output => request.Wants(output.Name)).ToList();
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model);
            json.WriteString("model_version", Version);
            if (request.Id is not null) json.WriteString("id", request.Id);
            json.WriteStartArray("outputs");
            foreach (var output in wanted) output.Write(json, request.IsBinary(output.Name));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var binary = wanted.Where(output => request.IsBinary(output.Name)).ToList();
        if (binary.Count == 0) return TypedResults.Bytes(body.ToArray(), "application/json");
        context.Response.Headers[InferenceRequest.LengthHeader] = body.Length.ToString(CultureInfo.InvariantCulture);
        foreach (var output in binary) body.Write(output.Data);
        return TypedResults.Bytes(body.ToArray(), "application/octet-stream");
    }

    private static string Datatype(NetworkFacts facts) =>
        facts.InputKind switch { InputKind.Floats => "FP32", InputKind.Halves => "FP16", _ => "UINT8" };

    private static long[] OutputShape(NetworkFacts facts, long batch) => facts.Layout.Kind switch
    {
        OutputKind.AnchorRows or OutputKind.RawRows => [batch, -1, facts.ClassNames.Length + 5],
        OutputKind.CellColumns => [batch, facts.ClassNames.Length + 4, -1],
        OutputKind.EndToEnd => [batch, -1, 6],
        _ => [-1, 7],
    };

    private static float[] Edges(Box box) => [box.Left, box.Top, box.Right, box.Bottom];

    private sealed record Readiness(bool Ready);

    private sealed record Described(string Name, string Datatype, long[] Shape);
}
