using Espalier.Training.Runs;

namespace Espalier.Cli.Demo;

/// <summary>Listeners that draw a run's pictures.</summary>
internal static class RunListeners
{
    public static IReadOnlyList<ITrainingListener> Pictures() => [];
}
