using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Cli.Terminal;

/// <summary>How <c>--json</c> is written everywhere: names of classes and files as they are, which is no danger outside of HTML.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = new Names(),
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A line of its own, or several.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Format) + "\n";

    /// <summary>camelCase, and the field's name of its measure: <c>mAP50</c>, where the rule alone would write <c>maP50</c>.</summary>
    private sealed class Names : JsonNamingPolicy
    {
        private const string Measure = "MAP";

        public override string ConvertName(string name) => name.StartsWith(Measure, StringComparison.Ordinal)
            ? "m" + name[1..] : CamelCase.ConvertName(name);
    }
}
