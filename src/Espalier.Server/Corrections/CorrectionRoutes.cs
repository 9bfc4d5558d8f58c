using System.Text.Json;
using Espalier.Server.Load;
using Espalier.Server.Pictures;
using Espalier.Server.Protocols;
using Espalier.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Espalier.Server.Corrections;

/// <summary><c>/corrections</c>: a picture with the boxes that it should have given.</summary>
internal sealed class CorrectionRoutes(PictureService pictures, Uploads uploads, RequestGate gate, ServerOptions options)
{
    private const int MostBoxes = 1000;

    private readonly CorrectionStore? _store = options.Corrections is { } folder ? new CorrectionStore(folder) : null;

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/corrections", gate.Work(ErrorFormats.Problem, [Uploads.Multipart], Save))
        .Described("Saves a corrected picture for training", typeof(Saved))
        .WithDescription("A form: the picture as a file, and labels, a JSON array of {\"class\": 7, \"box\": [left, top, right, bottom]} "
            + "in pixels.")
        .Takes([Uploads.Multipart], ("model", "The model that was wrong"));

    private async Task<IResult> Save(HttpContext context)
    {
        if (_store is null) throw Refusal.Forbidden($"The server saves no corrections; start it with --corrections FOLDER.");
        // A form may be posted by any page that the browser has open; only our own may write.
        SameOrigin.Require(context, $"Corrections are taken from this server's own page only.");
        using var loan = pictures.Borrow(context.Request.Query["model"]);
        var names = loan.Model.Facts.ClassNames;
        var form = await uploads.ReadForm(context);
        var labels = ReadLabels(form["labels"].ToString());
        var sent = await uploads.ReadFiles(form, context.RequestAborted);
        var size = await pictures.Check(sent[0].Bytes, context.RequestAborted);
        var boxes = labels.Select(label => ToBox(label, size, names.Length)).ToList();
        var (name, count) = _store.Save(sent[0].Bytes, size, boxes, names);
        return TypedResults.Json(new Saved(name, count), Wire.Format);
    }

    private static Label[] ReadLabels(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<Label[]>(text, Wire.Format) is { Length: <= MostBoxes } labels
                && labels.All(label => label is not null))
                return labels;
        }
        catch (JsonException)
        {
            // The same sentence.
        }

        throw Refusal.Bad($"labels must be a JSON array of at most {MostBoxes} {{\"class\": 7, \"box\": [left, top, right, bottom]}}.");
    }

    private static LabelledBox ToBox(Label label, PictureSize size, int classes)
    {
        if (label.Class < 0 || label.Class >= classes) throw Refusal.Bad($"A label's class must be within 0…{classes - 1}.");
        if (label.Box is not [var left, var top, var right, var bottom]) throw Refusal.Bad($"A label's box must have four edges.");
        var box = new Box(left, top, right, bottom).ClipTo(size.Width, size.Height);
        return box.Width >= 1 && box.Height >= 1
            ? new LabelledBox(label.Class, box)
            : throw Refusal.Bad($"A label's box must lie within the picture and be at least a pixel wide and high.");
    }

    private sealed record Label(int Class, float[] Box);

    /// <summary>What was saved.</summary>
    /// <param name="Name">The picture's name in the folder.</param>
    /// <param name="Pictures">Pictures in the folder.</param>
    internal sealed record Saved(string Name, int Pictures);
}
