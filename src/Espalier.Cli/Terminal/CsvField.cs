namespace Espalier.Cli.Terminal;

/// <summary>Fields of comma-separated tables.</summary>
internal static class CsvField
{
    /// <summary>A text as a field: in quotes where a comma, a quote or a line's end would break it.</summary>
    public static string Quote(string field) => field.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
