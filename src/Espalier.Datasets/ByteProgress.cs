namespace Espalier.Datasets;

/// <summary>How far a transfer is.</summary>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all; 0 where that is not known.</param>
internal readonly record struct ByteProgress(long Done, long Total);
