using System.Reflection;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Benchmarks;
using Espalier.Pipelines.Exports;
using Espalier.Pipelines.Models;
using Espalier.Pipelines.Pruning;
using Espalier.Pipelines.Quantization;
using Espalier.Pipelines.Validation;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;

namespace Espalier.Pipelines.Tests.Options;

/// <summary>What derives from the descriptions of a record's options agrees with the record.</summary>
public sealed class DescribedRecordsTests
{
    private static readonly PruneOptions Standard = new() { Data = "data.yaml" };

    private static readonly PruneOptions Other = new()
    {
        Data = "data.yaml",
        Criterion = "l1",
        Pruning = new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Parameters, 0.25),
            ImageSize = 640,
            Rounding = 4,
            Fewest = 2,
            Uniform = true,
            NormalizePerLayer = false,
            PerCost = true,
            KeepShortcuts = true,
            KeepLayers = ["model.0", "a layer"],
        },
        Pictures = 64,
        Steps = 3,
        EpochsBetween = 5,
        Seed = 7,
        TrainingSplit = "more pictures",
        ValidationSplit = "test",
    };

    [Fact]
    public void Printed_words_read_back_as_the_same_record()
    {
        Assert.Equal(Other, PruneOptions.Parse(Other.ToWords(), "data.yaml"));
        Assert.Equal(Standard, PruneOptions.Parse(Standard.ToWords(), "data.yaml"));
        Assert.Equal(
            "--by l1 --keep-parameters 0.25 --round 4 --fewest 2 --uniform --raw-scores --per-cost --keep-shortcuts --keep model.0 \"a "
                + "layer\" --pictures 64 --steps 3 --epochs-between 5 --seed 7 --train-split \"more pictures\" --split test",
            Other.ToWords());
    }

    public static TheoryData<PruningTarget> Targets =>
    [
        new KeepShare(PruningMeasure.Operations, 0.5), new KeepShare(PruningMeasure.Operations, 1),
        new KeepShare(PruningMeasure.Channels, 0.3),
        new LatencyBudget(1.5), new ScoreThreshold(1e-7),
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_target_is_said(PruningTarget target)
    {
        var options = Standard with { Target = target };
        Assert.Equal(options, PruneOptions.Parse(options.ToWords(), "data.yaml"));
    }

    [Fact]
    public void Records_are_equal_where_their_lists_say_the_same()
    {
        Assert.Equal(Other, Other with { Pruning = Other.Pruning with { KeepLayers = ["model.0", "a layer"] } });
        Assert.NotEqual(Other, Other with { Pruning = Other.Pruning with { KeepLayers = ["a layer", "model.0"] } });
        Assert.Equal(default, new ValueList<int>([]));
        Assert.Equal(((ValueList<int>)[1, 2]).GetHashCode(), ((ValueList<int>)[1, 2]).GetHashCode());
    }

    [Fact]
    public void Differences_are_of_what_changes_the_result()
    {
        Assert.Equal(["keep: \"model.9\", not \"model.0 a layer\""], PruneOptions.Table.Differences(
            Other with { Threads = 3, Device = "cpu", Pruning = Other.Pruning with { KeepLayers = ["model.9"] } }, Other));
    }

    [Theory]
    [InlineData("--pictures many", "--pictures is a whole number from 1 to 1000000, not 'many'.")]
    [InlineData("--speed 3", "There is no option '--speed'.")]
    public void Words_that_are_none_are_refused(string words, string sentence) =>
        Assert.Equal(sentence, Assert.ThrowsAny<EspalierException>(() => PruneOptions.Parse(words, "data.yaml")).Message);

    /// <summary>What a public record says of itself: no property is forgotten, but those that decide what is shown.</summary>
    [Theory]
    [InlineData(typeof(PruneOptions))]
    [InlineData(typeof(QuantizeOptions))]
    [InlineData(typeof(ExportOptions))]
    [InlineData(typeof(BenchOptions))]
    [InlineData(typeof(ComparisonOptions))]
    [InlineData(typeof(EngineOptions))]
    [InlineData(typeof(ValidationRequest))]
    [InlineData(typeof(PredictorOptions))]
    public void Every_property_is_an_option_or_holds_some(Type record)
    {
        var silent = record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<OptionAttribute>() is null
                && property.PropertyType.GetMethod("<Clone>$") is null);

        Assert.Empty(silent.Select(property => property.Name));
    }

    [Fact]
    public void A_value_outside_its_range_is_refused_by_the_library_too()
    {
        var sentence = Assert.Throws<OptionException>(
            () => QuantizeOptions.Table.Validate(new QuantizeOptions { Data = "data.yaml", ImageSize = [64, 9000] })).Message;
        Assert.Equal("The image size must be within 32…8192, but is 9000.", sentence);
        Assert.Equal(
            "The number of cuts must be within 1…100, but is 0.",
            Assert.Throws<OptionException>((Standard with { Steps = 0 }).Validate).Message
        );
    }
}
