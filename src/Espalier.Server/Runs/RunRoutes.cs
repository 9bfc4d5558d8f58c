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
        StaticPage.Map(routes, "/watch", "watch.html");
        routes.MapGet("/runs", gate.Lookup(ErrorFormats.Problem, _ => TypedResults.Json(_shelf.List(Now), RunFormat.Json)))
            .Described("The trainings, sweeps and experiments, the newest first");
        routes.MapGet("/runs/detail", gate.Lookup(ErrorFormats.Problem, context => TypedResults.Json(Find(Id(context)), RunFormat.Json)))
            .Described("All about one of them: its table, its progress, its pictures")
            .Takes([], ("id", "The training"));
        routes.MapGet("/runs/picture", gate.Lookup(ErrorFormats.Problem,
            context => Picture(Id(context), context.Request.Query["name"].ToString())))
            .Described("A picture of one of them")
            .Takes([], ("id", "The training"), ("name", "The picture"));
        routes.MapPost("/runs/control", gate.Work(ErrorFormats.Problem, ["application/json"], Control))
            .Described("What a training shall do from its next epoch on: stop, epochs, patience")
            .Takes(["application/json"], ("id", "The training"));
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static string Id(HttpContext context) => context.Request.Query["id"].ToString();

    private RunDetail Find(string id) => _shelf!.Find(id, Now) ?? throw Unknown(id);

    private PhysicalFileHttpResult Picture(string id, string name)
    {
        var path = _shelf!.Picture(id, name) ?? throw Unknown($"{id}/{name}");
        return TypedResults.PhysicalFile(path, path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? "image/png" : "image/jpeg");
    }

    private async Task<IResult> Control(HttpContext context)
    {
        // A form may be posted by any page that the browser has open; only our own may steer a training.
        SameOrigin.Require(context, $"Trainings are steered from this server's own page only.");
        var id = Id(context);
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
