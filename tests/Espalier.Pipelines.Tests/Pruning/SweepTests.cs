using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Tests.Runs;
using Espalier.Vision;

namespace Espalier.Pipelines.Tests.Pruning;

/// <summary>A sweep says what a cut to the same share would write.</summary>
public sealed class SweepTests
{
    [Fact]
    public void A_sweep_s_row_ends_with_what_prune_writes_where_that_takes_a_fifth_step()
    {
        using var small = new SmallRun(training: 8, validation: 8, classes: 1);
        var start = small.Train(small.Options with { Epochs = 40, BatchSize = 8 });
        var whole = Checkpoint.Load(start.Folder.Best);

        // New statistics of black pictures are of no use, so that the cut keeps its function instead.
        var data = Darkened(small.Data);
        var pruner = new Pruner(new PruneOptions
        {
            Data = data,
            Criterion = "l1",
            Pruning = new PruningOptions
            {
                Target = new KeepShare(PruningMeasure.Operations, 0.97),
                ImageSize = 64,
                Rounding = 1,
                Fewest = 1,
            },
            Pictures = 8,
            Device = "cpu",
            Threads = 1,
        });
        var steps = pruner.Run(whole, "whole", cancellationToken: TestContext.Current.CancellationToken).Steps;
        Assert.Equal("estimated anew, function kept", steps[^1].Name);
        Assert.True(steps[^1].Report.MeanAveragePrecision50 > steps[^2].Report.MeanAveragePrecision50);

        var point = Assert.Single(pruner.Sweep(whole, [0.97], "whole", cancellationToken: TestContext.Current.CancellationToken).Points);

        Assert.Equal(steps[^1].Report.MeanAveragePrecision50, point.Written.MeanAveragePrecision50);
        Assert.Equal(steps[1].Report.MeanAveragePrecision50, point.Cut.MeanAveragePrecision50);
        Assert.Equal(steps[2].Report.MeanAveragePrecision50, point.Folded.MeanAveragePrecision50);
    }

    private static string Darkened(string data)
    {
        var folder = Path.GetDirectoryName(data)!;
        foreach (var path in Directory.GetFiles(Path.Combine(folder, "images", "train"))) PictureWriter.Write(path, new Picture(64, 64));
        return data;
    }
}
