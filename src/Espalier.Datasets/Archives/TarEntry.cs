namespace Espalier.Datasets.Archives;

/// <summary>An entry of a tar archive.</summary>
/// <param name="Path">Its path within the archive, with slashes, as the archive has it.</param>
/// <param name="IsFolder">Whether it is a folder, and not a file.</param>
/// <param name="Size">Bytes of the file; 0 for a folder.</param>
internal readonly record struct TarEntry(string Path, bool IsFolder, long Size);
