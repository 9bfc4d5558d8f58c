using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Cli.Terminal;

/// <summary>How <c>--json</c> is written everywhere: names of classes and files as they are, which is no danger outside of HTML.</summary>
internal static class JsonOutput
{
    public static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
