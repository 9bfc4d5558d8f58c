using System.Net.Mime;
using Espalier.Server.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Espalier.Server.Protocols;

/// <summary>What routes take and give, for the OpenAPI document: bodies and queries are read by hand, so that they can be refused before
/// they are buffered.</summary>
internal static class RouteDescriptions
{
    /// <summary>Puts a route into the document.</summary>
    /// <param name="route">The route.</param>
    /// <param name="summary">What it does, in a line.</param>
    /// <param name="gives">What it answers, as JSON; null for something else.</param>
    public static IEndpointConventionBuilder Described(this IEndpointConventionBuilder route, string summary, Type? gives = null)
    {
        // Only routes that are known to be a method's are taken up; what the method takes is said by hand.
        route.WithMetadata(((Action)Nothing).Method).WithSummary(summary).AddOpenApiOperationTransformer((operation, context, _) =>
        {
            if (context.Description.RelativePath!.Contains("{model}", StringComparison.Ordinal))
                Add(operation, ParameterLocation.Path, "model", "The model's name");
            return Task.CompletedTask;
        });
        return gives is null
            ? route
            : route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, gives, [MediaTypeNames.Application.Json]));
    }

    /// <summary>Pictures, and which model looks from which confidence on.</summary>
    public static IEndpointConventionBuilder TakesPictures(this IEndpointConventionBuilder route, string confidence) => route.Takes(
        ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", Uploads.Multipart],
        ("model", "The model's name; the first one's if none"),
        ("confidence", confidence));

    /// <summary>A body of one of some types, or none, and queries with what they mean.</summary>
    public static IEndpointConventionBuilder Takes(this IEndpointConventionBuilder route, string[] bodies,
        params (string Name, string Meaning)[] queries) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        if (bodies.Length > 0)
        {
            var content = bodies.ToDictionary(type => type, type => new OpenApiMediaType { Schema = Schema(type) });
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        }

        foreach (var (name, meaning) in queries) Add(operation, ParameterLocation.Query, name, meaning);
        return Task.CompletedTask;
    });

    private static void Add(OpenApiOperation operation, ParameterLocation where, string name, string meaning)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(
            new OpenApiParameter
            {
                Name = name,
                In = where,
                Required = where == ParameterLocation.Path,
                Description = meaning,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            }
        );
    }

    private static OpenApiSchema Schema(string type) => type.StartsWith("image/", StringComparison.Ordinal)
        ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }
        : new OpenApiSchema { Type = JsonSchemaType.Object };

    private static void Nothing()
    {
    }
}
