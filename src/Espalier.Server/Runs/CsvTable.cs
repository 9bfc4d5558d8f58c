using System.Globalization;
using System.Text;

namespace Espalier.Server.Runs;

/// <summary>A small CSV file as its writers here make it: a row a line, fields quoted where they must be.</summary>
/// <param name="Columns">The first line.</param>
/// <param name="Rows">The others, each as long as the first.</param>
internal sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const long MostBytes = 32 << 20;

    /// <summary>Nothing.</summary>
    public static CsvTable Empty { get; } = new([], []);

    /// <summary>Reads a file; empty where it is not there, is larger than 32 MB or cannot be read. Rows of another length are left
    /// out.</summary>
    public static CsvTable Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MostBytes } ? Parse(File.ReadAllText(path)) : Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Empty;
        }
    }

    /// <summary>Reads a file's text.</summary>
    public static CsvTable Parse(string text)
    {
        var rows = Records(text).ToList();
        return rows.Count == 0 ? Empty : new CsvTable(rows[0], [.. rows.Skip(1).Where(row => row.Count == rows[0].Count)]);
    }

    /// <summary>A column's numbers, a row each, null where there is none; nothing where there is no such column.</summary>
    public IEnumerable<double?> Numbers(string column)
    {
        var index = Columns.ToList().IndexOf(column);
        if (index < 0) return [];
        return Rows.Select(row => double.TryParse(row[index], CultureInfo.InvariantCulture, out var value) ? value : (double?)null);
    }

    private static IEnumerable<IReadOnlyList<string>> Records(string text)
    {
        var (row, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '"' && isQuoted && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
            else if (letter == '"') isQuoted = !isQuoted;
            else if (isQuoted || letter is not (',' or '\n' or '\r')) field.Append(letter);
            else if (letter != '\r')
            {
                row.Add(field.ToString());
                field.Clear();
                if (letter == ',') continue;
                yield return row;
                row = [];
            }
        }

        if (field.Length == 0 && row.Count == 0) yield break;
        row.Add(field.ToString());
        yield return row;
    }
}
