using Espalier.CheckpointKills;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Checkpoints whose writers are killed without warning. The same by the thousand: <c>dotnet run --project
/// bench/Espalier.CheckpointKills kill 1000</c>.</summary>
public class CheckpointKillTests
{
    // Two thirds of a megabyte in few arrays: a child is up and saving in a moment.
    private const string Table = """
        nc: 1
        depth_multiple: 1
        width_multiple: 1
        anchors: [[8, 8]]
        backbone: [[-1, 1, Conv, [64, 3, 2]], [-1, 1, Conv, [256, 3, 2]]]
        head: [[-1, 1, Detect, [nc, anchors]]]
        """;

    [Fact]
    public void Two_hundred_kills_leave_no_unreadable_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var graph = GraphBuilder.Expand(Architecture.Parse("small", Table));
        var checkpoint = new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = ["digit"],
            ImageSize = 64,
        };
        var report = KillCampaign.Run(folder.Path, checkpoint, count: 200, seed: 7, lanes: 3, TestContext.Current.CancellationToken);

        Assert.Empty(report.Problems);
        Assert.Equal((200, 0), (report.Kills, report.Unreadable));
        Assert.True(report.WhileWriting >= 20, report.ToString());
        TestContext.Current.SendDiagnosticMessage(report.ToString());
    }
}
