using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Server.Protocols;

namespace Espalier.Server.Runs;

/// <summary>How runs are told: as the other answers, with names of states in camelCase.</summary>
internal static class RunFormat
{
    public static readonly JsonSerializerOptions Json = new(Wire.Format)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
