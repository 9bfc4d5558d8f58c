using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Pruning;
using Espalier.Tests;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Tests.Experiments;

/// <summary>One of each kind of file that users keep, as it was written before options described themselves: all of them open.</summary>
public sealed class FilesOfTodayTests
{
    private const string Experiment = """
        name: street
        street: {count: 3000, val: 300, seed: 1, difficulty: street}
        image_size: 160
        batch: 32
        hyp: {nbs: 32}
        dense: {model: yolov5n, epochs: 30}
        sparse: {epochs: 10, sparsity: auto}
        prune:
          {by: [taylor, random], keep_flops: [0.3, 0.5], round: 8, raw_scores: true, keep: model.0, pictures: 64, steps: 2,
           epochs_between: 3}
        fine_tune: {epochs: 10, teacher: false}
        """;

    private const string Words = "--by taylor --keep-flops 0.4 --round 8 --fewest 4 --keep model.0 --keep model.1 "
        + "--pictures 256 --seed 3 --split \\u0022night photos\\u0022";

    private const string Cut = $$"""
        {
          "criterion": "taylor",
          "asked": { "measure": "operations", "keep": 0.4 },
          "reached": 0.39,
          "before": { "channels": 4352, "parameters": 1777447, "multiplyAdds": 83341312 },
          "after": { "channels": 2000, "parameters": 500000, "multiplyAdds": 30000000 },
          "steps": [ { "name": "whole", "precision": 0.9, "recall": 0.8, "meanAveragePrecision50": 0.7,
            "meanAveragePrecision50To95": 0.5 } ],
          "options": "{{Words}}"
        }
        """;

    private const string Plan = """
        {
          "criterion": "l1", "imageSize": 160,
          "asked": { "measure": "operations", "keep": 0.3 }, "reached": 0.29,
          "before": { "channels": 16, "parameters": 100, "multiplyAdds": 1000 },
          "after": { "channels": 8, "parameters": 50, "multiplyAdds": 290 },
          "groups": [ { "layers": [ "model.0.conv" ], "width": 16, "removed": [ 1, 4, 5, 7, 9, 10, 11, 13 ], "kept": 8 } ]
        }
        """;

    [Fact]
    public void An_experiment()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("street.yaml"), Experiment);

        var plan = ExperimentFile.Read(folder.File("street.yaml"), null, name => name);

        Assert.Equal(["taylor-0.50", "random-0.50", "taylor-0.30", "random-0.30"], plan.Cutting.Cuts().Select(cut => cut.Name));
        var options = plan.PruningFor(plan.Cutting.Cuts().Last());
        Assert.Equal("--by random --keep-flops 0.3 --round 8 --raw-scores --keep model.0 --pictures 64 --steps 2 --epochs-between 3",
            options.ToWords());
        Assert.Equal((30, 10, 10, 160), (plan.Dense.Epochs, plan.Sparse!.Epochs, plan.FineTuning.Epochs, plan.Dense.ImageSize));
        Assert.False(plan.Teacher);
    }

    [Fact]
    public void Hyper_parameters_without_effect_are_said_wherever_they_stand()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("hyp.yaml"), "copy_paste: 0.3\n");
        File.WriteAllText(folder.File("e.yaml"), "data: d.yaml\nhyp: {copy_paste: 0.1}\ndense: {hyp_file: "
            + $"{folder.File("hyp.yaml")}}}\nprune: {{keep_flops: 0.5}}\nfine_tune: {{}}\n");
        var notes = new List<string>();

        ExperimentFile.Read(folder.File("e.yaml"), null, name => name, notes.Add);

        Assert.Equal(2, notes.Count);
        Assert.All(notes, note => Assert.Contains("copy_paste has no effect: it pastes polygons, and labels here are boxes",
            note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_record_which_is_compared_by_what_it_says()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("cut.json"), Cut);
        var wanted = new PruneOptions
        {
            Data = "data.yaml",
            Pruning = new PruningOptions
            {
                Target = new KeepShare(PruningMeasure.Operations, 0.4),
                ImageSize = 160,
                Rounding = 8,
                Fewest = 4,
                KeepLayers = ["model.0", "model.1"],
            },
            Pictures = 256,
            Seed = 3,
            ValidationSplit = "night photos",
            Device = "cpu",
            Threads = 2,
        };

        var record = StageFile.Read<CutRecord>(folder.File("cut.json"))!;

        Assert.False(record.DiffersFrom(wanted));
        Assert.True(record.DiffersFrom(wanted with { Pictures = 128 }));
        Assert.False((record with { Options = null }).DiffersFrom(wanted with { Pictures = 128 }));
        Assert.Throws<EspalierException>(() => (record with { Options = "scissors" }).DiffersFrom(wanted));
    }

    [Fact]
    public void A_plan()
    {
        var plan = PruningPlan.Parse(Plan, "plan.json");

        Assert.Equal(8, Assert.Single(plan.Groups).Kept);
        Assert.Equal(new KeepShare(PruningMeasure.Operations, 0.3), plan.Asked);
    }

    [Theory]
    [InlineData("operations", 0.3, typeof(KeepShare))]
    [InlineData("channels", 0.3, typeof(KeepShare))]
    [InlineData("parameters", 1, typeof(KeepShare))]
    [InlineData("score", 1e-7, typeof(ScoreThreshold))]
    [InlineData("milliseconds", 2.5, typeof(LatencyBudget))]
    public void A_target_by_the_word_that_files_call_it(string measure, double keep, Type type)
    {
        PruningTarget Read(string json) => PruningPlan.Parse(json, "plan.json").Asked;
        var asked = Read(Plan.Replace("\"operations\", \"keep\": 0.3", FormattableString.Invariant($"\"{measure}\", \"keep\": {keep}"),
            StringComparison.Ordinal));

        Assert.IsType(type, asked);
        Assert.Equal(keep, asked.Number);
        var written = (PruningPlan.Parse(Plan, "plan.json") with { Asked = asked }).ToJson();
        Assert.Contains($"\"measure\": \"{measure}\"", written, StringComparison.Ordinal);
        Assert.Equal(asked, Read(written));
    }

    [Fact]
    public void A_budget_keeps_what_the_whole_network_takes()
    {
        var plan = PruningPlan.Parse(Plan, "plan.json") with { Asked = new LatencyBudget(1.2, Whole: 2.4) };

        Assert.Equal(plan.Asked, PruningPlan.Parse(plan.ToJson(), "plan.json").Asked);
    }

    [Fact]
    public void A_target_of_no_known_measure_is_refused() => Assert.Equal(
        "plan.json is no plan (there is no measure 'weight').",
            Assert
                .Throws<GraphException>(() =>
                    PruningPlan.Parse(Plan.Replace("operations", "weight", StringComparison.Ordinal), "plan.json")
                )
                .Message
        );

    [Fact]
    public void The_options_of_a_run()
    {
        const string Expected = """
            data: "data.yaml"
            train_split: "train"
            split: "val"
            model: "yolov5n"
            weights: null
            activation: null
            image_size: 160
            batch: 32
            epochs: 2
            optimizer: SGD
            cosine: false
            patience: 100
            seed: 0
            workers: 1
            cache: "ram"
            autoanchor: true
            device: "auto"
            threads: 1
            """;
        string[] written = TrainingOptions
            .Table.ToYaml(
                new TrainingOptions
                {
                    Data = "data.yaml",
                    Model = "yolov5n",
                    ImageSize = 160,
                    BatchSize = 32,
                    Epochs = 2,
                    Threads = 1,
                }
            )
            .Split('\n');

        Assert.Empty(Expected.Split('\n').Except(written));
    }
}
