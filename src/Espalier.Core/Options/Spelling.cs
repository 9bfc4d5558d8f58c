namespace Espalier.Core.Options;

/// <summary>What somebody may have meant who typed a word that there is not.</summary>
internal static class Spelling
{
    /// <summary>The known word that is nearest to a typed one; null where none is near enough to be meant.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">What there is; of equally near ones the first is taken.</param>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(known);
        var within = Math.Max(1, typed.TrimStart('-').Length / 3);
        return known
            .Select(word => (Word: word, Distance: Distance(typed.ToUpperInvariant(), word.ToUpperInvariant())))
            .Where(pair => pair.Distance <= within)
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault().Word;
    }

    /// <summary><c> (did you mean auto?)</c>, to stand within a sentence; empty where nothing is near enough.</summary>
    /// <inheritdoc cref="Nearest"/>
    public static string Hint(string typed, IEnumerable<string> known) =>
        Nearest(typed, known) is { } word ? $" (did you mean {word}?)" : "";

    /// <summary>Letters to insert, leave out, replace, or exchange with their neighbour (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= to.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[from.Length, to.Length];
    }
}
