using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Checks;

/// <summary>What a check found.</summary>
public sealed class DatasetCheckReport
{
    internal DatasetCheckReport(DatasetListing source, IReadOnlyList<InspectedPhoto> photos, IReadOnlyList<Finding> findings)
    {
        Source = source;
        Inspected = photos;
        Findings = findings;
    }

    /// <summary>What was checked.</summary>
    public DatasetListing Source { get; }

    /// <summary>What was found, by severity, kind, and the order of the photos; a model's disagreements by its confidence.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>How many photos were looked at.</summary>
    public int Photos => Inspected.Count;

    /// <summary>How many usable labels they have.</summary>
    public int Labels => Inspected.Sum(photo => photo.Labels.Count);

    internal IReadOnlyList<InspectedPhoto> Inspected { get; }
}
