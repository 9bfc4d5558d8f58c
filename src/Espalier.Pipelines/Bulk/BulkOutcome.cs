namespace Espalier.Pipelines.Bulk;

/// <summary>What came of looking at many photos.</summary>
/// <param name="IsWhole">Whether the output is there. Where several processes share the photos the last one that ends makes it.</param>
/// <param name="Shard">This process's part.</param>
/// <param name="Photos">Photos in all where it is whole, of this process's part otherwise.</param>
/// <param name="Unreadable">How many of them could not be read; their rows say why. Null where the output is not there yet.</param>
public sealed record BulkOutcome(bool IsWhole, Shard Shard, int Photos, int? Unreadable)
{
    /// <summary>How many predictions were dropped because they are no numbers; 0 for a sound network.</summary>
    public long BrokenRows { get; init; }
}
