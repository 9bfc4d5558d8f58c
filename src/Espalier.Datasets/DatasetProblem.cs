namespace Espalier.Datasets;

/// <summary>Something doubtful that a scan or a conversion met.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong and what was done about it.</param>
/// <param name="PhotoSkipped">Whether the whole photo was left out.</param>
public sealed record DatasetProblem(string Path, string Reason, bool PhotoSkipped)
{
    /// <summary>What sort of problem it is, for counting.</summary>
    public DatasetProblemKind Kind { get; init; }

    /// <summary>How many photos or boxes it concerns: a file's like problems are one problem.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>The sorts of problem, each with what is done about it.</summary>
public enum DatasetProblemKind
{
    /// <summary>A photo that labels or a list speak of is not there: left out.</summary>
    MissingPhoto,

    /// <summary>A photo does not decode: left out.</summary>
    UnreadablePhoto,

    /// <summary>A photo has a side under 10 pixels: left out.</summary>
    TinyPhoto,

    /// <summary>A photo's labels cannot be read, or none of their rows makes sense: the photo is left out, for it is no background.</summary>
    UnreadableLabels,

    /// <summary>A label makes no sense (columns, numbers, ranges, a polygon): the label is left out.</summary>
    SenselessLabel,

    /// <summary>A box has no area, or none within the photo: left out.</summary>
    BoxWithoutArea,

    /// <summary>A label is there twice: kept once.</summary>
    DuplicateLabel,

    /// <summary>A box reaches over the photo's edge: cut to the photo.</summary>
    BoxClipped,

    /// <summary>A photo is listed twice: kept once.</summary>
    DuplicatePhoto,
}
