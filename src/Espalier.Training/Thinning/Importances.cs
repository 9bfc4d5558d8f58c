using Espalier.Core;

namespace Espalier.Training.Thinning;

/// <summary>All criteria. Another one is a file and a line here.</summary>
internal static class Importances
{
    /// <summary>The criteria, as help lists them.</summary>
    public static IReadOnlyList<IImportance> All { get; } =
    [
        new BatchNormScaleImportance(),
        new BatchNormStatisticsImportance(),
        new GradientImportance(),
        new TaylorImportance(),
        new KernelNormImportance(),
        new RandomImportance(),
    ];

    /// <summary>The criterion of a name.</summary>
    /// <exception cref="OptionException">There is none.</exception>
    public static IImportance Of(string name) => All.FirstOrDefault(criterion => criterion.Name == name)
        ?? throw new OptionException($"The criterion must be one of "
            + $"{string.Join(", ", All.Select(criterion => criterion.Name))}, not '{name}'.");
}
