namespace Espalier.Vision;

/// <summary>Where the time of one call of a detector went.</summary>
/// <param name="Letterbox">Resizing, padding and sorting by channel.</param>
/// <param name="Network">The network, decoding of boxes included.</param>
/// <param name="Suppression">Non-maximum suppression and bringing boxes back to the picture.</param>
public readonly record struct StageTimes(TimeSpan Letterbox, TimeSpan Network, TimeSpan Suppression);
