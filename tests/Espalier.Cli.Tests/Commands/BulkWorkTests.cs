using Espalier.Cli.Terminal;
using Espalier.Cli.Tests;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>read</c> and <c>predict</c> with <c>--output</c>: one table of any number of photos.</summary>
public class BulkWorkTests(TrainedRun trained)
{
    [Fact]
    public void Numbers_of_a_folder_and_an_archive_become_one_table_once()
    {
        using var workspace = new Workspace();
        Directory.CreateDirectory(workspace.At("photos", "deep"));
        File.Copy(Repository.PathOf("samples", "house.jpg"), workspace.At("photos", "deep", "house.jpg"));
        workspace.Write("photos/bad.jpg", "no photo");
        System.IO.Compression.ZipFile.CreateFromDirectory(workspace.At("photos"), workspace.At("more.zip"));
        string[] words = ["read", workspace.At("photos"), workspace.At("more.zip"), "--output", workspace.At("numbers.csv")];

        var run = CommandRun.WithDecimalComma(words).Succeeded();
        var rows = File.ReadAllLines(workspace.At("numbers.csv"));

        Assert.Equal($"4 photos{Environment.NewLine}4 photos, 2 of them unreadable{Environment.NewLine}"
            + $"Written to {workspace.At("numbers.csv")}{Environment.NewLine}", run.Error);
        Assert.Equal("picture,number,confidence,left,top,right,bottom,accepted,error", rows[0]);
        Assert.Matches("deep/house.jpg,124,0\\.[0-9]+,[0-9.,]+,yes,$", rows[2]);
        Assert.Equal(2, rows.Count(row => row.Contains(" is not a PNG", StringComparison.Ordinal)));
        Assert.Equal(rows[2].Split(',')[1..], rows.Single(row => row.StartsWith(workspace.At("more.zip/deep"), StringComparison.Ordinal))
            .Split(',')[1..]);
        CommandRun.Of(words).Succeeded();
        Assert.Equal(rows, File.ReadAllLines(workspace.At("numbers.csv")));
        Assert.Contains("was begun with no options, not with --conf 0.3: choose", CommandRun.Of([.. words, "--conf", "0.3"]).Sentence(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_become_lines_of_json_by_shards()
    {
        using var workspace = new Workspace();
        string[] words = ["predict", trained.Best, "--source", trained.Pictures, "--conf", "0.001", "--classes", "3", "--output",
            workspace.At("objects.jsonl"), "--shard"];

        var second = CommandRun.Of([.. words, "2/2"]).Succeeded();
        Assert.StartsWith("Shard 2/2: 0 photos are done; the last shard that ends writes ", second.Error, StringComparison.Ordinal);
        CommandRun.Of([.. words, "1/2"]).Succeeded();

        var lines = File.ReadAllLines(workspace.At("objects.jsonl"));
        Assert.Equal(8, lines.Length);
        Assert.All(lines, line => Assert.Matches("""^\{"picture":".*/[0-7]\.png","found":\[(\{"class":3,"name":"3",.*\})?\]\}$""", line));
    }

    [Fact]
    public async Task Killed_at_any_moment_the_same_command_goes_on_to_the_same_bytes()
    {
        using var workspace = new Workspace();
        var token = TestContext.Current.CancellationToken;
        for (var i = 0; i < 120; i++) workspace.Write($"photos/{i}.png", PictureWriter.EncodePng(Scenes.Noise(24, 16, i)));
        CommandRun.Of("read", workspace.At("photos"), "--output", workspace.At("whole.parquet"), "--workers", "1").Succeeded();
        string[] words = ["read", workspace.At("photos"), "--output", workspace.At("killed.parquet"), "--workers", "1"];
        using (var child = ChildCommand.Start(workspace.Root, words))
        {
            while (!File.Exists(workspace.At("killed.parquet.parts", "00000001.block")) && !child.HasExited) await Task.Delay(1, token);
            await child.Kill(token);
        }

        using var second = ChildCommand.Start(workspace.Root, words);
        await second.RequireSuccess(token);

        Assert.Equal(File.ReadAllBytes(workspace.At("whole.parquet")), File.ReadAllBytes(workspace.At("killed.parquet")));
    }

    [Fact]
    public void Interrupted_it_says_how_far_it_came()
    {
        using var workspace = new Workspace();
        for (var i = 0; i < 3; i++) workspace.Write($"photos/{i}.png", PictureWriter.EncodePng(Scenes.Noise(24, 16, i)));

        var run = CommandRun.Interrupted(new CancellationToken(true), "read", workspace.At("photos"), "--output", workspace.At("n.csv"));

        Assert.Equal((ExitCodes.Failed, "Interrupted after 0 of 0 photos; the same command goes on."), (run.Code, run.Sentence()));
    }

    [Fact]
    public void Where_no_photo_can_be_read_the_table_says_why_and_the_command_fails()
    {
        using var workspace = new Workspace();
        workspace.Write("list.txt", "a.jpg\nb.jpg\n");

        var run = CommandRun.Of("read", workspace.At("list.txt"), "--output", workspace.At("n.csv"));

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.EndsWith($"espalier: Not one of the photos could be read; the column error of '{workspace.At("n.csv")}' says why."
            + Environment.NewLine, run.Error, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(workspace.At("n.csv")).Length);
    }

    [Theory]
    [InlineData("--save-csv has no effect together with --output", "photos", "--output", "n.csv", "--save-csv")]
    [InlineData("--shard has an effect only together with --output", "photos", "--shard", "1/2")]
    [InlineData("'street.mp4' is a video or a camera; --output is for photos", "street.mp4", "--output", "n.csv")]
    [InlineData("The output is a table: .csv, .jsonl, .parquet, not 'n.xlsx'", "photos", "--output", "n.xlsx")]
    public void Words_that_do_not_go_together_are_refused(string sentence, params string[] words)
    {
        using var workspace = new Workspace();
        workspace.Write("street.mp4", "");
        Directory.CreateDirectory(workspace.At("photos"));
        var run = CommandRun.Of(["read", .. words.Select(word => word is "photos" or "street.mp4" ? workspace.At(word) : word)]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains(sentence, run.Error.Replace(workspace.Root + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_output_is_told_about_it()
    {
        using var workspace = new Workspace();
        var archive = workspace.Write("photos.zip", "");

        Assert.Equal($"'{archive}' is an archive; its photos are looked at with --output only.", workspace.Refusal("read", archive));
    }
}
