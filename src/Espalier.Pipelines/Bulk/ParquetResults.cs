using Parquet;
using Parquet.Schema;

namespace Espalier.Pipelines.Bulk;

/// <summary>A Parquet file, compressed by Snappy, in groups of rows that fit into memory.</summary>
internal sealed class ParquetResults : IResultWriter
{
    private const int RowsAGroup = 1 << 16;

    private readonly ResultColumn[] _columns;
    private readonly int _found;
    private readonly DataField[] _fields;
    private readonly ParquetWriter _writer;
    private readonly List<object?[]> _rows = [];

    public ParquetResults(Stream stream, IReadOnlyList<ResultColumn> columns)
    {
        (_columns, _found) = ([.. ResultRows.Columns(columns)], columns.Count);
        _fields = [.. _columns.Select(column => new DataField(column.Name, TypeOf(column.Kind), isNullable: true))];

        // The streams below are files: nothing is waited for but the disk, as everywhere here.
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), stream).GetAwaiter().GetResult();
    }

    public void Add(PhotoResult result)
    {
        _rows.AddRange(ResultRows.Of(result, _found));
        if (_rows.Count >= RowsAGroup) WriteGroup();
    }

    public void Finish()
    {
        if (_rows.Count > 0) WriteGroup();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void WriteGroup()
    {
        using (var group = _writer.CreateRowGroup())
        {
            for (var i = 0; i < _columns.Length; i++) Write(group, i).GetAwaiter().GetResult();
        }

        _rows.Clear();
    }

    private Task Write(ParquetRowGroupWriter group, int column) => _columns[column].Kind switch
    {
        ResultKind.Text => group.WriteAsync(_fields[column], [.. _rows.Select(row => (string?)row[column])!]),
        ResultKind.Whole => Write<int>(group, column),
        ResultKind.Number => Write<double>(group, column),
        _ => Write<bool>(group, column),
    };

    private Task Write<T>(ParquetRowGroupWriter group, int column)
        where T : struct =>
        group.WriteAsync<T>(_fields[column], _rows.Select(row => (T?)row[column]).ToArray().AsMemory());

    private static Type TypeOf(ResultKind kind) => kind switch
    {
        ResultKind.Text => typeof(string),
        ResultKind.Whole => typeof(int),
        ResultKind.Number => typeof(double),
        _ => typeof(bool),
    };
}
