namespace Espalier.Core;

/// <summary>Fields of comma-separated tables.</summary>
internal static class CsvField
{
    /// <summary>
    /// A text as a field: on one line, in quotes where a comma or a quote would break it, and behind an apostrophe where a spreadsheet
    /// would take it for a formula.
    /// </summary>
    public static string Quote(string field)
    {
        var plain = PlainText.OneLine(field);
        if (plain.TrimStart() is ['=' or '+' or '-' or '@', ..]) plain = "'" + plain;
        return plain.AsSpan().ContainsAny(',', '"') ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
