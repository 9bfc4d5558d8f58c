using System.CommandLine;
using Espalier.Cli.Commands;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Tests.Commands;

/// <summary>What derives from the descriptions of a training's options agrees with itself.</summary>
public class DescribedOptionsTests
{
    private static readonly TrainingOptions Standard = new() { Data = "data.yaml" };

    private static readonly TrainingOptions Other = new()
    {
        Data = "data.yaml",
        TrainingSplit = "more",
        ValidationSplit = "test",
        Model = "small.yaml",
        Weights = "a.pt",
        Activation = ActivationKind.LeakyReLU,
        ImageSize = 160,
        BatchSize = 4,
        Epochs = 7,
        Patience = 0,
        Seed = 3,
        KeepPartial = true,
        Workers = 2,
        CacheInMemory = false,
        FreezeRows = 5,
        ClassWeights = true,
        BalancedSampling = true,
        MultiScale = true,
        Flip = FlipChoice.On,
        AutoAnchor = false,
        Device = "cpu",
        Threads = 9,
        Precision = Precision.BF16,
        SynchronizedBatchNorm = true,
        SparseStorage = true,
        DrawsPictures = false,
        Teacher = "dense.safetensors",
        TeacherWeight = 0.25,
        HyperParameters = new HyperParameters
        {
            Optimization = new OptimizationOptions { Kind = OptimizerKind.AdamW, CosineSchedule = true },
        },
    };

    private static readonly SparsityOptions[] Sparsities =
    [
        new() { NearZeroShare = 0.7, Spread = PenaltySpread.Operations, Step = SparsityStep.Proximal },
        new()
        {
            Rate = 0.125,
            On = SparsePart.Kernels,
            KernelPenalty = KernelPenaltyKind.Group,
            Step = SparsityStep.Proximal,
            Schedule = SparsitySchedule.Ramped,
        },
    ];

    [Fact]
    public void Printed_options_read_back_as_the_same_record()
    {
        var printed = new HashSet<string>();
        foreach (var sparsity in Sparsities)
        {
            var options = Other with { Sparsity = sparsity };
            string[] words = [.. TrainingOptions.Table.Words(options, Standard).SelectMany(word => word.Split(' '))];
            printed.UnionWith(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)));

            Assert.Equal(options, Read(words));
        }

        Assert.Empty(TrainingOptions.Table.Where(entry => entry.Name.Length > 0 && !printed.Contains(entry.Name))
            .Select(entry => entry.Name));
        Assert.Empty(TrainingOptions.Table.Words(Standard, Standard));
    }

    [Fact]
    public void What_changes_nothing_but_speed_or_rounding_makes_no_other_run()
    {
        var differences = TrainingOptions.Table.Differences(Other with { Sparsity = Sparsities[0] }, Standard).ToList();

        Assert.Contains("epochs: 7, not 100", differences);
        Assert.Contains("sparsity: \"auto\", not null", differences);
        Assert.DoesNotContain(differences, line => line.Split(':')[0] is "threads" or "workers" or "cache" or "plots");
        Assert.Equal(
            ["workers", "cache", "threads", "plots"],
            TrainingOptions.Table.Where(entry => entry.Changes != OptionEffect.Result).Select(entry => entry.Key));
    }

    private static TrainingOptions Read(string[] words)
    {
        var described = new DescribedOptions<TrainingOptions>(TrainingOptions.Table, Standard);
        var command = new Command("train");
        foreach (var option in described.All) command.Options.Add(option);
        var parsed = command.Parse(words);
        Assert.Empty(parsed.Errors);
        return described.Read(parsed, Standard);
    }
}
