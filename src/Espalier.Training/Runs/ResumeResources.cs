namespace Espalier.Training.Runs;

/// <summary>What may be other when a run goes on, because nothing that is learned depends on it.</summary>
/// <param name="Workers">Threads that prepare pictures; null for as many as before.</param>
/// <param name="CacheInMemory">Whether decoded photos are kept; null for as before.</param>
public sealed record ResumeResources(int? Workers = null, bool? CacheInMemory = null);
