using Espalier.Core;
using Espalier.Server.Corrections;
using Espalier.Server.Load;
using Espalier.Server.Metrics;
using Espalier.Server.Models;
using Espalier.Server.Page;
using Espalier.Server.Pictures;
using Espalier.Server.Protocols;
using Espalier.Server.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Espalier.Server;

/// <summary>Puts Espalier into an ASP.NET Core application.</summary>
/// <example><code>
/// var builder = WebApplication.CreateBuilder(args);
/// builder.Services.AddEspalier(new ServerOptions { Models = [ModelSource.At("digits.onnx")] });
/// var application = builder.Build();
/// application.MapEspalier();
/// application.Run();
/// </code></example>
public static class EspalierServices
{
    private const string Document = "espalier";

    /// <summary>Adds what serves models.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Models and limits; host and port are the application's own affair.</param>
    /// <exception cref="OptionException">A value is outside its range, or there is neither a model nor a folder of runs.</exception>
    public static IServiceCollection AddEspalier(this IServiceCollection services, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOpenApi(Document, openApi =>
        {
            openApi.ShouldInclude = description => description.GroupName == Document;
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "Espalier",
                    Version = "1",
                    Description = "Finds objects, and reads house numbers, in "
                    + "pictures."
                };
                return Task.CompletedTask;
            });
        });
        return services
            .AddSingleton(options)
            .AddSingleton(new WorkQueue(options, options.Workers > 0 ? options.Workers : AvailableProcessors.Current.Threads))
            .AddSingleton<ServerMetrics>()
            .AddSingleton<PrometheusText>()
            .AddSingleton<ModelShelf>()
            .AddSingleton<RequestGate>()
            .AddSingleton<Uploads>()
            .AddSingleton<PictureService>()
            .AddSingleton<OwnRoutes>()
            .AddSingleton<InferenceRoutes>()
            .AddSingleton<DeepStackRoutes>()
            .AddSingleton<CorrectionRoutes>()
            .AddSingleton<RunRoutes>()
            .AddHostedService<ModelWatcher>();
    }

    /// <summary>Opens the models and adds all routes: the page, the API, the other protocols.</summary>
    /// <param name="routes">The application, or a group of its routes: <c>application.MapGroup("/vision").MapEspalier()</c>.</param>
    /// <returns>All routes, for conventions such as <c>RequireAuthorization()</c>.</returns>
    /// <exception cref="EspalierException">A model cannot be opened.</exception>
    public static IEndpointConventionBuilder MapEspalier(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.ServiceProvider.GetRequiredService<ModelShelf>().Open();
        return routes.MapUnopened();
    }

    /// <summary>Adds all routes, to be used once the models are open.</summary>
    internal static IEndpointConventionBuilder MapUnopened(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<PrometheusText>();
        var group = routes.MapGroup("").WithGroupName(Document);
        if (services.GetRequiredService<ServerOptions>().Models.Count > 0) StaticPage.Map(group, "/", "page.html");
        else group.MapGet("/", RequestGate.Open(context => Results.Redirect(StaticPage.Folder(context.Request) + "watch")));
        services.GetRequiredService<OwnRoutes>().Map(group.MapGroup("").WithTags("Espalier"));
        services.GetRequiredService<CorrectionRoutes>().Map(group.MapGroup("").WithTags("Espalier"));
        services.GetRequiredService<RunRoutes>().Map(group.MapGroup("").WithTags("Runs"));
        services.GetRequiredService<InferenceRoutes>().Map(group.MapGroup("").WithTags("Open Inference Protocol"));
        services.GetRequiredService<DeepStackRoutes>().Map(group.MapGroup("").WithTags("DeepStack"));
        StaticPage.Map(group, "/openapi", "openapi.html");
        group.MapGet($"/openapi/{Document}.json", WriteDocument);
        return group;
    }

    private static async Task WriteDocument(HttpContext context)
    {
        var provider = context.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document);
        var document = await provider.GetOpenApiDocumentAsync(context.RequestAborted);
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, context.RequestAborted));
    }
}
