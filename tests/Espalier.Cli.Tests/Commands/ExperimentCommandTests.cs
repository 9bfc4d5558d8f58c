using Espalier.Cli.Terminal;
using Espalier.Training.Runs;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier experiment</c>: the whole chain in small, that it goes on where it was stopped, and what it refuses.</summary>
public class ExperimentCommandTests(TrainedRun trained)
{
    [Fact]
    public void The_whole_chain_is_run_reported_and_not_run_again()
    {
        using var workspace = new Workspace();
        var file = workspace.Write("small.yaml", $"""
            data: elsewhere/data.yaml
            paper: true
            image_size: 64
            batch: 4
            epochs: 1
            precision: fp32
            dense:
              weights: {trained.Best}
              autoanchor: false
            sparse: {"{sparsity: 0.01, sparsity_step: proximal, sparsity_spread: operations, teacher: true}"}
            prune: {"{by: [l1, random], keep_flops: 0.5, pictures: 4}"}
            fine_tune:
            expect:
              dense: {"{parameters: 1777447}"}
              l1-0.50: {"{map50: [0.5, 0.5], flops: [20000000, 1500000]}"}
            """);
        string[] words = ["experiment", file, "--data", trained.Data, "--project", workspace.Project];

        var first = CommandRun.WithDecimalComma(words).Succeeded();

        Assert.Matches(@"l1-0\.50( \*)? +[\d,]+ +0\.\d{3}", first.Output);
        Assert.Contains("Report: ", first.Output, StringComparison.Ordinal);
        Assert.Matches(
            @"dense +parameters +1,777,447 +exact +1,777,447 +as expected\s+"
                + @"l1-0\.50 +map50 +0\.5000 +0\.5000 +0\.\d{4} +as expected\s+l1-0\.50 +flops .*as expected",
            first.Output
        );
        var folder = workspace.At("runs", "small");
        var html = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Equal(5, html.Split("data:image/png;base64,").Length - 1);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        var markdown = File.ReadAllText(Path.Combine(folder, "report.md"));
        Assert.Contains("| sparse | 1,777,447 |", markdown, StringComparison.Ordinal);
        Assert.Contains("--keep-flops 0.5", markdown, StringComparison.Ordinal);
        var dense = new RunFolder(Path.Combine(folder, "dense")).Best;
        Assert.Matches($"--sparsity-spread operations.* --teacher \"?{System.Text.RegularExpressions.Regex.Escape(dense)}", markdown);
        Assert.Contains($"teacher: \"{dense}\"", File.ReadAllText(Path.Combine(folder, "sparse", "options.yaml")),
            StringComparison.Ordinal);
        Assert.Contains("The paper reports mAP50 .82 dense", markdown, StringComparison.Ordinal);
        var rows = File.ReadAllLines(Path.Combine(folder, "report.csv"));
        Assert.Equal(["model", "dense", "sparse", "l1-0.50", "random-0.50"], rows.Select(row => row.Split(',')[0]));
        Assert.All(rows, row => Assert.Equal(rows[0].Split(',').Length, row.Split(',').Length));

        // Stopped before the last fine-tuning: what is there stays, what is missing is made, and the outcome is the same.
        var before = File.GetLastWriteTimeUtc(Path.Combine(folder, "dense", "weights", "last.safetensors"));
        var tuned = new RunFolder(Path.Combine(folder, "tuned", "l1-0.50"));
        var weights = File.ReadAllBytes(tuned.Best);
        Directory.Delete(tuned.Path, recursive: true);
        CommandRun.Of(words).Succeeded();
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(folder, "dense", "weights", "last.safetensors")));
        Assert.Equal(Espalier.Networks.Checkpoint.Load(tuned.Best).Weights["model.0.conv.weight"].Values, Weights(weights));

        // What comes out otherwise than is expected is a failure, though everything was done.
        var text = File.ReadAllText(file);
        var differs = CommandRun.Of(["experiment",
            workspace.Write("small.yaml", text.Replace("1777447", "1777448", StringComparison.Ordinal)), .. words[2..]]);
        workspace.Write("small.yaml", text);
        Assert.Equal(ExitCodes.Failed, differs.Code);
        Assert.Matches(@"dense +parameters +1,777,448 +exact +1,777,447 +differs: 1 less", differs.Output);
        Assert.Contains("1 of the 3 figures that '", differs.Error, StringComparison.Ordinal);

        // Another number of epochs is another experiment, and so is another cut.
        var yaml = File.ReadAllText(file);
        Refused(yaml.Replace("epochs: 1", "epochs: 2", StringComparison.Ordinal),
            "dense' is a run of other options; wanted now: epochs: 2, not 1. Remove it, or choose another name.");
        Refused(yaml.Replace("pictures: 4", "pictures: 8, raw_scores: true", StringComparison.Ordinal),
            "--raw-scores --pictures 8): remove it, and it is made anew.");

        // What nobody can continue is not thrown away, and what was made from another network is not mixed with this one's.
        var last = File.ReadAllBytes(Path.Combine(folder, "dense", "weights", "last.safetensors"));
        File.Delete(Path.Combine(folder, "dense", "weights", "last.safetensors"));
        Refused(yaml, "holds a run without its last.safetensors");
        Assert.True(File.Exists(dense));
        File.WriteAllBytes(Path.Combine(folder, "dense", "weights", "last.safetensors"), last);
        File.AppendAllText(dense, " ");
        Refused(yaml, $"sparse' was trained from another '{dense}' than is there now: remove it, and it is trained anew.");

        void Refused(string text, string expected)
        {
            var refused = CommandRun.Of("experiment", workspace.Write("small.yaml", text), "--data", trained.Data,
                "--project", workspace.Project);
            Assert.Equal(ExitCodes.Failed, refused.Code);
            Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        }

        float[] Weights(byte[] bytes)
        {
            var copy = workspace.Write("copy.safetensors", bytes);
            return Espalier.Networks.Checkpoint.Load(copy).Weights["model.0.conv.weight"].Values;
        }
    }

    [Theory]
    [InlineData("dense: {epochs: 1}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n", "an experiment needs data")]
    [InlineData("data: d.yaml\nprune: {keep_flops: 0.5}\nfine_tune: {}\n", "needs the section 'dense'")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5}\n", "needs the section 'fine_tune'")]
    [InlineData("data: d.yaml\ndense: {}\nfine_tune: {}\n", "needs the section 'prune'")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {}\nfine_tune: {}\n",
        "'prune' needs one of keep_flops, keep_parameters, keep_channels, milliseconds, threshold.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 1.5}\nfine_tune: {}\n",
        "line 3: prune.keep_flops must be a number in 0.001…1, not '1.5'.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5, by: magic}\nfine_tune: {}\n",
        "line 3: prune.by must be of bn-scale, bn-statistics, gradient, taylor, l1, random, not 'magic'.")]
    [InlineData("data: d.yaml\ndense: {epochs: 0}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: dense.epochs must be a whole number in 1…100000, not '0'.")]
    [InlineData("data: d.yaml\nspeed: 3\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: there is no 'speed' in an experiment (did you mean seed?); there are ")]
    [InlineData("data: d.yaml\ndense: {speed: 3}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: there is no 'speed' in 'dense'; there are ")]
    [InlineData("data: d.yaml\nhyp: {lr0: fast}\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: lr0 must be a number, not 'fast'.")]
    [InlineData("data: d.yaml\ndense: {}\nsparse: {sparsity: 7}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 3: sparse.sparsity must be a number in 0.000001…1 or auto, not '7'.")]
    [InlineData("data: d.yaml\ndense: {}\nsparse: {sparsity: 0.01, sparsity_target: 0.6}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 3: sparsity_target has an effect only together with sparsity: auto.")]
    [InlineData("data: d.yaml\ndense: {}\nsparse: {sparsity_schedule: ramped}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "sparsity_schedule has no effect together with sparsity: auto, which changes the weight itself.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: [0.4, 0.40]}\nfine_tune: {}\n",
        "two cuts would be called taylor-0.40; name each criterion and each target once.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {threshold: 0.5, steps: 2}\nfine_tune: {}\n",
        "several steps go with a share to keep, not with threshold.")]
    [InlineData("data: d.yaml\nname: a/b\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: name must be the name of a folder, not 'a/b'.")]
    [InlineData("data: d.yaml\nstreet: {count: 10}\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "give data or a street, not both.")]
    [InlineData("data: d.yaml\ndense: {epochs: 0}\nprune: {kepe_flops: 0.5}\nfine_tune: {}\n",
        "line 3: there is no 'kepe_flops' in 'prune' (did you mean keep_flops?); there are ")]
    [InlineData("date: d.yaml\ndense: {}\nprune: {}\n", "line 1: there is no 'date' in an experiment (did you mean data?); there are ")]
    [InlineData("data: d.yaml\ndense: {}\nsparse: {sparsity: atuo}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "or auto, not 'atuo' (did you mean auto?).")]
    [InlineData("data: d.yaml\ndevice: gpu\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: device must be one of cpu, cuda:N, auto, not 'gpu'.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\nexpect: {taylor-0.40: {map50: 1}}\n",
        "line 5: there is no 'taylor-0.40' in 'expect' (did you mean taylor-0.50?); there are dense, taylor-0.50.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\nexpect: {dense: {map: 1}}\n",
        "line 5: there is no 'map' in 'dense'")]
    [InlineData("street: {count: 10}\npaper: true\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n",
        "line 2: the paper's figures are of SVHN and say nothing of a street.")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\nexpect: {dense: {map50: high}}\n",
        "line 5: dense.map50 must be a number, or a number and its tolerance of 0 or more, such as [0.8, 0.02].")]
    [InlineData("data: d.yaml\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\nexpect: {dense: {map50: [0.8, -1]}}\n",
        "line 5: dense.map50 must be a number, or a number and its tolerance")]
    [InlineData("- 1\n", "is no experiment: it should give values to names")]
    [InlineData("data: [d.yaml\n", "e.yaml")]
    public void A_file_that_makes_no_sense_is_refused_with_its_line(string yaml, string expected)
    {
        using var workspace = new Workspace();
        var file = workspace.Write("e.yaml", yaml);

        var sentence = workspace.Refusal("experiment", file, "--project", workspace.Project);

        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.Contains(file, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there()
    {
        using var workspace = new Workspace();
        Assert.Equal($"There is no file '{workspace.At("none.yaml")}'.", workspace.Refusal("experiment", workspace.At("none.yaml")));
        var file = workspace.Write("e.yaml", "data: none/data.yaml\nepochs: 1\ndense: {}\nprune: {keep_flops: 0.5}\nfine_tune: {}\n");
        Assert.Contains("data.yaml", workspace.Refusal("experiment", file, "--project", workspace.Project), StringComparison.Ordinal);
        var split = workspace.Write("split.yaml",
            $"data: {trained.Data}\nsplits: [val, photos]\nepochs: 1\ndense: {"{}"}\nprune: {"{keep_flops: 0.5}"}\nfine_tune: {"{}"}\n");
        Assert.Contains("has no split 'photos', which the experiment judges on: make the data with it (--split \"photos=…\"), or name "
            + "under 'splits' what it has: val.", workspace.Refusal("experiment", split, "--project", workspace.Project),
            StringComparison.Ordinal);
        var weights = workspace.Write("weights.yaml",
            $"data: {trained.Data}\nepochs: 1\ndense: {"{weights: none.pt}"}\nprune: {"{keep_flops: 0.5}"}\nfine_tune: {"{}"}\n");
        Assert.Contains("There is no file 'none.pt' to start from: fetch it",
            workspace.Refusal("experiment", weights, "--project", workspace.Project), StringComparison.Ordinal);
    }
}
