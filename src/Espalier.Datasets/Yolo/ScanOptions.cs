namespace Espalier.Datasets.Yolo;

/// <summary>How thoroughly, and with how much of the machine, a data set is scanned.</summary>
public sealed record ScanOptions
{
    /// <summary>
    /// Whether every photo is decoded. Otherwise only headers are read, and a photo is decoded where its last bytes
    /// suggest that it was cut short.
    /// </summary>
    /// <value>Default: false.</value>
    public bool DecodeFully { get; init; }

    /// <summary>Whether a photo stays that has lost some of its labels; what they meant is then taught as background.</summary>
    /// <value>Default: false.</value>
    public bool KeepPartial { get; init; }

    /// <summary>Whether a split is accepted of which no photo has a label file: to be looked at, not to be learned from.</summary>
    /// <value>Default: false.</value>
    public bool AllowUnlabelled { get; init; }

    /// <summary>Whether what an earlier scan found is taken over for files
    /// that have not changed since (size and time of writing).</summary>
    /// <value>Default: true. Where the cache cannot be written, it is done without, silently.</value>
    public bool UseCache { get; init; } = true;

    /// <summary>How many files are looked at at once.</summary>
    /// <value>Default: 0, the number of processors.</value>
    public int Workers { get; init; }
}
