using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Sparsity;
using Espalier.Training.Tests.Runs;

namespace Espalier.Training.Tests;

public sealed class ScaleHistogramTests
{
    [Fact]
    public void Every_scale_is_counted_where_it_belongs()
    {
        var graph = TestNetworks.Graph();
        var weights = DeterministicWeights.For(graph);
        var norms = graph.Nodes.OfType<BatchNormNode>().ToList();
        foreach (var norm in norms) weights[$"{norm.Name}.weight"].Values.AsSpan().Fill(1);
        float[] some = [0, -0.03124f, 0.03125f, -1.99999f, 2, 7];
        some.CopyTo(weights[$"{norms[0].Name}.weight"].Values, 0);
        var histogram = ScaleHistogram.Of(graph, weights)!;

        Assert.True(histogram.IsWhole);
        Assert.Equal(norms.Sum(norm => norm.Channels), histogram.Total);
        Assert.Equal((2, 1, 1, 2, 7), (histogram.Counts[0], histogram.Counts[1], histogram.Counts[63], histogram.Counts[64],
            histogram.Largest));
        Assert.Equal(histogram.Total - some.Length, histogram.Counts[32]);
    }

    [Fact]
    public void Histograms_survive_json_and_are_equal_by_their_counts()
    {
        var histogram = new ScaleHistogram([.. Enumerable.Range(0, 65)], 3.5);
        var read = JsonSerializer.Deserialize<ScaleHistogram>(JsonSerializer.Serialize(histogram))!;

        Assert.Equal(histogram, read);
        Assert.Equal(histogram.GetHashCode(), read.GetHashCode());
        Assert.NotEqual(histogram, read with { Largest = 4 });
        Assert.DoesNotContain("Total", JsonSerializer.Serialize(histogram), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_epoch_of_a_sparse_run_has_one_in_the_checkpoint_and_for_tensorboard_resumed_or_not()
    {
        using var small = new SmallRun();
        var options = small.Options with { Sparsity = new SparsityOptions { Rate = 1, Step = SparsityStep.Proximal } };
        var undisturbed = small.Train(options, new TensorBoardListener());
        using var source = new CancellationTokenSource();
        var stopped = Trainer.Start(options, small.PathOf("other"), "train", [new StopAfterFirstEpoch(source), new TensorBoardListener()],
            cancellationToken: TestContext.Current.CancellationToken).Run(source.Token);
        var resumed = SmallRun.Resume(stopped.Folder, new TensorBoardListener());
        var last = Checkpoint.Load(resumed.Folder.Last);

        Assert.All(undisturbed.History, epoch => Assert.True(epoch.ScaleHistogram!.IsWhole));
        Assert.Equal(undisturbed.History.Select(epoch => epoch.ScaleHistogram), resumed.History.Select(epoch => epoch.ScaleHistogram));
        Assert.Equal(ScaleHistogram.Of(last.Graph, last.Weights), resumed.History[^1].ScaleHistogram);
        foreach (var outcome in new[] { undisturbed, resumed })
        {
            var events = Directory.GetFiles(outcome.Folder.Path, "events.out.tfevents.*").Order(StringComparer.Ordinal)
                .SelectMany(Events).ToList();
            var histograms = events.Where(happened => happened.Summary?.Value is [{ Tag: "scales/histogram" }])
                .OrderBy(happened => happened.Step).ToList();
            Assert.Equal([0, 1, 2], histograms.Select(happened => happened.Step));
            var proto = histograms[^1].Summary.Value[0].Histo;
            var kept = outcome.History[^1].ScaleHistogram!;
            Assert.Equal((kept.Total, kept.Largest), (proto.Num, proto.Max));
            Assert.Equal(kept.Counts.Take(proto.Bucket.Count).Select(count => (double)count), proto.Bucket);
            Assert.Equal(kept.Total, proto.Bucket.Sum());
            Assert.Equal(proto.BucketLimit.Order(), proto.BucketLimit);
            Assert.Equal(kept.Largest, proto.BucketLimit[^1]);
            Assert.Equal([0, 1, 2], events.Where(happened => happened.Summary?.Value.Any(value => value.Tag == "scales/near_zero") == true)
                .Select(happened => happened.Step).Order());
        }
    }

    [Fact]
    public void Run_of_an_older_version_goes_on_and_a_damaged_histogram_is_refused()
    {
        using var small = new SmallRun();
        using var source = new CancellationTokenSource();
        var options = small.Options with { Sparsity = new SparsityOptions { Rate = 1 } };
        var folder = small.Start(options, new StopAfterFirstEpoch(source)).Run(source.Token).Folder;
        var last = Checkpoint.Load(folder.Last);
        var history = last.Properties["history"];
        var start = history.IndexOf("\"ScaleHistogram\":", StringComparison.Ordinal);
        var end = history.IndexOf("},", start, StringComparison.Ordinal) + 2;

        (
            last with
            {
                Properties = last.Properties.SetItem(
                    "history",
                    string.Concat(history.AsSpan(0, start), "\"ScaleHistogram\":{\"Counts\":[1,2],\"Largest\":1},", history.AsSpan(end))
                ),
            }
        ).Save(folder.Last);
        Assert.Contains("History[0].ScaleHistogram: the histogram is not whole",
            Assert.Throws<EspalierException>(() => SmallRun.Resume(folder)).Message, StringComparison.Ordinal);

        // Before there were histograms and kernels, neither history nor options spoke of them.
        var old = string.Concat(history.AsSpan(0, start), history.AsSpan(end)).Replace("\"Kernels\":null,", "", StringComparison.Ordinal);
        var oldOptions = last.Properties["options"]
            .Replace(",\"Spread\":\"Even\",\"On\":\"BatchNormScales\",\"KernelPenalty\":\"L1\"", "", StringComparison.Ordinal)
            .Replace("\"SparseStorage\":false,", "", StringComparison.Ordinal);
        Assert.DoesNotContain("KernelPenalty", oldOptions, StringComparison.Ordinal);
        Assert.DoesNotContain("SparseStorage", oldOptions, StringComparison.Ordinal);
        (last with { Properties = last.Properties.SetItem("history", old).SetItem("options", oldOptions) }).Save(folder.Last);
        Assert.Equal([true, false, false], SmallRun.Resume(folder).History.Select(epoch => epoch.ScaleHistogram is null));
    }

    private static IEnumerable<Tensorboard.Event> Events(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            RequireChecksum(bytes.AsSpan(at, 8), bytes.AsSpan(at + 8));
            RequireChecksum(bytes.AsSpan(at + 12, length), bytes.AsSpan(at + 12 + length));
            yield return Tensorboard.Event.Parser.ParseFrom(bytes, at + 12, length);
            at += 16 + length;
        }
    }

    private static void RequireChecksum(ReadOnlySpan<byte> content, ReadOnlySpan<byte> stated)
    {
        // CRC-32C bit by bit; masked as TFRecord's description says.
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        Assert.Equal(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8, BinaryPrimitives.ReadUInt32LittleEndian(stated));
    }

    private sealed class StopAfterFirstEpoch(CancellationTokenSource source) : ITrainingListener
    {
        public void OnEpoch(EpochCompleted completed) => source.Cancel();
    }
}
