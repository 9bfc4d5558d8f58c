using Espalier.Training.Listeners;

namespace Espalier.Cli.Terminal;

/// <summary>Who hears of every training that a command starts.</summary>
internal static class RunListeners
{
    /// <summary>Those that write into the run's folder, and others.</summary>
    /// <param name="terminal">Told what cannot be written.</param>
    /// <param name="others">Who shows it.</param>
    public static IReadOnlyList<ITrainingListener> Of(TerminalSession terminal, params ReadOnlySpan<ITrainingListener> others) =>
        [new ResultsCsv(), new TensorBoardListener(), new ProgressFile(terminal.Say), .. others];
}
