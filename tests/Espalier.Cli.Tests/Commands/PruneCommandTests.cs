using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Networks;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier prune</c>, and that what it writes is a network like any other.</summary>
public class PruneCommandTests(TrainedRun trained)
{
    [Theory]
    [InlineData("bn-scale")]
    [InlineData("bn-statistics")]
    [InlineData("gradient")]
    [InlineData("taylor")]
    [InlineData("l1")]
    [InlineData("random")]
    public void Every_criterion_reaches_the_target(string criterion)
    {
        using var workspace = new Workspace();

        var run = CommandRun.WithDecimalComma(["prune", trained.Best, "--data", trained.Data, "--by", criterion, "--keep-flops",
            "0.5", "--project", workspace.Project, "--json"]).Succeeded();

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(criterion, json.GetProperty("criterion").GetString());
        Assert.InRange(json.GetProperty("reached").GetDouble(), 0.4, 0.5);
        var steps = json.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["whole", "cut", "constants folded on", "batch norms estimated anew"],
            steps.Take(4).Select(step => step.GetProperty("name").GetString()));
        var (folded, anew) = (steps[2].GetProperty("mAP50").GetDouble(), steps[3].GetProperty("mAP50").GetDouble());
        Assert.Equal(anew < folded ? "estimated anew, function kept" : "batch norms estimated anew",
            steps[^1].GetProperty("name").GetString());
        Assert.True(steps[^1].GetProperty("mAP50").GetDouble() >= Math.Max(folded, anew) - 0.02);
        Assert.Equal([Path.Combine("runs", "prune"), Path.Combine("runs", "prune", "plan.json"),
            Path.Combine("runs", "prune", "pruned.safetensors"), "runs"], workspace.Entries().OrderBy(entry => entry == "runs"));
        var pruned = Checkpoint.Load(workspace.At("runs", "prune", "pruned.safetensors"));
        Assert.Equal(json.GetProperty("after").GetProperty("parameters").GetInt64(), pruned.Graph.Summarize(64).Parameters);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_networks_are_timed_on_this_machine_unless_that_is_not_wanted(bool isTimed)
    {
        using var workspace = new Workspace();
        string[] words = ["prune", trained.Best, "--data", trained.Data, "--by", "l1", "--keep-flops", "0.5",
            "--project", workspace.Project];

        var text = CommandRun.WithDecimalComma([.. words, .. isTimed ? Array.Empty<string>() : ["--no-latency"]]).Succeeded().Output;

        var line = @"\nOn this machine \(\d+ threads?\): \d+\.\d\d ms a picture, before \d+\.\d\d ms"
            + @"(, \d+\.\d\d × the speed|: too unsteady)";
        if (isTimed) Assert.Matches(line, text);
        else Assert.DoesNotMatch(line, text);
        Assert.Equal(isTimed, text.Contains("ms a picture, ONNX Runtime", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pruned_network_trains_resumes_exports_predicts_and_is_pruned_again()
    {
        using var workspace = new Workspace();
        CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--keep-parameters", "0.6", "--project",
            workspace.Project).Succeeded();
        var pruned = workspace.At("runs", "prune", "pruned.safetensors");

        CommandRun.Of("train", trained.Data, "--weights", pruned, "--image-size", "64", "--batch", "4", "--epochs", "1",
            "--no-autoanchor", "--project", workspace.Project).Succeeded();
        var tuned = workspace.At("runs", "train", "weights", "best.safetensors");
        Assert.Equal(Checkpoint.Load(pruned).Graph.Summarize(64).Parameters, Checkpoint.Load(tuned).Graph.Summarize(64).Parameters);

        CommandRun.Of("export", tuned).Succeeded();
        CommandRun.Of("predict", Path.ChangeExtension(tuned, ".onnx"), "--source", trained.Pictures, "--no-pictures").Succeeded();
        CommandRun.Of("validate", tuned, "--data", trained.Data).Succeeded();
        CommandRun.Of("prune", tuned, "--data", trained.Data, "--by", "taylor", "--keep-channels", "0.8", "--project", workspace.Project)
            .Succeeded();
        Assert.True(Checkpoint.Load(workspace.At("runs", "prune2", "pruned.safetensors")).Graph.Summarize(64)
            .Parameters < Checkpoint.Load(pruned).Graph.Summarize(64).Parameters);
    }

    [Fact]
    public void A_sweep_judges_cuts_of_growing_depth_and_draws_them()
    {
        using var workspace = new Workspace();
        var text = CommandRun.WithDecimalComma("prune", trained.Best, "--data", trained.Data, "--sweep", "--by", "l1",
            "--pictures", "100", "--project", workspace.Project).Succeeded().Output;
        Assert.Matches(@"mAP50 of the whole network 0\.\d{3}; after cuts by l1", text);
        // The trained run of these tests finds hardly anything, and may or may not find enough to be judged.
        Assert.Matches("It falls the most between |The network itself finds next to nothing", text);

        var rows = File.ReadAllLines(workspace.At("runs", "prune", "sweep.csv"));
        Assert.Equal("asked,operations,parameters,mAP50_cut,mAP50_constants,mAP50_batch_norms,command", rows[0]);
        var operations = rows[1..].Select(row => double.Parse(row.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(operations.OrderDescending(), operations);
        Assert.InRange(operations[0], 0.8, 0.9);

        // The command cuts as the sweep did.
        Assert.All(rows[1..], row => Assert.Matches("--by l1 --keep-flops 0[.][0-9]+ --round [0-9]+ --pictures 100", row));
        Assert.True(new FileInfo(workspace.At("runs", "prune", "sweep.png")).Length > 5_000);

        var json = JsonDocument.Parse(CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--sweep", "--by", "l1",
            "--project", workspace.Project, "--json").Succeeded().Output).RootElement;
        Assert.Equal(rows.Length - 1, json.GetProperty("points").GetArrayLength());
    }

    [Fact]
    public void A_threshold_cuts_what_scores_less_and_says_first_how_many_that_are()
    {
        using var workspace = new Workspace();
        var run = CommandRun.WithDecimalComma("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--threshold",
            "0.9", "--round", "1", "--fewest", "1", "--project", workspace.Project, "--json").Succeeded();
        Assert.Matches(@"\d[\d,]* of [\d,]+ channels score below 0\.9", run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("Score", json.GetProperty("asked").GetProperty("measure").GetString());
        var below = int.Parse(System.Text.RegularExpressions.Regex.Match(run.Error, @"([\d,]+) of").Groups[1].Value,
            System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(json.GetProperty("before").GetProperty("channels").GetInt32() - below, json.GetProperty("after")
            .GetProperty("channels").GetInt32());
    }

    [Fact]
    public void A_network_that_is_fast_enough_stays_whole_and_the_command_says_so()
    {
        using var workspace = new Workspace();
        var run = CommandRun.WithDecimalComma("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--milliseconds",
            "9999", "--project", workspace.Project).Succeeded();

        Assert.Matches(@"The network takes \d+\.\d\d ms a picture as it is, no more than the 9999 asked for", run.Error);
        Assert.Contains("Nothing was cut: the network is written to ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Fine-tune it", run.Output, StringComparison.Ordinal);
        var (whole, written) = (Checkpoint.Load(trained.Best), Checkpoint.Load(workspace.At("runs", "prune", "pruned.safetensors")));
        Assert.All(whole.Weights.Names, name => Assert.Equal(whole.Weights[name].Values, written.Weights[name].Values));
        var plan = PruningPlan.Parse(File.ReadAllText(workspace.At("runs", "prune", "plan.json")), "plan");
        Assert.All(plan.Groups, group => Assert.Empty(group.Removed));
        Assert.Equal(new LatencyBudget(9999), plan.Asked);
    }

    [Fact]
    public void A_target_in_milliseconds_out_of_reach_names_the_nearest()
    {
        using var workspace = new Workspace();
        var refused = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--milliseconds", "0.01",
            "--project", workspace.Project);
        Assert.Equal(ExitCodes.Failed, refused.Code);
        Assert.Matches(@"0\.\d{3} of the operations: \d+\.\d\d ms", refused.Error);
        Assert.Matches(
            @"espalier: 0\.01 ms a picture cannot be reached here by cutting channels: \d+\.\d\d ms is the least that was measured\.",
            refused.Error
        );
    }

    [Fact]
    public void A_sweep_takes_no_target()
    {
        var run = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--sweep", "--keep-flops", "0.5");
        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.StartsWith("espalier: --sweep tries many targets; leave --keep-flops out.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_can_be_dropped_alone_and_the_table_says_what_went_as_a_whole()
    {
        using var workspace = new Workspace();
        var text = CommandRun.WithDecimalComma("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--drop-levels",
            "P5", "--no-latency", "--project", workspace.Project).Succeeded().Output;

        Assert.Matches(@"Gone as a whole: level P5 \(\d+\.\d% of the matches; \d+\.\d% of the labels match no other that stays\)", text);
        Assert.Equal([8, 16], Checkpoint.Load(workspace.At("runs", "prune", "pruned.safetensors")).Graph.Detect.Strides);
        var plan = workspace.At("runs", "prune", "plan.json");
        var refused = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--plan", plan, "--drop-levels", "P5");
        Assert.Equal(ExitCodes.WrongWords, refused.Code);
        Assert.StartsWith("espalier: --plan says itself which levels go; leave --drop-levels out.", refused.Error,
            StringComparison.Ordinal);
        var both = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--blocks", "--uniform", "--keep-flops", "0.5");
        Assert.Equal(ExitCodes.WrongWords, both.Code);
        Assert.Contains("Blocks are ranked over the whole network", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_can_be_edited_and_applied()
    {
        using var workspace = new Workspace();
        CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--keep-channels", "0.9", "--project", workspace.Project)
            .Succeeded();
        var plan = PruningPlan.Parse(File.ReadAllText(workspace.At("runs", "prune", "plan.json")), "plan");
        var edited = plan with { Groups = [.. plan.Groups.Select((group, index) => group with { Removed = index == 0 ? [1, 3] : [] })] };
        var file = workspace.Write("edited.json", edited.ToJson());

        var text = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--plan", file, "--project", workspace.Project)
            .Succeeded().Output;

        var first = (ConvNode)Checkpoint.Load(workspace.At("runs", "prune2", "pruned.safetensors")).Graph.Nodes[1];
        Assert.Equal(plan.Groups[0].Width - 2, first.OutChannels);
        Assert.Matches(
            @"(?m)^Next: espalier train \S+data\.yaml --weights \S+pruned\.safetensors --teacher \S+best\.safetensors "
                + @"--no-autoanchor --epochs 20 --image-size 64 --batch 4$",
            text
        );
    }

    [Theory]
    [InlineData(2, "Say how much to keep, by one of --keep-flops, --keep-parameters, --keep-channels, --threshold and --milliseconds, or "
        + "which levels go, by --drop-levels, or which plan to apply, by --plan, or look first, by --sweep.")]
    [InlineData(2, "Say how much to keep, by one of --keep-flops, --keep-parameters, --keep-channels, --threshold and --milliseconds, or "
        + "which levels go, by --drop-levels, or which plan to apply, by --plan, or look first, by --sweep.",
        "--keep-flops", "0.5", "--keep-channels", "0.5")]
    [InlineData(2, "--by is one of bn-scale, bn-statistics, gradient, taylor, l1, random, not 'magic'.", "--keep-flops",
        "0.5", "--by", "magic")]
    [InlineData(2, "There is no layer 'model.77' to keep.", "--keep-flops", "0.5", "--keep", "model.77", "--by", "l1")]
    [InlineData(1, "There is no file 'none.json'.", "--plan", "none.json")]
    public void What_makes_no_sense_is_refused(int code, string sentence, params string[] options)
    {
        using var workspace = new Workspace();

        var run = CommandRun.Of(["prune", trained.Best, "--data", trained.Data, "--project", workspace.Project, .. options]);

        Assert.Equal(code, run.Code);
        Assert.Contains($"espalier: {sentence}", run.Error, StringComparison.Ordinal);
        Assert.Empty(workspace.Entries());
    }

    [Fact]
    public void A_target_that_cannot_be_reached_names_the_nearest()
    {
        using var workspace = new Workspace();

        var run = CommandRun.Of("prune", trained.Best, "--data", trained.Data, "--by", "l1", "--keep-flops", "0.001", "--round",
            "8", "--project", workspace.Project);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Matches(
            @"espalier: 0\.001 of the operations cannot be reached with at least 8 channels a layer "
                + @"in multiples of 8: 0\.\d+ is the least\.",
            run.Error
        );
        Assert.Empty(workspace.Entries());
    }
}
