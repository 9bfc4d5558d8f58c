namespace Espalier.Pipelines.Bulk;

/// <summary>A line of JSON for each photo.</summary>
internal sealed class JsonLineResults(Stream stream, IReadOnlyList<ResultColumn> columns) : IResultWriter
{
    private readonly ResultLines _lines = new(columns);

    public void Add(PhotoResult result) => _lines.Write(stream, result);

    public void Finish() => stream.Flush();
}
