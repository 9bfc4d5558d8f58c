using System.Text.Json;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Streets;
using Espalier.Streets.Layout;
using Espalier.Vision;

namespace Espalier.Tests.GeneratedStreets;

/// <summary>A generated street on the disk.</summary>
public class StreetWriterTests
{
    private static readonly StreetOptions Options = new() { Seed = 11, EmptyShare = .2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Same_options_write_the_same_bytes_whatever_the_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        StreetWriter.Write(folder.File("one"), Options, new StreetWriterOptions { Training = 9, Validation = 4, Test = 2, Workers = 1 },
            cancellationToken: Token);
        StreetWriter.Write(folder.File("many"), Options, new StreetWriterOptions { Training = 9, Validation = 4, Test = 2, Workers = 5 },
            cancellationToken: Token);

        var files = Files(folder.File("one"));
        Assert.Equal(files, Files(folder.File("many")));
        Assert.Equal(2 + 3 + 2 * 15, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(folder.File("one", file)), File.ReadAllBytes(folder.File("many", file))));
    }

    [Fact]
    public void Of_several_writers_of_one_street_one_writes_it_whole_and_the_others_are_told()
    {
        using var folder = new TemporaryFolder();
        var outcomes = new string[4];
        Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = outcomes.Length }, i =>
        {
            try
            {
                StreetWriter.Write(folder.File("s"), Options, new StreetWriterOptions { Training = 9, Validation = 4, Workers = 1 },
                    cancellationToken: Token);
                outcomes[i] = "written";
            }
            catch (EspalierException exception)
            {
                outcomes[i] = exception.Message;
            }
        });

        Assert.Single(outcomes, "written");
        Assert.All(outcomes.Where(outcome => outcome != "written"), outcome => Assert.True(
                    outcome.Contains("is being written by another process", StringComparison.Ordinal)
                        || outcome.Contains("There is a data set in", StringComparison.Ordinal),
                    outcome
                )
        );
        Assert.Equal(13, Directory.GetFiles(folder.File("s", "images"), "*.png", SearchOption.AllDirectories).Length);
        Assert.Equal([folder.File("s")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_street_whose_replacement_was_killed_between_two_renames_comes_back()
    {
        using var folder = new TemporaryFolder();
        var pictures = new StreetWriterOptions { Training = 2, Validation = 1, Overwrite = true };
        StreetWriter.Write(folder.File("s"), Options, pictures, cancellationToken: Token);
        var old = File.ReadAllBytes(folder.File("s", "images", "train", "1.png"));
        Directory.Move(folder.File("s"), folder.File("s.espalier-replaced"));
        Directory.CreateDirectory(folder.File("s.espalier-unfinished"));
        File.WriteAllText(folder.File("s.espalier-lock"), "4711");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => StreetWriter.Write(folder.File("s"), Options with { Seed = 12 },
            pictures, cancellationToken: stopped.Token));

        Assert.Equal(old, File.ReadAllBytes(folder.File("s", "images", "train", "1.png")));
        Assert.Equal([folder.File("s")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void More_pictures_begin_with_the_same_ones()
    {
        using var folder = new TemporaryFolder();
        StreetWriter.Write(folder.File("few"), Options, new StreetWriterOptions { Training = 3, Validation = 1 }, cancellationToken: Token);
        StreetWriter.Write(folder.File("more"), Options, new StreetWriterOptions { Training = 5, Validation = 2 },
            cancellationToken: Token);

        Assert.All([("train", "1"), ("train", "3"), ("val", "1")], at =>
        {
            Assert.Equal(File.ReadAllBytes(folder.File("few", "images", at.Item1, at.Item2 + ".png")),
                File.ReadAllBytes(folder.File("more", "images", at.Item1, at.Item2 + ".png")));
        });
    }

    [Fact]
    public void Format_1_and_yolo_labels_agree_and_nothing_is_wrong_with_either()
    {
        using var folder = new TemporaryFolder();
        var report = StreetWriter.Write(folder.File("out"), Options, new StreetWriterOptions { Training = 25, Validation = 2 },
            cancellationToken: Token);

        var set = DatasetScanner.Scan(DataConfiguration.Read(report.Configuration), "train", cancellationToken: Token);
        var entries = DigitStruct.Read(folder.File("out", "images", "train", "digitStruct.mat"), Token)
            .ToDictionary(entry => entry.FileName);
        Assert.Empty(set.Problems);
        Assert.Equal(25, set.Entries.Count);
        Assert.Equal(report.Splits[0].Boxes, set.Entries.Sum(entry => entry.Labels.Count));
        Assert.Equal(report.Digits.Sum(), report.Splits.Sum(split => split.Boxes));
        Assert.All(set.Entries, entry =>
        {
            var (rows, problems) = LabelRules.Apply(SvhnFormat.Claims(entries[Path.GetFileName(entry.Path)].Boxes,
                new PictureSize(entry.Width, entry.Height)));
            var text = File.ReadAllText(Path.ChangeExtension(entry.Path.Replace("images", "labels", StringComparison.Ordinal), ".txt"));
            var labels = LabelFile.Parse(text, 10).Rows;
            Assert.Empty(problems);
            Assert.Equal(rows.Select(row => row.Class), labels.Select(row => row.Class));
            Assert.All(rows.Zip(labels), pair => Assert.Equal(pair.First.X, pair.Second.X, 1e-6));
            Assert.All(rows.Zip(labels), pair => Assert.Equal(pair.First.Height, pair.Second.Height, 1e-6));
        });
        Assert.Contains(set.Entries, entry => entry.Labels.Count == 0);
    }

    [Fact]
    public void Letters_have_classes_of_their_own_and_format_1_has_no_place_for_them()
    {
        using var folder = new TemporaryFolder();
        var letters = Options with { LetterShare = 1, EmptyShare = 0 };
        var counts = new StreetWriterOptions { Training = 8, Validation = 1 };
        var report = StreetWriter.Write(folder.File("out"), letters, counts, cancellationToken: Token);

        var set = DatasetScanner.Scan(DataConfiguration.Read(report.Configuration), "train", cancellationToken: Token);
        Assert.Equal("0123456789abcd", string.Concat(set.ClassNames));
        Assert.True(set.ClassesAreDigits);
        Assert.Empty(set.Problems);
        Assert.Contains(set.Entries.SelectMany(entry => entry.Labels), label => label.Class > 9);
        Assert.True(report.Digits.Skip(10).Sum() > 4);
        Assert.Empty(Directory.GetFiles(folder.File("out"), "digitStruct.mat", SearchOption.AllDirectories));
        Assert.True(StreetWriter.Holds(folder.File("out"), letters, counts));
        Assert.False(StreetWriter.Holds(folder.File("out"), letters with { LetterShare = .5 }, counts));
    }

    [Fact]
    public void Converter_of_svhn_reads_it()
    {
        using var folder = new TemporaryFolder();
        var report = StreetWriter.Write(folder.File("out"), Options, new StreetWriterOptions { Training = 12, Validation = 1 },
            cancellationToken: Token);

        var converted = SvhnConverter.Convert([SvhnSource.FromFolder(folder.File("out", "images", "train"))], folder.File("yolo"),
            cancellationToken: Token);

        Assert.Empty(converted.Problems);
        Assert.Equal(report.Splits[0].Boxes, converted.Splits.Sum(split => split.Boxes));
    }

    [Fact]
    public void Recipe_says_how_it_was_made()
    {
        using var folder = new TemporaryFolder();
        StreetWriter.Write(folder.File("out"), Options with { Balance = DigitBalance.Uniform },
            new StreetWriterOptions { Training = 2, Validation = 1 }, cancellationToken: Token);

        var recipe = JsonDocument.Parse(File.ReadAllText(folder.File("out", "street.json"))).RootElement;

        Assert.Equal(StreetGenerator.Version, recipe.GetProperty("generator").GetInt32());
        Assert.Equal(11, recipe.GetProperty("seed").GetInt32());
        Assert.Equal("uniform", recipe.GetProperty("balance").GetString());
        Assert.Equal((2, 1, 0), (recipe.GetProperty("train").GetInt32(), recipe.GetProperty("val").GetInt32(),
            recipe.GetProperty("test").GetInt32()));
        Assert.Equal([9, 200], recipe.GetProperty("digitHeights").EnumerateArray().Select(height => height.GetInt32()));
        Assert.Equal((.3, .06), (recipe.GetProperty("decoyShare").GetDouble(), recipe.GetProperty("boxMargin").GetDouble()));
        Assert.Empty(recipe.GetProperty("fonts").EnumerateArray());
    }

    [Fact]
    public void Interrupted_it_leaves_nothing_and_keeps_what_was_there()
    {
        using var folder = new TemporaryFolder();
        StreetWriter.Write(folder.File("out"), Options, new StreetWriterOptions { Training = 2, Validation = 1 }, cancellationToken: Token);
        var before = Files(folder.Path);
        using var interruption = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => StreetWriter.Write(
                folder.File("out"),
                Options,
                new StreetWriterOptions
                {
                    Training = 5000,
                    Validation = 1,
                    Overwrite = true,
                },
                new CancelAtOnce(interruption),
                interruption.Token
            )
        );
        Assert.ThrowsAny<OperationCanceledException>(() => StreetWriter.Write(
                folder.File("new", "deep"),
                Options,
                new StreetWriterOptions { Training = 5000, Validation = 1 },
                cancellationToken: interruption.Token
            )
        );

        Assert.Equal(before, Files(folder.Path));
        Assert.False(Directory.Exists(folder.File("new")));
    }

    [Fact]
    public void Data_set_that_is_there_is_replaced_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        var few = new StreetWriterOptions { Training = 2, Validation = 1 };
        StreetWriter.Write(folder.File("out"), Options, few, cancellationToken: Token);

        Assert.Contains("--overwrite", Assert.Throws<EspalierException>(() => StreetWriter.Write(folder.File("out"), Options,
            few, cancellationToken: Token)).Message, StringComparison.Ordinal);
        Assert.Equal(1, StreetWriter.Write(folder.File("out"), Options, few with { Training = 1, Overwrite = true },
            cancellationToken: Token).Splits[0].Photos);
        var crops = few with { Overwrite = true, Inputs = [folder.File("out", "images", "crops.mat")] };
        Assert.Contains("within each other", Assert.Throws<EspalierException>(() => StreetWriter.Write(folder.File("out"),
            Options, crops, cancellationToken: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_holds_a_street_or_another_one()
    {
        using var folder = new TemporaryFolder();
        var few = new StreetWriterOptions { Training = 2, Validation = 1 };
        Assert.False(StreetWriter.Holds(folder.File("out"), Options, few));
        StreetWriter.Write(folder.File("out"), Options, few, cancellationToken: Token);

        Assert.True(StreetWriter.Holds(folder.File("out"), Options, few with { Workers = 1, Overwrite = true }));
        Assert.False(StreetWriter.Holds(folder.File("out"), Options, few with { Training = 3 }));
        Assert.False(StreetWriter.Holds(folder.File("out"), Options with { Seed = Options.Seed + 1 }, few));
    }

    [Theory]
    [InlineData(0, 1, 0, 0, "The number of training pictures must be within 1…1000000, but is 0.")]
    [InlineData(1, 0, 0, 0, "The number of validation pictures must be within 1…1000000, but is 0.")]
    [InlineData(1, 1, -1, 0, "The number of test pictures must be within 0…1000000, but is -1.")]
    [InlineData(1, 1, 0, 5000, "Workers must be within 0…1024, but is 5000.")]
    public void Counts_outside_of_their_range_are_refused_before_anything_is_written(int training, int validation, int test,
        int workers, string sentence)
    {
        using var folder = new TemporaryFolder();
        var options = new StreetWriterOptions { Training = training, Validation = validation, Test = test, Workers = workers };

        Assert.Equal(sentence, Assert.Throws<OptionException>(() => StreetWriter.Write(folder.File("out"), Options, options,
            cancellationToken: Token)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal)];

    private sealed class CancelAtOnce(CancellationTokenSource source) : IProgress<PhotoProgress>
    {
        public void Report(PhotoProgress value) => source.Cancel();
    }
}
