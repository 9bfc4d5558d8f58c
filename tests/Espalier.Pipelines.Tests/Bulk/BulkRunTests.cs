using Espalier.Core;
using Espalier.Pipelines.Bulk;
using Parquet;

namespace Espalier.Pipelines.Tests.Bulk;

/// <summary>Very many photos: each exactly once, whoever is killed and however many share them.</summary>
public sealed class BulkRunTests
{
    // Blocks have 16 photos: three and a part.
    private const int Count = 55;

    [Theory]
    [InlineData(".csv")]
    [InlineData(".jsonl")]
    [InlineData(".parquet")]
    public void Stopped_after_every_few_photos_and_gone_on_it_is_the_same_file(string ending)
    {
        using var workspace = new BulkWorkspace(Count);
        Assert.Equal(new BulkOutcome(true, Shard.Whole, Count, 0), workspace.Run(workspace.At("whole" + ending)));
        var stops = 0;
        workspace.Looked = looks =>
        {
            if (looks % 19 == 0) throw new IOException("as good as killed");
        };

        while (!File.Exists(workspace.Output(ending)))
        {
            try
            {
                workspace.Run(workspace.Output(ending));
            }
            catch (AggregateException)
            {
                stops++;
            }
        }

        Assert.True(stops >= 3);
        Assert.Equal(File.ReadAllBytes(workspace.At("whole" + ending)), File.ReadAllBytes(workspace.Output(ending)));
        Assert.Equal(["journal.json"], Directory.GetFiles(workspace.Output(ending) + ".parts").Select(Path.GetFileName));
    }

    [Fact]
    public void A_block_that_was_looked_at_is_not_looked_at_again()
    {
        using var workspace = new BulkWorkspace(Count);
        using var stop = new CancellationTokenSource();
        workspace.Looked = looks =>
        {
            if (looks == 40) stop.Cancel();
        };
        workspace.Cancellation = stop.Token;
        Assert.Throws<OperationCanceledException>(() => workspace.Run());

        workspace.Cancellation = TestContext.Current.CancellationToken;
        workspace.Run();

        // 32 of the 40 were in whole blocks.
        Assert.Equal(40 + Count - 32, workspace.Looks);
    }

    [Fact]
    public void Shards_together_look_at_every_photo_once_and_write_what_one_writes()
    {
        using var workspace = new BulkWorkspace(Count);
        workspace.Run(workspace.At("whole.csv"));

        Assert.Equal(new BulkOutcome(false, new Shard(2, 3), 16, null), workspace.Run(shard: "3/3"));
        Assert.Equal(new BulkOutcome(false, new Shard(0, 3), 23, null), workspace.Run(shard: "1/3", workers: 3));
        Assert.False(File.Exists(workspace.Output()));
        Assert.Equal(new BulkOutcome(true, new Shard(1, 3), Count, 0), workspace.Run(shard: "2/3"));

        Assert.Equal(2 * Count, workspace.Looks);
        Assert.Equal(File.ReadAllBytes(workspace.At("whole.csv")), File.ReadAllBytes(workspace.Output()));
        Assert.True(workspace.Run(shard: "1/3").IsWhole);
        Assert.Equal(2 * Count, workspace.Looks);
    }

    [Fact]
    public void Whoever_goes_on_may_be_more_or_fewer()
    {
        using var workspace = new BulkWorkspace(Count);
        workspace.Run(shard: "2/3");

        Assert.True(workspace.Run(workers: 4).IsWhole);
        Assert.Equal(Count, workspace.Looks);
    }

    [Fact]
    public async Task Processes_that_start_together_agree()
    {
        using var workspace = new BulkWorkspace(Count);
        workspace.Run(workspace.At("whole.csv"));
        var token = TestContext.Current.CancellationToken;

        var shards = Enumerable.Range(1, 4).Select(shard => Task.Run(() => workspace.Run(shard: $"{shard}/4"), token));
        var outcomes = await Task.WhenAll(shards);

        Assert.Contains(outcomes, outcome => outcome.IsWhole);
        Assert.Equal(File.ReadAllBytes(workspace.At("whole.csv")), File.ReadAllBytes(workspace.Output()));
        Assert.Equal(2 * Count, workspace.Looks);
    }

    [Fact]
    public void No_more_than_a_block_is_held()
    {
        using var workspace = new BulkWorkspace(Count);
        var most = 0;
        workspace.Looked = looks =>
            most = Math.Max(most, looks - 16 * Directory.GetFiles(workspace.Output() + ".parts", "*.block").Length);

        workspace.Run();

        Assert.Equal(16, most);
    }

    [Fact]
    public void A_photo_that_cannot_be_read_is_a_row_with_the_reason_and_one_with_nothing_is_a_row_too()
    {
        using var workspace = new BulkWorkspace(3);
        File.WriteAllText(workspace.At("photos", "1", "a,b.jpg"), "no picture");
        File.WriteAllText(workspace.At("photos", "1", "phone.HEIC"), "no picture");

        Assert.Equal(new BulkOutcome(true, Shard.Whole, 5, 2), workspace.Run());

        var photos = workspace.Photos;
        Assert.Equal(
            [
                "picture,number,class,confidence,accepted,error",
                $"{photos}/0/000.png,,,,,",
                $"{photos}/1/001.png,1,1,0.00391,no,",
                $"\"{photos}/1/a,b.jpg\",,,,,\"'{photos}/1/a,b.jpg' is not a PNG, JPEG, WebP, BMP or TIFF file.\"",
                $"{photos}/1/phone.HEIC,,,,,\"'{photos}/1/phone.HEIC' is not a PNG, JPEG, WebP, BMP or TIFF file.\"",
                $"{photos}/2/002.png,2,2,0.00781,no,",
                $"{photos}/2/002.png,,2,0.00781,yes,",
            ],
            File.ReadAllLines(workspace.Output()));
    }

    [Fact]
    public void Json_lines_have_an_object_a_photo()
    {
        using var workspace = new BulkWorkspace(3);
        File.Delete(workspace.At("photos", "1", "001.png"));
        File.WriteAllText(workspace.At("photos", "0", "000.png"), "");
        workspace.Run(workspace.Output(".jsonl"));

        Assert.Collection(File.ReadAllLines(workspace.Output(".jsonl")),
            bad => Assert.StartsWith($$"""{"picture":"{{workspace.Photos}}/0/000.png","error":"'""", bad, StringComparison.Ordinal),
            good => Assert.Equal(
                $$"""{"picture":"{{workspace.Photos}}/2/002.png","found":[{"number":"2","class":2,"confidence":0.00781,"accepted":false},"""
                    + """{"number":null,"class":2,"confidence":0.00781,"accepted":true}]}""", good));
    }

    [Fact]
    public async Task Parquet_holds_the_columns_of_the_csv()
    {
        using var workspace = new BulkWorkspace(9);
        var token = TestContext.Current.CancellationToken;
        workspace.Run(workspace.Output(".parquet"));
        workspace.Run(workspace.Output(".csv"));
        var rows = File.ReadAllLines(workspace.Output(".csv")).Skip(1).Select(row => row.Split(',')).ToArray();

        await using var reader = await ParquetReader.CreateAsync(workspace.Output(".parquet"), cancellationToken: token);
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.GetDataFields();
        Assert.Equal(["picture", "number", "class", "confidence", "accepted", "error"], fields.Select(field => field.Name));
        var classes = new int?[rows.Length];
        await group.ReadAsync<int>(fields[2], classes.AsMemory(), cancellationToken: token);
        var numbers = new string?[rows.Length];
        await group.ReadAsync(fields[1], numbers.AsMemory(), cancellationToken: token);

        Assert.Equal(rows.Select(row => row[2]), classes.Select(value => $"{value}"));
        Assert.Equal(rows.Select(row => row[1]), numbers.Select(value => value ?? ""));
        Assert.Equal(rows.Length, group.RowCount);
    }

    [Theory]
    [InlineData(".zip")]
    [InlineData(".tar")]
    [InlineData(".tar.gz")]
    [InlineData(".tgz")]
    public void Archives_give_what_their_folder_gives(string ending)
    {
        using var workspace = new BulkWorkspace(Count);
        File.WriteAllText(workspace.At("photos", "readme.md"), "no photo");
        File.WriteAllText(workspace.At("photos", "2", "bad.jpg"), "no photo");
        var archive = workspace.Archive(ending);
        workspace.Run(workspace.At("folder.csv"));

        workspace.Run(shard: "2/2", photos: [archive]);
        Assert.Equal(new BulkOutcome(true, new Shard(0, 2), Count + 1, 1), workspace.Run(shard: "1/2", workers: 2, photos: [archive]));

        Assert.Equal(
            File.ReadAllLines(workspace.At("folder.csv")).Order(StringComparer.Ordinal),
            File.ReadAllLines(workspace.Output()).Select(line => line.Replace(archive, workspace.Photos, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(".zip", "is no zip archive, or is cut off")]
    [InlineData(".tar", "is cut off")]
    [InlineData(".tgz", "is cut off")]
    public void An_archive_that_is_cut_off_is_refused_before_anything_is_looked_at(string ending, string reason)
    {
        using var workspace = new BulkWorkspace(Count);
        var archive = workspace.Archive(ending);
        File.WriteAllBytes(archive, File.ReadAllBytes(archive)[..^1500]);

        var refusal = Assert.ThrowsAny<EspalierException>(() => workspace.Run(photos: [archive])).Message;
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.Equal(0, workspace.Looks);
        Assert.False(Directory.Exists(workspace.Output() + ".parts"));
    }

    [Fact]
    public void Lists_globs_and_several_sources_are_gone_through_in_their_order()
    {
        using var workspace = new BulkWorkspace(9);
        File.WriteAllText(workspace.At("list.txt"), "photos/2/008.png\n\nphotos/0/000.png\nphotos/none.png\n");

        workspace.Run(photos: [workspace.At("list.txt"), workspace.At("photos", "1", "*1.png"), workspace.At("photos", "0", "003.png")]);

        Assert.Equal(
            ["008.png", "000.png", "none.png", "001.png", "003.png"],
            File.ReadAllLines(workspace.Output()).Skip(1).Select(line => Path.GetFileName(line.Split(',')[0])).Distinct());
    }

    [Fact]
    public void A_folder_of_photos_that_cannot_be_read_is_what_the_failure_names()
    {
        using var workspace = new BulkWorkspace(1);
        var listing = new PhotoListing([workspace.Photos], workspace.At("photos.jsonl"));
        Directory.Delete(workspace.Photos, recursive: true);

        var refusal = Assert.Throws<EspalierException>(() => listing.Write(TestContext.Current.CancellationToken)).Message;

        Assert.Contains($"'{workspace.Photos}'", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("photos.jsonl", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_named_like_a_glob_is_that_file_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows knows no such names.");
        using var workspace = new BulkWorkspace(1);
        foreach (var name in new[] { "a?.png", "ab.png" }) File.Copy(workspace.At("photos", "0", "000.png"), workspace.At(name));

        workspace.Run(photos: [workspace.At("a?.png")]);

        Assert.Equal(["a?.png"],
            File.ReadAllLines(workspace.Output()).Skip(1).Select(line => Path.GetFileName(line.Split(',')[0])).Distinct());
    }

    [Fact]
    public void What_was_begun_otherwise_is_refused_and_what_differs_is_named()
    {
        using var workspace = new BulkWorkspace(20);
        workspace.Run(shard: "1/2");
        var parts = workspace.Output() + ".parts";
        var other = $": choose another output, or remove it and '{parts}'.";

        Assert.Equal($"'{workspace.Output()}' was begun by read, not by predict{other}",
            Refusal(workspace.Task with { Command = "predict" }));
        Assert.Equal($"'{workspace.Output()}' was begun with another model{other}", Refusal(workspace.Task with { ModelDigest = "else" }));
        Assert.Equal($"'{workspace.Output()}' was begun with --conf 0.3, not with no options{other}",
            Refusal(workspace.Task with { Words = "" }));
        File.Move(workspace.At("photos", "0", "000.png"), workspace.At("photos", "0", "00.png"));
        Assert.Equal($"'{workspace.Output()}' was begun with other photos, or photos of other sizes{other}", Refusal(workspace.Task));
        File.Delete(workspace.At("photos", "0", "00.png"));
        Assert.Equal($"'{workspace.Output()}' was begun with 20 photos, not with 19{other}", Refusal(workspace.Task));

        string Refusal(BulkTask task) => Assert.Throws<EspalierException>(() => workspace.Run(shard: "2/2", task: task)).Message;
    }

    [Fact]
    public void A_file_of_somebody_else_s_stays_as_it_is()
    {
        using var workspace = new BulkWorkspace(1);
        File.WriteAllText(workspace.Output(), "mine");

        Assert.Equal($"'{workspace.Output()}' is there already: choose another output, or remove it.",
            Assert.Throws<EspalierException>(() => workspace.Run()).Message);
        Assert.Equal("mine", File.ReadAllText(workspace.Output()));
    }

    [Fact]
    public void A_damaged_block_is_named()
    {
        using var workspace = new BulkWorkspace(40);
        workspace.Run(shard: "1/2");
        var block = Directory.GetFiles(workspace.Output() + ".parts", "*.block").Order(StringComparer.Ordinal).First();
        File.WriteAllLines(block, File.ReadAllLines(block)[1..]);

        Assert.Equal($"'{block}' is damaged: remove it, and the same command looks at its photos again.",
            Assert.Throws<EspalierException>(() => workspace.Run(shard: "2/2")).Message);
        File.Delete(block);
        Assert.True(workspace.Run().IsWhole);
    }

    [Fact]
    public void An_output_that_was_removed_is_made_anew()
    {
        using var workspace = new BulkWorkspace(20);
        workspace.Run();
        var bytes = File.ReadAllBytes(workspace.Output());
        File.Delete(workspace.Output());

        Assert.True(workspace.Run().IsWhole);
        Assert.Equal(bytes, File.ReadAllBytes(workspace.Output()));
        Assert.Equal(40, workspace.Looks);
    }

    [Fact]
    public void Nothing_to_look_at_and_what_cannot_be_written_are_refused_and_leave_nothing()
    {
        using var workspace = new BulkWorkspace(0);
        Directory.CreateDirectory(workspace.Photos);

        Assert.StartsWith("There are no photos (.png, ", Assert.Throws<EspalierException>(() => workspace.Run()).Message,
            StringComparison.Ordinal);
        Assert.Equal($"The output is a table: .csv, .jsonl, .parquet, not '{workspace.At("found.txt")}'.",
            Assert.Throws<OptionException>(() => workspace.Run(workspace.At("found.txt"))).Message);
        Assert.StartsWith("Standard input cannot be gone through again",
            Assert.Throws<OptionException>(() => workspace.Run(photos: "-")).Message, StringComparison.Ordinal);
        Assert.Equal([workspace.Photos], Directory.GetFileSystemEntries(workspace.At()));
    }
}
