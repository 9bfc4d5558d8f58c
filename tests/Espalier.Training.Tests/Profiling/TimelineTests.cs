using System.Text.Json;
using Espalier.Training.Loops;
using Espalier.Training.Profiling;
using Espalier.Training.Tests.Runs;

namespace Espalier.Training.Tests.Profiling;

public sealed class TimelineTests
{
    [Fact]
    public void Spans_are_added_up_by_name_and_nothing_is_measured_without_a_timeline()
    {
        var timeline = new Timeline();
        for (var time = 0; time < 3; time++)
        {
            using var outer = timeline.Measure("outer");
            using var inner = timeline.Measure("inner", "forward");
            Thread.SpinWait(1000);
        }

        using (((Timeline?)null).Measure("nowhere"))
        {
        }

        Assert.Equal(["outer", "inner"], timeline.Entries.Select(entry => entry.Name));
        Assert.All(timeline.Entries, entry => Assert.Equal(3, entry.Count));
        Assert.True(timeline.Entries[0].Total >= timeline.Entries[1].Total && timeline.Entries[1].Total > TimeSpan.Zero);
    }

    [Fact]
    public void A_profiled_run_accounts_for_its_phases_and_nodes_and_its_trace_is_json()
    {
        using var small = new SmallRun();
        var timeline = new Timeline();
        var outcome = Trainer.Start(small.Options with { Epochs = 1 }, small.Project, "profiled", [],
            new TrainingContext { Timeline = timeline }, TestContext.Current.CancellationToken).Run(TestContext.Current.CancellationToken);
        var steps = timeline.Entries.Where(entry => entry.Category == TimelineMeasuring.Step)
            .ToDictionary(entry => entry.Name, entry => entry.Count);
        Assert.Equal(3, steps["forward"]);
        Assert.Equal(3, steps["optimizer"]);
        Assert.Equal(1, steps["validation"]);
        Assert.Superset(
            new HashSet<string>
            {
                "upload",
                "loss",
                "loss backward",
                "backward",
                "clipping",
                "moving average",
                "listeners",
                "waiting for pictures",
                "checkpoints",
            },
            steps.Keys.ToHashSet()
        );
        Assert.Contains(timeline.Entries, entry => entry is { Category: "backward", Name: "model.0.conv", Count: 3 });

        var path = outcome.Folder.File("trace.json");
        timeline.SaveTrace(path);
        using var trace = JsonDocument.Parse(File.ReadAllText(path));
        var spans = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.Equal(timeline.Entries.Sum(entry => entry.Count), spans.Count);
        Assert.All(spans, span => Assert.True(span.GetProperty("ph").GetString() == "X" && span.GetProperty("dur").GetDouble() >= 0));
    }
}
