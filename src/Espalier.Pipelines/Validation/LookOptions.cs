using Espalier.Core.Options;

namespace Espalier.Pipelines.Validation;

/// <summary>How often a validation looks at a photo.</summary>
internal sealed record LookOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    public static OptionTable<LookOptions> Table { get; } = new();

    /// <summary>1 to judge the network alone; 2 to judge what <c>read</c> finds, which looks again at small and doubtful digits.</summary>
    /// <value>Default null: 2 for the detector that comes along, 1 for others.</value>
    [Option("--looks", "1: judge the network alone; 2: as read finds digits, with a second look at small and doubtful ones; default 2 for "
        + "house-numbers, else 1", 1, 2)]
    public int? Looks { get; init; }
}
