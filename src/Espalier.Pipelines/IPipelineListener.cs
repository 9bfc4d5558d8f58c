using Espalier.Datasets;
using Espalier.Training.Listeners;

namespace Espalier.Pipelines;

/// <summary>Hears what goes on: a terminal, a log or a page. All calls come one at a time,
/// though not always from the same thread.</summary>
public interface IPipelineListener
{
    /// <summary>Something the user should know: what is being done, a photo that was left out.</summary>
    void OnNote(string note)
    {
    }

    /// <summary>How far a longer piece of work has come.</summary>
    /// <param name="work">What is done, in a word or two.</param>
    /// <param name="done">Steps done.</param>
    /// <param name="total">Steps in all, at least 1.</param>
    void OnProgress(string work, int done, int total)
    {
    }

    /// <summary>A stage of several begins.</summary>
    /// <param name="number">1-based.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="what">What it does.</param>
    void OnStage(int number, int count, string what)
    {
    }

    /// <summary>A training is about to begin.</summary>
    /// <returns>Who hears of it.</returns>
    IReadOnlyList<ITrainingListener> OnTraining() => [];
}

/// <summary>Hears nothing but where trainings begin.</summary>
/// <param name="inner">Makes the listeners of trainings; nobody listens if null.</param>
internal sealed class QuietListener(IPipelineListener? inner = null) : IPipelineListener
{
    public IReadOnlyList<ITrainingListener> OnTraining() => inner?.OnTraining() ?? [];
}

/// <summary>Tells a listener of photos, of which several threads report.</summary>
internal sealed class PhotoProgressTeller(IPipelineListener listener, string work) : IProgress<PhotoProgress>
{
    private readonly Lock _lock = new();

    public void Report(PhotoProgress value)
    {
        lock (_lock) listener.OnProgress(work, value.Done, value.Total);
    }
}
