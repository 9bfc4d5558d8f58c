namespace Espalier.Datasets;

/// <summary>How far a scan or conversion is.</summary>
/// <param name="Done">Photos done.</param>
/// <param name="Total">Photos in all.</param>
public readonly record struct PhotoProgress(int Done, int Total);
