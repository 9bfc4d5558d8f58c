using System.Globalization;
using Espalier.Networks;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Training.Validation;

namespace Espalier.Training.Tests.Runs;

/// <summary>What the real trainer says, writes and leaves behind.</summary>
public sealed class TrainerTests
{
    // The biases of the first level; the fifth is an objectness. The largest number there makes the loss infinite.
    private const string Poisoned = "model.9.m.0.bias";

    [Fact]
    public void Events_arrive_in_order()
    {
        using var small = new SmallRun();
        var listener = new RecordingListener();
        var outcome = small.Train(small.Options with { Epochs = 2 }, listener);

        Assert.Equal(
            [
                "note", // That so few batches only warm up.
                "started",
                "batch 0.1/3", "batch 0.2/3", "batch 0.3/3", "validation 1/1", "epoch 0",
                "batch 1.1/3", "batch 1.2/3", "batch 1.3/3", "validation 1/1", "epoch 1",
                "finished",
            ],
            listener.Events);
        Assert.Equal((12, 4, 0), (listener.Started!.Training.Entries.Count, listener.Started.Validation.Entries.Count,
            listener.Started.FirstEpoch));
        Assert.Equal(outcome, listener.Outcome);
        Assert.Equal((TrainingEnd.Completed, 2), (outcome.End, outcome.History.Count));
    }

    [Fact]
    public void Last_goes_on_and_best_is_for_use()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 1 }, new ResultsCsv());
        var (last, best) = (Checkpoint.Load(outcome.Folder.Last), Checkpoint.Load(outcome.Folder.Best));

        Assert.Equal(0, best.Training.Count);
        Assert.Equal(["history", "options"], best.Properties.Keys);
        Assert.Equal(["history", "options", "state"], last.Properties.Keys);
        Assert.Contains("live/model.0.conv.weight", last.Training.Names);
        Assert.Contains("optimiser/momentum/model.0.conv.weight", last.Training.Names);
        Assert.Equal(["colour0", "colour1"], best.ClassNames);
        Assert.Equal(64, best.ImageSize);
        Bits.RequireSame(last.Weights, best.Weights);
        Assert.Equal(
            ["hyp.yaml", "options.yaml", "results.csv", "weights"],
            Directory.GetFileSystemEntries(outcome.Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Kept_weights_are_judged_anew_on_the_pictures_that_the_epochs_were_judged_by()
    {
        using var small = new SmallRun(training: 4);
        File.AppendAllText(Path.Combine(Path.GetDirectoryName(small.Data)!, "labels", "val", "000.txt"), "0 1.2 .5 .2 .2\n");
        var options = small.Options with { Epochs = 1, KeepPartial = true };
        var listener = new RecordingListener();
        var folder = small.Train(options, listener).Folder;
        using var network = TorchNetwork.Open(folder.Best, "cpu", 1);

        var outcome = ValidationRequest.Of(options).Run(network, folder.Best, cancellationToken: TestContext.Current.CancellationToken)
            .Outcome;

        Assert.Equal((4, 4), (listener.Started!.Validation.Entries.Count, outcome.Report.Pictures));
    }

    [Fact]
    public void Same_seed_gives_the_same_run_and_another_seed_another()
    {
        using var small = new SmallRun();
        var options = small.Options with { Epochs = 1 };
        var (first, second) = (small.Train(options), small.Train(options with { Workers = 2 }));
        var other = small.Train(options with { Seed = 1 });

        Bits.RequireSame(first.Folder, second.Folder);
        Assert.False(Bits.AreSame(
                Checkpoint.Load(first.Folder.Last).Weights["model.0.conv.weight"].Values,
                Checkpoint.Load(other.Folder.Last).Weights["model.0.conv.weight"].Values
            )
        );
    }

    [Fact]
    public void Live_tensors_do_not_grow_from_the_second_epoch_on()
    {
        using var small = new SmallRun();
        var outcome = small.Train(small.Options with { Epochs = 6, BatchSize = 2, MultiScale = true });

        var live = outcome.History.Skip(1).Select(record => record.LiveTensors).ToList();
        Assert.True(live.TrueForAll(count => count == live[0]), string.Join(' ', live));
    }

    [Fact]
    public void Loss_that_is_no_number_stops_a_new_run_with_a_sentence()
    {
        using var small = new SmallRun();
        var graph = GraphBuilder.Expand(Architecture.Load(small.Model), 2);
        var weights = WeightInitializer.Initialize(graph, 1);
        weights[Poisoned].Values[4] = float.MaxValue;
        new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["a", "b"], ImageSize = 64 }.Save(small.PathOf("wild.safetensors"));
        var message = Assert.Throws<DivergenceException>(
            () => small.Train(small.Options with { Weights = small.PathOf("wild.safetensors") })).Message;

        Assert.StartsWith("The loss is no longer a number in epoch 1 of 3, batch 1 (box ", message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("images", "train"), message);
        Assert.Contains("nothing has been learned yet, so that it lies in the weights it starts from: start from others", message);
        Assert.DoesNotContain("lr0", message);
        Assert.DoesNotContain("last.safetensors", message);
        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void A_run_that_has_not_enough_memory_for_its_first_batches_leaves_no_folder()
    {
        using var small = new SmallRun();
        const int OutOfMemory = unchecked((int)0x8007000E);
        var tooSmall = new RecordingListener(_ => System.Runtime.InteropServices.Marshal.ThrowExceptionForHR(OutOfMemory));

        Assert.Throws<OutOfMemoryException>(() => small.Train(small.Options, tooSmall));

        Assert.False(Directory.Exists(small.Project));
    }

    [Fact]
    public void Gradients_that_are_not_finite_are_told_from_a_loss_that_is_no_number()
    {
        // What the coarsest head reads is so large that the loss still is a number while the gradients' squares are none.
        using var small = new SmallRun();
        var graph = GraphBuilder.Expand(Architecture.Load(small.Model), 2);
        var weights = WeightInitializer.Initialize(graph, 1);
        weights["model.8.cv2.bn.weight"].Values[4] = 1e25f;
        new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["a", "b"], ImageSize = 64 }.Save(
            small.PathOf("steep.safetensors"));

        var message = Assert.Throws<DivergenceException>(
            () => small.Train(small.Options with { Weights = small.PathOf("steep.safetensors") })).Message;

        Assert.StartsWith("The gradients are no longer finite in epoch 1 of 3, batch 1 (box ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", message);
    }

    [Fact]
    public void Loss_that_is_no_number_leaves_last_as_it_was()
    {
        using var small = new SmallRun();
        using var source = new CancellationTokenSource();
        var listener = new RecordingListener(trained =>
        {
            if (trained.Epoch == 1) source.Cancel();
        });
        var folder = small.Start(small.Options, listener).Run(source.Token).Folder;
        var last = Checkpoint.Load(folder.Last);
        last.Training["live/" + Poisoned].Values[4] = float.MaxValue;
        last.Save(folder.Last);
        var before = File.ReadAllBytes(folder.Last);
        var message = Assert.Throws<DivergenceException>(() => SmallRun.Resume(folder)).Message;

        Assert.Contains("in epoch 2 of 3, batch 2 (box ", message);
        Assert.EndsWith($"{folder.Last} holds the run's last good state.", message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.Last));
    }

    [Fact]
    public void Overfits_eight_pictures()
    {
        using var small = new SmallRun(training: 8, validation: 0);
        var calm = new HyperParameters
        {
            Augmentation = Datasets.AugmentationOptions.None,
            Optimization = new() { Kind = Optimization.OptimizerKind.AdamW, LearningRate = 0.003, WarmupEpochs = 0, NominalBatchSize = 2 },
        };
        var outcome = small.Train(small.Options with { BatchSize = 2, Epochs = 100, HyperParameters = calm });

        var best = outcome.History[outcome.BestEpoch];
        Assert.True(best.MeanAveragePrecision50 > 0.9, string.Join(' ',
            outcome.History.Select(record => record.MeanAveragePrecision50.ToString("0.00", CultureInfo.InvariantCulture))));
    }
}
