using Espalier.Cli.Terminal;
using Espalier.Pipelines.Experiments;
using Espalier.Reports;
using Espalier.Reports.Experiments;

namespace Espalier.Cli.Experiments;

/// <summary>An experiment with its report as the last stage.</summary>
internal static class ExperimentRun
{
    /// <summary>Runs what is not done yet, and writes the report.</summary>
    /// <param name="plan">What is done.</param>
    /// <param name="folder">Where.</param>
    /// <param name="command">The command that the report says to reproduce it with.</param>
    /// <param name="terminal">Told of it.</param>
    /// <returns>What the report says; null where the user interrupted it.</returns>
    public static ThinningReport? Run(ExperimentPlan plan, ExperimentFolder folder, string command, TerminalSession terminal)
    {
        var listener = new TerminalListener(
            terminal, () => RunListeners.Of(terminal, new RunPictures(terminal.Say), new EpochBars(terminal)), furtherStages: 1);
        var experiment = new Experiment(plan, folder, listener);
        if (Result(experiment, terminal.Interrupted) is not { } result)
        {
            terminal.Say("Interrupted; nothing is lost. The same command goes on.");
            return null;
        }

        listener.OnStage(experiment.StageCount + 1, experiment.StageCount, "The report");
        return new ExperimentReport(plan, folder, result, command).Write(terminal.Say);
    }

    private static ExperimentResult? Result(Experiment experiment, CancellationToken interrupted)
    {
        try
        {
            return experiment.Run(interrupted);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return null; // Between trainings, which end by themselves: while something is drawn, judged or timed.
        }
    }
}
