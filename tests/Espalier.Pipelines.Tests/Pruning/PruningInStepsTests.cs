using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Training.Tests.Runs;

namespace Espalier.Pipelines.Tests.Pruning;

/// <summary>Pruning in steps goes through the trainer.</summary>
public sealed class PruningInStepsTests
{
    [Fact]
    public void Several_cuts_reach_the_share_of_the_whole_and_train_between()
    {
        using var small = new SmallRun(training: 8);
        var start = small.Train(small.Options with { Epochs = 1 });
        var whole = Checkpoint.Load(start.Folder.Best);
        var folder = small.PathOf("steps");
        Directory.CreateDirectory(folder);
        var pruner = new Pruner(Options(small, 0.4) with { Steps = 3, EpochsBetween = 1 });

        var outcome = pruner.RunInSteps(whole, "whole", folder, small.Options, cancellationToken: TestContext.Current.CancellationToken)!;

        Assert.Equal(["whole", "cut 1 of 3", "fine-tuned after cut 1", "cut 2 of 3", "fine-tuned after cut 2", "cut 3 of 3"],
            outcome.Steps.Select(step => step.Name));
        Assert.InRange((double)outcome.Plan.After.Parameters / outcome.Plan.Before.Parameters, 0.3, 0.4);
        Assert.Equal(whole.Graph.Summarize(64).Parameters, outcome.Plan.Before.Parameters);
        Assert.Equal(outcome.Plan.After.Parameters, outcome.Checkpoint.Graph.Summarize(64).Parameters);
        Assert.All((int[])[1, 2], step => Assert.True(File.Exists(Path.Combine(folder, $"between{step}", "weights", "best.safetensors"))));

        // Once more in the same folder: the trainings are there, the outcome is the same.
        var again = pruner.RunInSteps(whole, "whole", folder, small.Options, cancellationToken: TestContext.Current.CancellationToken)!;
        Bits.RequireSame(outcome.Checkpoint.Weights, again.Checkpoint.Weights);
        Assert.False(Directory.Exists(Path.Combine(folder, "between12")));
    }

    [Fact]
    public void Levels_go_with_the_first_cut()
    {
        using var small = new SmallRun(training: 8);
        var whole = Checkpoint.Load(small.Train(small.Options with { Epochs = 1 }).Folder.Best);
        var folder = small.PathOf("steps");
        Directory.CreateDirectory(folder);
        var options = Options(small, 0.3) with { Steps = 2, EpochsBetween = 1, DropLevels = ["P5"] };

        var outcome = new Pruner(options)
            .RunInSteps(whole, "whole", folder, small.Options, cancellationToken: TestContext.Current.CancellationToken)!;

        Assert.Equal([8, 16], outcome.Checkpoint.Graph.Detect.Strides);
        Assert.Equal(["P5"], PruningPlan.Parse(File.ReadAllText(Path.Combine(folder, "plan1.json")), "plan1").LevelNames);
        Assert.InRange((double)outcome.Checkpoint.Graph.Summarize(64).Parameters / whole.Graph.Summarize(64).Parameters, 0.05, 0.3);
    }

    private static PruneOptions Options(SmallRun small, double keep) => new()
    {
        Data = small.Data,
        Criterion = "l1",
        Pruning = new PruningOptions { Target = new KeepShare(PruningMeasure.Parameters, keep), ImageSize = 64, Rounding = 1, Fewest = 2 },
        Pictures = 4,
        Device = "cpu",
        Threads = 1,
    };
}
