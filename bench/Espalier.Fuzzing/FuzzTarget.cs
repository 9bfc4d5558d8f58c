namespace Espalier.Fuzzing;

/// <summary>A reader of something that comes from outside.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Seeds">Inputs that it takes, from which others are made.</param>
/// <param name="Read">Reads an input; may throw <see cref="Core.EspalierException"/>, and nothing else.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read);
