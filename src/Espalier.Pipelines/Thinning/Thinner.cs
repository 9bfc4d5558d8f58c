using Espalier.Core;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Thinning;

/// <summary>
/// Thins a network as far as a loss allows: trains it sparsely, then cuts, fine-tunes with the dense network as teacher, and quantizes,
/// deeper step by step, until a picture takes no longer than is wanted or a step loses too much; then the best step before is chosen.
/// Stopped at any moment, by Ctrl-C or worse, it goes on when it is run again.
/// </summary>
/// <param name="options">How far, and how.</param>
/// <param name="folder">Where.</param>
/// <param name="listener">Told of it.</param>
/// <example><code>
/// var options = new ThinOptions { Data = "data.yaml", Weights = "best.safetensors", Milliseconds = 0.5, Lose = 1 };
/// var thinner = new Thinner(options, new ThinFolder("runs/thin"));
/// if (thinner.Run() is { } thinned)
///     Console.WriteLine($"{thinned.Chosen.Name}: {thinned.File.Milliseconds:0.00} ms");
/// </code></example>
public sealed class Thinner(ThinOptions options, ThinFolder folder, IPipelineListener? listener = null)
{
    private readonly IPipelineListener _listener = listener ?? new QuietListener();

    /// <summary>
    /// How many stages there are at most: the dense network, sparse training, and a cut, its fine-tuning and its files each.
    /// </summary>
    public int StageCount => 1 + (options.SparseEpochs > 0 ? 1 : 0) + (3 * options.Cuts);

    /// <summary>Runs what is not done yet.</summary>
    /// <param name="cancellationToken">Ends it; a training that goes on is saved first.</param>
    /// <returns>What came of it, its network and its file beside each other in the folder; null where it was ended.</returns>
    /// <exception cref="EspalierException">Data, weights or options cannot be used, or the folder holds another thinning.</exception>
    public ThinningResult? Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        var dense = Checkpoint.Open(options.Weights);
        var imageSize = options.ImageSize ?? dense.ImageSize;
        ImageSizes.RequireMultiple(imageSize, dense.Stride);
        _ = DataConfiguration.Read(options.Data); // What cannot be used is no beginning that others would have to suit.
        using var held = folder.Lock();
        ThinningJournal.Begin(folder, options);
        if (!File.Exists(folder.Dense)) (dense with { ImageSize = imageSize, Training = new Weights() }).Save(folder.Dense);
        try
        {
            if (Steps(imageSize, cancellationToken) is not { } steps) return null;
            var result = ThinningResult.Of(steps, options.Milliseconds, options.Lose);
            Copy(folder.Weights(result.Chosen.Number), folder.ChosenWeights);
            Copy(folder.File(result.Chosen.Number, result.File.IsInt8), folder.ChosenFile);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null; // Between two stages, or in one that is short enough to be done anew.
        }
    }

    private List<ThinningStep>? Steps(int imageSize, CancellationToken cancellationToken)
    {
        var stages = new StageRunner(_listener, StageCount, cancellationToken);
        var files = new ThinningFiles(options, folder, _listener, cancellationToken);
        stages.Begin("The dense network: its files, judged and timed");
        List<ThinningStep> steps = [files.Make(0, null)];
        var source = folder.Dense;
        while (steps.Count <= options.Cuts && NextCut.IsWorthwhile(steps, options))
        {
            var number = steps.Count;
            if (number == 1 && options.SparseEpochs > 0)
            {
                var sparsely = options.SparseTraining(folder.Dense, imageSize, steps[0]);

                // A run that is there keeps its share, though another loss may be allowed by now.
                if (RunRecord.Open(folder.Sparse) is { } begun) sparsely = sparsely with { Sparsity = begun.Options.Sparsity };
                if (!stages.Train("Training sparsely", folder.Sparse, sparsely)) return null;
                source = folder.Sparse.Best;
            }

            var (cut, tuning) = (folder.Cut(number), options.FineTuning(folder.Cut(number).Weights, folder.Dense, imageSize));

            // A cut that is there keeps what it was made for.
            var budget = StageFile.Read<CutRecord>(cut.Record, source)?.Asked as LatencyBudget
                ?? Budget(files.InFloat(source, steps[0]), steps[^1]);
            try
            {
                var what = Invariant($"Cut {number}: to {budget.Milliseconds:0.000} ms in float");
                if (stages.Cut(what, cut, source, options.Cut(budget), tuning) is null) return null;
            }
            catch (UnreachableTargetException exception)
            {
                _listener.OnNote(exception.Message);
                break;
            }

            if (!stages.Train(Invariant($"Fine-tuning after cut {number}"), folder.Tuned(number), tuning)) return null;
            stages.Begin("Its files, judged and timed");
            steps.Add(files.Make(number, steps[0]));
            source = folder.Weights(number);
        }

        return steps;
    }

    private LatencyBudget Budget(double whole, ThinningStep last) => new(Math.Round(NextCut.Aim(whole, last, options), 4), whole);

    private static void Copy(string from, string to) => AtomicFile.WriteAllBytes(to, File.ReadAllBytes(from));
}
