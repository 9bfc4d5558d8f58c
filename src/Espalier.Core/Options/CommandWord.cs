namespace Espalier.Core.Options;

/// <summary>Words of printed commands, which somebody copies.</summary>
internal static class CommandWord
{
    /// <summary>A word as it is typed: in quotation marks where it has spaces.</summary>
    public static string Quote(string word) => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;
}
