using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Networks;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier train</c>: one epoch was trained for all tests.</summary>
public class TrainCommandTests(TrainedRun trained)
{
    [Fact]
    public void Run_folder_holds_what_yolov5_s_users_know()
    {
        trained.Command.Succeeded();

        var files = Directory.EnumerateFiles(trained.Folder.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(trained.Folder.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal).ToList();
        var events = Assert.Single(files, file => file.StartsWith("events.out.tfevents.", StringComparison.Ordinal));
        string[] pictures =
        [
            "F1_curve.png", "PR_curve.png", "P_curve.png", "R_curve.png", "confusion_matrix.png", "labels.png", "results.png",
            "train_batch0.png", "train_batch1.png",
            "val_batch0_labels.png", "val_batch0_pred.png", "worst_mistakes.png",
        ];
        Assert.Equal(
            pictures.Concat(["hyp.yaml", "options.yaml", "progress.json", "results.csv",
                "weights/best.safetensors", "weights/last.safetensors"])
                .Order(StringComparer.Ordinal),
            files.Where(file => file != events));
        Assert.True(new FileInfo(Path.Combine(trained.Folder.Path, events)).Length > 400);
    }

    [Fact]
    public void Results_have_yolov5_s_columns_and_numbers_with_points()
    {
        trained.Command.Succeeded();
        var lines = File.ReadAllLines(trained.Folder.Results);

        Assert.Equal(2, lines.Length);
        Assert.StartsWith(
            "epoch,train/box_loss,train/obj_loss,train/cls_loss,metrics/precision,metrics/recall,metrics/mAP_0.5,metrics/mAP_0.5:0.95,"
            + "val/box_loss,val/obj_loss,val/cls_loss,x/lr0,x/lr1,x/lr2", lines[0], StringComparison.Ordinal);
        var values = lines[1].Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(lines[0].Split(',').Length, values.Count);
        Assert.True(values[1] > 0 && values[2] > 0 && values[3] > 0);
    }

    [Fact]
    public void Options_and_hyper_parameters_are_yaml_with_points()
    {
        trained.Command.Succeeded();

        var options = File.ReadAllText(trained.Folder.File("options.yaml"));
        Assert.Contains($"data: \"{trained.Data}\"\n", options, StringComparison.Ordinal);
        Assert.Contains("image_size: 64\nbatch: 4\nepochs: 1\n", options, StringComparison.Ordinal);
        Assert.Contains("lr0: 0.01\n", File.ReadAllText(trained.Folder.File("hyp.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Hyper_parameters_of_a_run_can_be_given_to_the_next()
    {
        using var workspace = new Workspace();
        var sentence = workspace.TrainingRefusal(trained.Data, "--hyp", trained.Folder.File("hyp.yaml"), "--weights",
            workspace.At("none.pt"));

        Assert.Equal($"There is no file '{workspace.At("none.pt")}': leave --weights out to start from nothing, or give --weights "
            + "house-numbers for digits; docs/references.md tells where COCO's weights are.", sentence);
    }

    [Fact]
    public void A_profiled_run_in_bf16_shows_phases_and_nodes_and_leaves_table_and_trace()
    {
        using var workspace = new Workspace();
        var run = CommandRun.WithDecimalComma("train", trained.Data, "--model", "yolov5n", "--image-size", "64", "--batch", "4", "--epochs",
            "1", "--device", "cpu", "--precision", "bf16", "--no-plots", "--profile", "--project", workspace.Project).Succeeded();

        Assert.Matches(@"phase +times +ms each +seconds +share", run.Output);
        Assert.Matches(@"(?m)^ *validation +1 +[0-9.]+ +[0-9.]+ +[0-9.]+ %", run.Output);
        Assert.Matches(@"(?m)^model\.[^ ]+, (forward|backward) +[0-9]+ ", run.Output);
        var folder = Path.Combine(workspace.Project, "train");
        Assert.StartsWith("category,name,times,seconds\n", File.ReadAllText(Path.Combine(folder, "profile.csv")), StringComparison.Ordinal);
        using var trace = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "trace.json")));
        Assert.True(trace.RootElement.GetProperty("traceEvents").GetArrayLength() > 100);
        Assert.Contains("precision: BF16\n", File.ReadAllText(Path.Combine(folder, "options.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Hyper_parameters_evolve_in_a_folder_that_the_same_command_goes_on_with()
    {
        using var workspace = new Workspace();
        string[] words = ["train", trained.Data, "--model", "yolov5n", "--image-size", "32", "--batch", "8", "--epochs",
            "1", "--no-autoanchor", "--device", "cpu", "--precision", "fp32", "--project", workspace.Project];
        CommandRun.Of([.. words, "--evolve", "1"]).Succeeded();
        var run = CommandRun.WithDecimalComma([.. words, "--evolve", "2"]).Succeeded();

        var table = File.ReadAllLines(workspace.At("runs", "evolve", "evolve.csv"));
        Assert.Equal(3, table.Length);
        Assert.All(table, row => Assert.Equal(table[0].Split(',').Length, row.Split(',').Length));
        Assert.NotEqual(table[1].Split(',')[6..], table[2].Split(',')[6..]);
        Assert.DoesNotContain("  1/2 ", run.Error, StringComparison.Ordinal);
        Assert.Contains("  2/2 Training with a mutation of the best", run.Error, StringComparison.Ordinal);
        Assert.Contains("hyp_evolve.yaml", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--evolve is a whole number from 1 to 100000, not '0'.", "--evolve", "0")]
    [InlineData("--profile has no effect together with --evolve.", "--evolve", "--profile")]
    [InlineData("--evolve has no effect together with --resume: a run keeps its own options; --epochs and --patience may change.",
        "--resume", "--evolve")]
    public void An_evolution_that_makes_no_sense_is_refused(string sentence, params string[] options)
    {
        var run = CommandRun.Of(["train", trained.Data, .. options]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.StartsWith($"espalier: {sentence}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_checkpoints_open_and_know_size_and_names()
    {
        trained.Command.Succeeded();
        foreach (var path in new[] { trained.Folder.Best, trained.Folder.Last })
        {
            var checkpoint = Checkpoint.Open(path);
            Assert.Equal(64, checkpoint.ImageSize);
            Assert.Equal("9", checkpoint.ClassNames[9]);
        }

        Assert.Empty(Checkpoint.Open(trained.Folder.Best).Training.Names);
    }

    [Fact]
    public void Progress_is_told_in_yolov5_s_lines()
    {
        var text = trained.Command.Succeeded().Error;

        Assert.Empty(trained.Command.Output);
        Assert.Contains("1,777,447 parameters, 8 training pictures, 8 validation pictures", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ +Epoch +box_loss +obj_loss +cls_loss +Instances +Size", text);
        Assert.Matches(@"(?m)^ +0/0 +\d\.\d{5} +\d\.\d{5} +\d\.\d{5} +\d+ +64: 100% ━+ 2/2 \[\d\d:\d\d\]", text);
        Assert.Matches(@"(?m)^ +all +8 +8 +\d\.\d{3} ", text);
        Assert.Contains("\nBest epoch 0: mAP50 ", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"Weights: {trained.Folder.Best}\nIt finds next to nothing yet: train longer (espalier train --resume "
            + $"{trained.Folder.Path} --epochs 3), look whether the labels are right (espalier data view), or add pictures.\n",
            text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("1 epoch of 2 batches are 2 batches, and the first 100 only warm up: classes that the weights do not know yet "
            + "need --epochs 600 or more", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Finished_run_says_that_it_is_finished()
    {
        using var workspace = new Workspace();
        trained.Command.Succeeded();
        var expected = $"The run of '{trained.Folder.Last}' is finished: 1 epoch is done. It goes on with espalier train --resume "
            + $"{trained.Folder.Path} --epochs 2, for instance; a new one begins with --weights {trained.Folder.Last}.";

        Assert.Equal(expected, workspace.Refusal("train", "--resume", trained.Folder.Path));
        Assert.Equal(expected, workspace.Refusal("train", "--resume", trained.Folder.Last));
        Assert.Equal(expected, workspace.Refusal("train", "--resume", "--project", Path.GetDirectoryName(trained.Folder.Path)!));
    }

    [Theory]
    [InlineData("--epochs 7 --seed 1 --batch 2", "--batch, --seed have")]
    [InlineData("--name other", "--name has")]
    [InlineData("--hyp hyp.yaml", "--hyp has")]
    [InlineData("--project elsewhere", "--project has")]
    [InlineData("--threads 3", "--threads has")]
    public void Options_beside_resume_that_would_have_no_effect_are_refused_by_name(string words, string expected)
    {
        var run = CommandRun.Of(["train", "--resume", trained.Folder.Path, .. words.Split(' ')]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains($"espalier: {expected} no effect together with --resume: a run keeps its own options; --epochs and --patience may "
            + $"change.{Environment.NewLine}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_beside_resume_that_change_nothing_but_speed_are_taken()
    {
        var run = CommandRun.Of("train", "--resume", trained.Folder.Path, "--workers", "2", "--cache", "none", "--no-plots");

        Assert.Contains("is finished: 1 epoch is done", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_run_tells_what_could_be_cut_and_draws_how_its_scales_moved()
    {
        using var workspace = new Workspace();
        var run = CommandRun.WithDecimalComma(
                "train",
                trained.Data,
                "--weights",
                trained.Best,
                "--image-size",
                "64",
                "--batch",
                "4",
                "--epochs",
                "2",
                "--no-autoanchor",
                "--sparsity",
                "1",
                "--sparsity-step",
                "proximal",
                "--project",
                workspace.Project
            )
            .Succeeded();

        Assert.Matches(
            @"(?m)^ +λ 1: \|γ\| has the median \d\.\d{3}; \d+\.\d % of the channels are below 0\.01 "
                + @"and could be cut now at next to no loss",
            run.Error
        );
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(run.Error, @"\d s, \d\d:\d\d left"));
        using var picture = SkiaSharp.SKBitmap.Decode(workspace.At("runs", "train", "sparsity.png"));
        Assert.True(picture.Pixels.Distinct().Count() > 50);
        Assert.Contains("sparsity_on: \"BatchNormScales\"\nsparsity_kernels: null\nsparse_storage: false\n",
            File.ReadAllText(workspace.At("runs", "train", "options.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l1", "L1", "a weight can fall by at most ")]
    [InlineData("group", "Group", "the norm of a channel's kernel can fall by at most ")]
    public void Sparse_kernels_are_counted_and_kept_sparse(string kernels, string named, string reach)
    {
        using var workspace = new Workspace();
        var hyp = workspace.Write("hyp.yaml", "lr0: 0.1\nwarmup_epochs: 0\n");
        var run = CommandRun.WithDecimalComma(
            "train", trained.Data, "--weights", trained.Best, "--hyp", hyp, "--image-size", "64", "--batch", "4", "--epochs",
            "1", "--no-autoanchor", "--no-plots", "--sparse-storage",
                "--sparsity",
                kernels == "l1" ? "0.3" : "1",
                "--sparsity-on",
                "kernels",
                "--sparsity-kernels",
                kernels,
                "--sparsity-step",
                "proximal",
                "--project",
                workspace.Project
            )
            .Succeeded();

        Assert.Contains($" on kernels: {reach}", run.Error, StringComparison.Ordinal);
        Assert.Matches(
            @"(?m)^ +λ \S+: [0-9,]+ of 1,7[0-9,]+ weights of kernels are zero, \d+\.\d % below 0\.001; "
                + @"[0-9,]+ of \d,\d+ channels have a kernel of zeros alone",
            run.Error
        );
        Assert.Contains($"sparsity_on: \"Kernels\"\nsparsity_kernels: \"{named}\"\nsparse_storage: true\n",
            File.ReadAllText(workspace.At("runs", "train", "options.yaml")), StringComparison.Ordinal);
        var best = workspace.At("runs", "train", "weights", "best.safetensors");
        if (kernels == "l1") Assert.True(new FileInfo(best).Length < 0.6 * new FileInfo(trained.Best).Length);

        // Whatever opens a checkpoint opens this one.
        CommandRun.Of("model", best).Succeeded();
        CommandRun.Of("validate", best, "--data", trained.Data).Succeeded();
        CommandRun.Of("export", best, "--output", workspace.At("best.onnx")).Succeeded();
    }

    [Fact]
    public void Second_run_starts_from_the_first_s_weights_in_a_folder_of_its_own()
    {
        using var workspace = new Workspace();
        var line = new[]
        {
            "train",
            trained.Data,
            "--weights",
            trained.Best,
            "--batch",
            "8",
            "--epochs",
            "1",
            "--no-autoanchor",
            "--freeze",
            "10",
            "--project",
            workspace.Project,
            "--name",
            "second",
        };
        Directory.CreateDirectory(workspace.At("runs", "second"));

        var run = CommandRun.Of(line).Succeeded();

        Assert.Contains("Took 348 of 349 arrays", run.Error, StringComparison.Ordinal);
        Assert.Contains("Pictures of 64 px, as the weights were trained at", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(workspace.At("runs", "second2", "weights", "last.safetensors")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(workspace.At("runs", "second")));
    }

    [Fact]
    public void Interrupted_before_the_first_batch_it_says_so_and_leaves_nothing()
    {
        using var workspace = new Workspace();

        var run = CommandRun.Interrupted(new CancellationToken(canceled: true), "train", trained.Data, "--image-size", "64",
            "--project", workspace.Project);

        Assert.Equal((ExitCodes.Failed, "espalier: Interrupted.\n"), (run.Code, run.Error));
        Assert.False(Directory.Exists(workspace.Project));
    }
}
