namespace Espalier.Datasets.Checks;

/// <summary>How far a check is.</summary>
/// <param name="Stage">What is being done, in two or three words.</param>
/// <param name="Photos">Photos done, of how many.</param>
public readonly record struct CheckProgress(string Stage, PhotoProgress Photos);
