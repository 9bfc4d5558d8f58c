namespace Espalier.Datasets.Checks;

/// <summary>What a cleaned copy holds.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Kept">Photos in it.</param>
/// <param name="LeftOut">Photos that were left out.</param>
/// <param name="Labels">Labels in it.</param>
public sealed record CleanedCopyReport(string Folder, int Kept, int LeftOut, int Labels);
