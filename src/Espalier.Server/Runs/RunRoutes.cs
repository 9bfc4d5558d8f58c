using System.Text.Json;
using Espalier.Core.LiveRuns;
using Espalier.Server.Load;
using Espalier.Server.Page;
using Espalier.Server.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Espalier.Server.Runs;

/// <summary>The live view of trainings: a page at <c>/watch</c>, and what it asks for under <c>/runs</c>.</summary>
internal sealed class RunRoutes(RequestGate gate, ServerOptions options, TimeProvider clock)
{
    private const int MostBytes = 1000;

    private readonly RunShelf? _shelf = options.Runs is { } folder ? new RunShelf(folder) : null;

    /// <summary>Adds them, where there is a folder of runs to look at.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        if (_shelf is null) return;
        var lookup = gate.ForLookups(ErrorFormats.Problem);
        StaticPage.Map(routes, "/watch", "watch.html");
        routes.MapGet("/runs", () => TypedResults.Json(_shelf.List(Now), RunFormat.Json)).AddEndpointFilter(lookup)
            .WithSummary("The trainings, sweeps and experiments, the newest first");
        routes.MapGet("/runs/detail", (string id) => TypedResults.Json(Find(id), RunFormat.Json)).AddEndpointFilter(lookup)
            .WithSummary("All about one of them: its table, its progress, its pictures");
        routes.MapGet("/runs/picture", (string id, string name) => Picture(id, name)).AddEndpointFilter(lookup)
            .WithSummary("A picture of one of them");
        routes.MapPost("/runs/control", (Delegate)Control).AddEndpointFilter(gate.ForWork(ErrorFormats.Problem, "application/json"))
            .WithSummary("What a training shall do from its next epoch on: stop, epochs, patience")
            .Takes(["application/json"], ("id", "The training"));
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private RunDetail Find(string id) => _shelf!.Find(id, Now) ?? throw Unknown(id);

    private PhysicalFileHttpResult Picture(string id, string name)
    {
        var path = _shelf!.Picture(id, name) ?? throw Unknown($"{id}/{name}");
        return TypedResults.PhysicalFile(path, Path.GetExtension(path) == ".png" ? "image/png" : "image/jpeg");
    }

    private async Task<IResult> Control(HttpContext context)
    {
        // A form may be posted by any page that the browser has open; only our own may steer a training.
        SameOrigin.Require(context, $"Trainings are steered from this server's own page only.");
        var id = context.Request.Query["id"].ToString();
        if (context.Request.ContentLength is null or > MostBytes)
            throw Refusal.Bad($"The body must be JSON of at most {MostBytes} bytes.");
        using var reader = new StreamReader(context.Request.Body);
        RunControl wish;
        try
        {
            wish = RunControl.Parse(await reader.ReadToEndAsync(context.RequestAborted));
        }
        catch (JsonException)
        {
            throw Refusal.Bad(
                $"The body must be JSON with stop (true or false), epochs (1 to 100000) and patience (0 to 100000), or some of these.");
        }

        return _shelf!.Control(id, wish) ? TypedResults.Json(Find(id), RunFormat.Json) : throw Unknown(id);
    }

    private static Refusal Unknown(string what) => Refusal.NotFound($"There is no '{what}' among the runs.");
}
