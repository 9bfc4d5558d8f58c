namespace Espalier.Datasets.Archives;

/// <summary>What an archive may hold; checked before anything is written.
/// The defaults leave SVHN's largest archive (202,353 photos) ample room.</summary>
internal sealed record ArchiveLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Bytes of all files together.</summary>
    /// <value>64 GiB.</value>
    public long MaximumTotalBytes { get; init; } = 64L << 30;

    /// <summary>Bytes of one file.</summary>
    /// <value>8 GiB.</value>
    public long MaximumEntryBytes { get; init; } = 8L << 30;

    /// <summary>Files and folders.</summary>
    /// <value>2,000,000.</value>
    public int MaximumEntries { get; init; } = 2_000_000;

    /// <summary>Characters of an entry's path.</summary>
    /// <value>512.</value>
    public int MaximumPathLength { get; init; } = 512;

    /// <summary>Folders within folders.</summary>
    /// <value>16.</value>
    public int MaximumDepth { get; init; } = 16;

    /// <summary>How many bytes a byte of the archive may unpack to, beyond the first 64 MiB.
    /// Photos are compressed already: theirs is about 1.</summary>
    /// <value>200.</value>
    public int MaximumRatio { get; init; } = 200;
}
