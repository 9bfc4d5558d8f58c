using System.Globalization;
using System.Text;
using Espalier.Core;

namespace Espalier.Pipelines.Bulk;

/// <summary>A comma-separated table.</summary>
internal sealed class CsvResults : IResultWriter
{
    private readonly StreamWriter _writer;
    private readonly int _found;

    public CsvResults(Stream stream, IReadOnlyList<ResultColumn> columns)
    {
        (_writer, _found) = (new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" }, columns.Count);
        _writer.WriteLine(string.Join(',', ResultRows.Columns(columns).Select(column => column.Name)));
    }

    public void Add(PhotoResult result)
    {
        foreach (var row in ResultRows.Of(result, _found)) _writer.WriteLine(string.Join(',', row.Select(Field)));
    }

    public void Finish() => _writer.Dispose();

    private static string Field(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "yes" : "no",
        string text => CsvField.Quote(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no column holds a {value.GetType()}"),
    };
}
