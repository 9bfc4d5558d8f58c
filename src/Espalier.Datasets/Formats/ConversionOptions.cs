namespace Espalier.Datasets.Formats;

/// <summary>How a data set is turned into another form.</summary>
public sealed record ConversionOptions
{
    /// <summary>How photos get into the output. They are never moved.</summary>
    /// <value>Default: <see cref="PhotoPlacement.Copy"/>.</value>
    public PhotoPlacement Placement { get; init; } = PhotoPlacement.Copy;

    /// <summary>Whether an output folder that holds a data set already (it has a <c>data.yaml</c>) is replaced.</summary>
    /// <value>Default: false. A folder with other things in it is never replaced.</value>
    public bool Overwrite { get; init; }

    /// <summary>Whether a photo stays that has lost some of its labels; what they meant is then taught as background.</summary>
    /// <value>Default: false.</value>
    public bool KeepPartial { get; init; }

    /// <summary>How many photos are worked on at once.</summary>
    /// <value>Default: 0, the number of processors.</value>
    public int Workers { get; init; }

    /// <summary>Where the data come from, for a person who opens the output.</summary>
    /// <value>Default: that they were converted.</value>
    public string Remark { get; init; } = "Converted, by espalier data convert.";
}

/// <summary>How photos get into the output of a conversion.</summary>
public enum PhotoPlacement
{
    /// <summary>Each is copied.</summary>
    Copy,

    /// <summary>Each gets a second name for the same bytes, which costs no space;
    /// where the file systems do not allow it, it is copied.</summary>
    HardLink,
}
