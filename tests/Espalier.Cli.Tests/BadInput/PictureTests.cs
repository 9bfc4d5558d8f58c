using Espalier.Cli.Terminal;

namespace Espalier.Tests.BadInput;

/// <summary>Pictures that cannot be used.</summary>
public class PictureTests(TrainedRun trained)
{
    [Fact]
    public void Picture_of_fifty_thousand_squared_is_refused_before_it_is_decoded()
    {
        using var workspace = new Workspace();
        var huge = workspace.Write("huge.png", Scenes.PngOfSize(50_000, 50_000));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var sentence = workspace.PredictionRefusal(trained.Best, huge);

        Assert.Equal($"'{huge}' is too large: 50000 × 50000 pixels, where at most 50331648 pixels and 32768 a side are accepted.",
            sentence);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000_000);
    }

    [Fact]
    public void Picture_of_fifty_thousand_squared_alone_in_a_data_set()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 1);
        var huge = workspace.Write("set/images/0.png", Scenes.PngOfSize(50_000, 50_000));

        var sentence = workspace.TrainingRefusal(data);

        Assert.Contains(huge, sentence, StringComparison.Ordinal);
        Assert.Contains("too large: 50000 × 50000 pixels", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_of_fifty_thousand_squared_among_others_is_left_out_of_a_data_set()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder(pictures: 3);
        workspace.Write("set/images/1.png", Scenes.PngOfSize(50_000, 50_000));

        var run = CommandRun.Of("validate", trained.Best, "--data", data, "--json").Succeeded();

        Assert.Contains("\"images\": 2,", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_picture_among_others_is_skipped_with_a_sentence()
    {
        using var workspace = new Workspace();
        workspace.YoloFolder(pictures: 2);
        var damaged = workspace.Write("set/images/1.png", File.ReadAllBytes(workspace.At("set", "images", "0.png"))[..60]);

        var run = CommandRun.Of("predict", trained.Best, "--source", workspace.At("set", "images"), "--project", workspace.Project);

        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains($"Skipped: '{damaged}' is ", run.Error, StringComparison.Ordinal);
        Assert.Equal(["0.png"], Directory.EnumerateFiles(Path.Combine(workspace.Project, "predict")).Select(Path.GetFileName));
    }

    [Fact]
    public void Nothing_but_damaged_pictures()
    {
        using var workspace = new Workspace();
        workspace.Write("photos/a.png", "no picture");
        workspace.Write("photos/b.jpg", "");
        var before = workspace.Entries();

        var run = CommandRun.Of("predict", trained.Best, "--source", workspace.At("photos"), "--project", workspace.Project);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.EndsWith("espalier: None of the 2 pictures could be read." + Environment.NewLine, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, workspace.Entries());
    }

    [Fact]
    public void Damaged_picture_on_standard_input()
    {
        var run = CommandRun.With([0x89, (byte)'P', (byte)'N', (byte)'G', 0, 0], "predict", trained.Best, "--source", "-", "--no-pictures");

        Assert.Equal(ExitCodes.Failed, run.Code);
        run.Sentence();
    }
}
