using Espalier.Server.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Espalier.Server.Protocols;

/// <summary>What routes take, for the OpenAPI document: bodies and queries are read by hand, so that they can be refused before they are
/// buffered.</summary>
internal static class RouteDescriptions
{
    /// <summary>Pictures, and which model looks from which confidence on.</summary>
    public static RouteHandlerBuilder TakesPictures(this RouteHandlerBuilder route, string confidence) => route.Takes(
        ["image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", Uploads.Multipart],
        ("model", "The model's name; the first one's if none"),
        ("confidence", confidence));

    /// <summary>A body of one of some types, and queries with what they mean.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string[] bodies,
        params (string Name, string Meaning)[] queries) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        var content = bodies.ToDictionary(type => type, type => new OpenApiMediaType { Schema = Schema(type) });
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        operation.Parameters ??= [];
        foreach (var (name, meaning) in queries)
        {
            var text = new OpenApiSchema { Type = JsonSchemaType.String };
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Description = meaning,
                    Schema = text,
                }
            );
        }

        return Task.CompletedTask;
    });

    private static OpenApiSchema Schema(string type) => type.StartsWith("image/", StringComparison.Ordinal)
        ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }
        : new OpenApiSchema { Type = JsonSchemaType.Object };
}
