using Espalier.Core;
using Espalier.Training.Loops;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Evolution;

/// <summary>
/// Looks for better hyper-parameters: trains with those given, then again and again with mutations of the best so far. Each generation is a
/// run like any other in a folder of its own, which goes once its row stands in <c>evolve.csv</c>. Stopped at any moment, by Ctrl-C or
/// worse, it goes on when it is run again and ends as if it had not been stopped.
/// </summary>
/// <param name="options">How every generation is trained; its hyper-parameters are those of the first.</param>
/// <param name="folder">Where.</param>
/// <param name="listener">Told of it.</param>
public sealed class HyperParameterEvolution(TrainingOptions options, string folder, IPipelineListener? listener = null)
{
    private readonly IPipelineListener _listener = listener ?? new QuietListener();

    /// <summary>A row a generation.</summary>
    public string Table => Path.Combine(folder, "evolve.csv");

    /// <summary>The best hyper-parameters so far, as <c>--hyp</c> takes them.</summary>
    public string BestFile => Path.Combine(folder, "hyp_evolve.yaml");

    private string OptionsFile => Path.Combine(folder, "options.yaml");

    /// <summary>Trains the generations that are not done yet.</summary>
    /// <param name="generations">How many there shall be in all, at least 1; more than last time add some.</param>
    /// <param name="cancellationToken">Ends it; the training that goes on is saved first.</param>
    /// <returns>All generations; null where it was ended early.</returns>
    /// <exception cref="EspalierException">The folder holds an evolution with other options, or a training is impossible.</exception>
    public IReadOnlyList<Generation>? Run(int generations, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generations, 1);
        Begin();
        var done = EvolutionTable.Read(Table, options.HyperParameters);
        if (done.Count > 0) Remove(done.Count - 1);
        while (done.Count < generations)
        {
            _listener.OnStage(done.Count + 1, generations,
                "Training with " + (done.Count == 0 ? "the hyper-parameters given" : "a mutation of the best"));
            var parameters = done.Count == 0 ? options.HyperParameters : Gene.Mutate(done, options.Seed);
            if (Train(done.Count, parameters, cancellationToken) is not { } generation) return null;
            done.Add(generation);
            var best = done.MaxBy(other => other.Fitness)!;
            AtomicFile.WriteAllText(BestFile, Invariant($"# Generation {done.IndexOf(best)} of {done.Count}: fitness ")
                + Invariant($"{best.Fitness:0.00000}\n{HyperParameterFile.Format(best.HyperParameters)}"));
            EvolutionTable.Write(Table, done);
            Remove(done.Count - 1);
            _listener.OnNote(Invariant($"     fitness {generation.Fitness:0.0000}; the best so far {best.Fitness:0.0000}, of generation ")
                + Invariant($"{done.IndexOf(best)}"));
        }

        return done;
    }

    /// <summary>Refuses a folder that another evolution or something else has filled.</summary>
    private void Begin()
    {
        var full = options.WithFullPaths();
        var asked = TrainingOptions.Table.ToYaml(TrainingOptions.Table.WithResources(full, new TrainingOptions { Data = full.Data }))
            + HyperParameterFile.Format(full.HyperParameters);
        if (!File.Exists(OptionsFile))
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new EspalierException($"'{folder}' holds something else than an evolution: remove it, or choose another name.");
            AtomicFile.WriteAllText(OptionsFile, asked);
            return;
        }

        var made = File.ReadAllText(OptionsFile);
        if (made == asked) return;
        var (wanted, present) = asked.Split('\n').Zip(made.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second);
        throw new EspalierException($"'{folder}' holds an evolution with other options ({wanted}, not {present}): "
            + $"remove it, or choose another name.");
    }

    /// <summary>Trains one generation to its end; null where it was interrupted.</summary>
    private Generation? Train(int number, HyperParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = options with { HyperParameters = parameters };
            if (Trainer.Continue(RunOf(number), wanted, _listener.OnTraining(), cancellationToken) is not { } run) return null;
            var best = EpochRecord.Best(run.History);
            return new Generation(parameters, best.Precision, best.Recall, best.MeanAveragePrecision50, best.MeanAveragePrecision);
        }
        catch (DivergenceException exception) when (number > 0)
        {
            // A mutation too far is an answer as well.
            _listener.OnNote(exception.Message);
            return new Generation(parameters, 0, 0, 0, 0);
        }
    }

    private RunFolder RunOf(int number) => new(Path.GetFullPath(Path.Combine(folder, Invariant($"generation{number}"))));

    private void Remove(int number)
    {
        var run = RunOf(number).Path;
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
    }
}
