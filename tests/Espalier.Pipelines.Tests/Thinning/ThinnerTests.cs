using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Thinning;
using Espalier.Training.Loops;
using Espalier.Training.Sparsity;
using Espalier.Training.Tests.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Tests.Thinning;

/// <summary>The whole way from a dense network to its thinned file, stopped in each of its trainings.</summary>
public sealed class ThinnerTests
{
    [Fact]
    public void Stopped_in_a_training_it_goes_on_and_what_was_done_stays()
    {
        using var small = new SmallRun(training: 8);
        var options = new ThinOptions
        {
            Data = small.Data,
            Weights = small.Train(small.Options with { Model = "yolov5n", Epochs = 1 }).Folder.Best,
            Lose = 100,
            Cuts = 1,
            SparseEpochs = 1,
            Epochs = 1,
            BatchSize = 4,
            Pictures = 4,
            Workers = 0,
            Threads = 1,
            Device = "cpu",
        };
        var folder = new ThinFolder(small.PathOf("thin"));

        Assert.Null(Run(options, folder, stopAt: "Training sparsely"));
        var first = File.GetLastWriteTimeUtc(folder.Judged(0));

        // The dense network's files were judged on other pictures.
        var other = Path.Combine(Path.GetDirectoryName(small.Data)!, "other.yaml");
        File.Copy(small.Data, other);
        var refused = Assert.Throws<EspalierException>(() => Run(options with { Data = other }, folder, "Training sparsely")).Message;
        Assert.Contains("holds a thinning with other options (data: ", refused, StringComparison.Ordinal);

        // A sparse run of another share is one that was begun when another loss was allowed.
        var sparsely = options.FineTuning(folder.Dense, folder.Dense, small.Options.ImageSize) with
        {
            Epochs = options.SparseEpochs,
            Sparsity = new SparsityOptions { NearZeroShare = 0.4 },
        };
        Assert.NotNull(Trainer.Continue(folder.Sparse, sparsely, [], TestContext.Current.CancellationToken));
        Assert.Null(Run(options, folder, stopAt: "Fine-tuning"));
        var sparse = File.GetLastWriteTimeUtc(folder.Sparse.Best);
        var result = Run(options, folder, stopAt: null)!;

        Assert.Equal(first, File.GetLastWriteTimeUtc(folder.Judged(0)));
        Assert.Equal(sparse, File.GetLastWriteTimeUtc(folder.Sparse.Best));
        Assert.Equal(["dense", "cut 1"], result.Steps.Select(step => step.Name));
        Assert.True(result.Steps[1].MultiplyAdds < result.Steps[0].MultiplyAdds);
        Assert.All(result.Steps.SelectMany(step => step.Files), file => Assert.True(file.Milliseconds > 0 && file.Bytes > 0));
        Assert.Equal(File.ReadAllBytes(folder.File(result.Chosen.Number, result.File.IsInt8)), File.ReadAllBytes(folder.ChosenFile));
        Assert.Equal(result.Chosen.Parameters, Checkpoint.Open(folder.ChosenWeights).Graph.Summarize(64).Parameters);

        // What was begun with other options is not mixed with; how much to lose may change.
        refused = Assert.Throws<EspalierException>(() => Run(options with { Epochs = 2 }, folder, stopAt: null)).Message;
        Assert.Equal($"'{folder.Path}' holds a thinning with other options (epochs: 2, not 1): choose another name, or remove it.",
            refused);
        Assert.All([Run(options with { Lose = 0 }, folder, stopAt: null)!.File], file => Assert.True(file.Holds(0)));
        File.Copy(folder.Weights(1), options.Weights, overwrite: true);
        refused = Assert.Throws<EspalierException>(() => Run(options, folder, stopAt: null)).Message;
        Assert.Contains("holds a thinning of another", refused, StringComparison.Ordinal);
    }

    private static ThinningResult? Run(ThinOptions options, ThinFolder folder, string? stopAt)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        return new Thinner(options, folder, new Stopping(source, stopAt)).Run(source.Token);
    }

    private sealed class Stopping(CancellationTokenSource source, string? at) : IPipelineListener
    {
        public void OnStage(int number, int count, string what)
        {
            if (at is not null && what.StartsWith(at, StringComparison.Ordinal)) source.Cancel();
        }
    }
}
