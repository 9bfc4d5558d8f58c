namespace Espalier.Datasets.Archives;

/// <summary>What was unpacked.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Bytes of them together.</param>
internal sealed record UnpackReport(string Folder, int Files, long Bytes);
