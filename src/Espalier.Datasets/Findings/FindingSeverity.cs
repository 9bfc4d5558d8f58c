namespace Espalier.Datasets.Findings;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>It cannot be used: a cleaned copy leaves it out.</summary>
    Damaged,

    /// <summary>It can be used once mended: a cleaned copy has it mended.</summary>
    Mendable,

    /// <summary>A person should look: a cleaned copy has it as it is, unless the kind is named to be dropped.</summary>
    Doubtful,
}
