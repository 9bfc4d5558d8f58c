using Espalier.Core;

namespace Espalier.Pipelines.Bulk;

/// <summary>Writes results into one file, photo by photo.</summary>
internal interface IResultWriter
{
    /// <summary>The endings of files that can be written.</summary>
    static IReadOnlyList<string> Endings { get; } = [".csv", ".jsonl", ".parquet"];

    /// <summary>The next photo's result.</summary>
    void Add(PhotoResult result);

    /// <summary>Nothing more comes.</summary>
    void Finish();

    /// <summary>The writer for a file.</summary>
    /// <param name="path">Its name, whose ending says how it is written.</param>
    /// <param name="stream">The file, which stays open.</param>
    /// <param name="columns">What is said of each thing that is found.</param>
    /// <exception cref="OptionException">Nothing is written so.</exception>
    static IResultWriter For(string path, Stream stream, IReadOnlyList<ResultColumn> columns) => EndingOf(path) switch
    {
        ".csv" => new CsvResults(stream, columns),
        ".jsonl" => new JsonLineResults(stream, columns),
        _ => new ParquetResults(stream, columns),
    };

    /// <summary>A file's ending in lower case.</summary>
    /// <exception cref="OptionException">Nothing is written so.</exception>
    static string EndingOf(string path)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        return Endings.Contains(ending)
            ? ending : throw new OptionException($"The output is a table: {string.Join(", ", Endings)}, not '{path}'.");
    }
}
