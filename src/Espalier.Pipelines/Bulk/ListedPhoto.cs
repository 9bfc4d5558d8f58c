namespace Espalier.Pipelines.Bulk;

/// <summary>A photo of a source.</summary>
/// <param name="Path">Its path; within an archive the archive's and its own.</param>
/// <param name="Entry">Its place in a source that has an order of its own; 0 in a folder, which is gone through by path.</param>
/// <param name="Length">Bytes; 0 where they are not known without opening it.</param>
internal sealed record ListedPhoto(string Path, int Entry, long Length)
{
    /// <summary>Which of the sources it belongs to.</summary>
    public int Source { get; init; }
}
