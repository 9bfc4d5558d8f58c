using Microsoft.AspNetCore.Http;

namespace Espalier.Server.Protocols;

/// <summary>The ways of the protocols that are spoken here.</summary>
internal static class ErrorFormats
{
    /// <summary>RFC 9457's problem+json.</summary>
    public static IResult Problem(int status, string message) => TypedResults.Problem(message, statusCode: status);

    /// <summary>The Open Inference Protocol's; KServe's client reads the message only where the type is just this.</summary>
    public static IResult InferenceProtocol(int status, string message) =>
        TypedResults.Json(new { error = message }, Wire.Format, "application/json", status);

    /// <summary>DeepStack's and CodeProject.AI's.</summary>
    public static IResult DeepStack(int status, string message) =>
        TypedResults.Json(new { success = false, error = message, code = status }, Wire.Format, statusCode: status);
}
