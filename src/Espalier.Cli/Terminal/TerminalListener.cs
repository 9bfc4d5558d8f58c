using Espalier.Pipelines;
using Espalier.Training.Listeners;

namespace Espalier.Cli.Terminal;

/// <summary>Says and shows what a pipeline does.</summary>
/// <param name="terminal">Where.</param>
/// <param name="training">Makes those who hear of its trainings; nobody if null.</param>
/// <param name="furtherStages">Stages that the command adds at the end.</param>
internal sealed class TerminalListener(TerminalSession terminal, Func<IReadOnlyList<ITrainingListener>>? training = null,
    int furtherStages = 0) : IPipelineListener
{
    private (string Work, ProgressLine Line)? _progress;

    public void OnNote(string note) => terminal.Say(note);

    public void OnProgress(string work, int done, int total)
    {
        if (_progress?.Work != work) _progress = (work, new ProgressLine(terminal));
        _progress.Value.Line.Update(work, done, total);
    }

    public void OnStage(int number, int count, string what) => terminal.Say(Invariant($"{number,3}/{count + furtherStages} {what}"));

    public IReadOnlyList<ITrainingListener> OnTraining() => training?.Invoke() ?? [];
}
