using System.Text.Json.Nodes;
using Espalier.Core;
using Espalier.Training.Loops;

namespace Espalier.Training.Tests.Runs;

/// <summary>A checkpoint whose hash is right and whose state makes no sense: a sentence, whatever it holds.</summary>
public sealed class DamagedStateTests
{
    [Fact]
    public void A_senseless_state_is_a_sentence()
    {
        using var small = new SmallRun(training: 8);
        using var stop = new CancellationTokenSource();
        var stopped = small.Start(small.Options, new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); }))
            .Run(stop.Token);
        var whole = SmallRun.Read(stopped.Folder.Last);
        Assert.All(Alterations(), alteration =>
        {
            var (key, path, value) = alteration;
            var json = path.Length == 0 ? value : Altered(JsonNode.Parse(whole.Properties[key])!, path.Split('/'), value).ToJsonString();
            (whole with { Properties = whole.Properties.SetItem(key, json) }).Save(stopped.Folder.Last);

            var refused = Assert.Throws<EspalierException>(() => Trainer.Resume(stopped.Folder.Last, [],
                cancellationToken: TestContext.Current.CancellationToken));

            Assert.StartsWith($"'{stopped.Folder.Last}' ", refused.Message, StringComparison.Ordinal);
            Assert.False(stopped.Folder.IsAbandoned);
        });

        // What was altered was the reason.
        whole.Save(stopped.Folder.Last);
        Assert.Equal(3, SmallRun.Resume(stopped.Folder).History.Count);
    }

    private static IEnumerable<(string Key, string Path, string Value)> Alterations()
    {
        yield return ("state", "", "null");
        yield return ("state", "", "[]");
        yield return ("state", "", "{}");
        yield return ("options", "", "null");
        yield return ("options", "", "{\"Data\": null}");
        foreach (var (member, value) in ((string, string)[])
            [
                ("Epoch", "-1"), ("Epoch", "99"),
                ("Epoch", "2147483647"), ("Epoch", "99999999999"), ("BatchesDone", "-1"), ("BatchesDone", "2147483647"),
                ("AverageUpdates", "-1"),
                ("AverageUpdates", "9223372036854775807"), ("Threads", "0"), ("Threads", "100000"), ("SecondsSpent", "-1"),
                ("SecondsSpent", "1e308"), ("LossSum", "null"),
                ("Precision", "\"FP4\""), ("Precision", "9"),
            ])
        {
            yield return ("state", member, value);
        }

        foreach (var (member, value) in ((string, string)[])
            [
                ("", "null"), ("", "[null]"), ("", "[]"), ("0", "null"), ("0/LearningRates", "null"), ("0/LearningRates", "[]"),
                ("0/Epoch", "7"), ("0/TrainingLoss", "null"), ("0/ScaleHistogram", "{\"Counts\": [1], \"Largest\": 1}"),
            ])
        {
            yield return ("history", member, value);
        }

        foreach (var (member, value) in ((string, string)[])
            [
                ("HyperParameters", "null"), ("HyperParameters/Optimisation", "null"), ("HyperParameters/Loss", "null"),
                ("HyperParameters/Augmentation", "null"),
                ("HyperParameters/Optimisation/Kind", "\"Lion\""), ("HyperParameters/Optimisation/Kind", "7"),
                ("HyperParameters/Optimisation/LearningRate", "1e308"),
                ("HyperParameters/Optimisation/LearningRate", "\"NaN\""), ("Epochs", "0"), ("Epochs", "2147483647"), ("BatchSize", "-4"),
                ("ImageSize", "0"), ("ImageSize", "33"), ("Workers", "100000"),
                ("Device", "null"), ("TrainingSplit", "null"), ("Data", "null"), ("Sparsity", "{\"Rate\": 1e308}"),
            ])
        {
            yield return ("options", member, value);
        }
    }

    private static JsonNode Altered(JsonNode root, string[] path, string value)
    {
        var node = root;
        foreach (var part in path[..^1]) node = node is JsonArray list ? list[0]! : node[part]!;
        if (node is JsonArray last) last[0] = JsonNode.Parse(value);
        else node[path[^1]] = JsonNode.Parse(value);
        return root;
    }
}
