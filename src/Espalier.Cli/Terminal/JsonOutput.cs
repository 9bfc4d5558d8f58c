using System.Text.Json;

namespace Espalier.Cli.Terminal;

/// <summary>How <c>--json</c> is written everywhere.</summary>
internal static class JsonOutput
{
    public static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
}
