using Espalier.Core;
using Espalier.Datasets.Yolo;

namespace Espalier.Tests.Yolo;

public class DataConfigurationTests
{
    [Theory]
    [InlineData("names: [cat, dog]")]
    [InlineData("names:\n  - cat\n  - dog")]
    [InlineData("names:\n  1: dog\n  0: cat")]
    [InlineData("nc: 2\nnames: {0: cat, 1: dog}")]
    public void Names_are_a_list_or_a_map(string names)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["cat", "dog"], Read(folder, $"train: images\n{names}\n").ClassNames);
    }

    [Fact]
    public void Splits_are_folders_lists_or_several_and_may_have_any_name()
    {
        using var folder = new TemporaryFolder();
        var configuration = Read(folder, "path: data\ntrain: [images/a, images/b]\nval: val.txt\nval_photos: /abs/photos\ntest:\nnames: "
            + "[a]\nlicense: MIT\ndownload: |\n  echo no\n");

        Assert.Equal([folder.File("data", "images", "a"), folder.File("data", "images", "b")], configuration.Sources("train"));
        Assert.Equal([folder.File("data", "val.txt")], configuration.Sources("val"));
        Assert.Equal(["/abs/photos"], configuration.Sources("val_photos"));
        Assert.Equal(["train", "val", "val_photos"], configuration.Splits.Keys.Order());
        Assert.Contains("train, val, val_photos", Assert.Throws<EspalierException>(() => configuration.Sources("test")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is_coco: False")]
    [InlineData("task: detect")]
    [InlineData("colors: [[1, 2, 3], [4, 5, 6]]")]
    [InlineData("colors: [red, green]")]
    [InlineData("skeleton: [[0, 1], [1, 2]]")]
    [InlineData("homepage: https://example.org/set")]
    [InlineData("note: two cameras w/ flash")]
    [InlineData("kpt_shape: [17, 3]")]
    [InlineData("stride: 32")]
    [InlineData("augment: {flip: 0.5}")]
    [InlineData("/somewhere/else: images/a")]
    [InlineData("../else: images/a")]
    [InlineData("..: images/a")]
    [InlineData("'a ': images/a")]
    [InlineData("a\\b: images/a")]
    public void Keys_that_name_no_photos_are_no_splits(string row)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["train", "val"], Read(folder, $"train: images\nval: images\n{row}\nnames: [a]\n").Splits.Keys.Order());
    }

    [Theory]
    [InlineData("test: null")]
    [InlineData("test: ~")]
    [InlineData("test: False")]
    [InlineData("test: ''")]
    public void A_split_whose_value_says_nothing_is_none(string row)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["train", "val"], Read(folder, $"train: images\nval: images\n{row}\nnames: [a]\n").Splits.Keys.Order());
    }

    [Theory]
    [InlineData("path: null")]
    [InlineData("path:")]
    public void A_path_that_says_nothing_is_the_files_own_folder(string row)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([folder.File("images")], Read(folder, $"{row}\ntrain: images\nnames: [a]\n").Sources("train"));
    }

    [Fact]
    public void Names_of_any_characters_come_back_as_they_were_written()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["cat\n", "a \"b\" \\ c", " tab\t: - #", "bell\a", "two\u2028lines\u0085", "\uFEFFü 😀", "null", ""];

        var file = DataConfigurationWriter.Write(folder.Path, "A remark.", ["train"], names);

        Assert.Equal(names, DataConfiguration.Read(file).ClassNames);
    }

    [Fact]
    public void A_picture_in_the_place_of_the_file_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.JPG"), [0xff, 0xd8]);

        Assert.EndsWith("a.JPG is a picture; a data.yaml is wanted, which names folders of photos with their labels.",
            Assert.Throws<EspalierException>(() => DataConfiguration.Read(folder.File("a.JPG"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_key_is_a_split_whose_value_is_there()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("night"));
        Assert.Equal(["minival", "train"], Read(folder, "train: images\nminival: night\ntask: detect\nnames: [a]\n").Splits.Keys.Order());
    }

    [Fact]
    public void A_folder_beside_the_file_is_found_under_roboflows_name_too()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("train", "images"));

        Assert.Equal([folder.File("train", "images")], Read(folder, "train: ../train/images\nnames: [a]\n").Sources("train"));
    }

    [Theory]
    [InlineData("", "no data.yaml")]
    [InlineData("- a\n- b", "no data.yaml")]
    [InlineData("train: x", "no class list")]
    [InlineData("train: x\nnames: []", "0 classes")]
    [InlineData("train: x\nnames: cat", "row 2")]
    [InlineData("train: x\nnames:\n  0: a\n  2: b", "lacks class 1")]
    [InlineData("train: x\nnames:\n  zero: a", "row 3")]
    [InlineData("train: x\nnames: [a]\nnc: 2", "'nc' is 2, but 'names' has 1")]
    [InlineData("names: [a]", "names no photos")]
    [InlineData("train: {a: b}\nnames: [a]", "'train' should be")]
    [InlineData("train: [\nnames", "not valid YAML, somewhere after row 1")]
    [InlineData("train: \"x\nnames: [a]", "row")]
    [InlineData("train: x\ntrain: y\nnames: [a]", "train")]
    public void A_file_that_cannot_be_used_is_refused_in_a_sentence(string text, string part)
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<EspalierException>(() => Read(folder, text)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Contains("data.yaml", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_text_gives_a_configuration_or_the_one_exception()
    {
        const string Original = "path: .\ntrain: [images/a, \"images/b\"]\nval: val.txt # remark\nnames:\n  0: &x cat\n  1: 'dog'\nnc: 2\n";
        const string Alphabet = "[]{}:,-#&*!|>'\"%@`? \n\t0a\u00e9\ufffe";
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        for (var round = 0; round < 1000; round++)
        {
            var text = Original.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
                text[random.Next(text.Length)] = Alphabet[random.Next(Alphabet.Length)];
            try
            {
                Read(folder, new string(text));
            }
            catch (EspalierException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("nested", Assert.Throws<EspalierException>(() => Read(folder, "train: " + new string('[', 500_000))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("There is no file", Assert.Throws<EspalierException>(() => DataConfiguration.Read("/nowhere/data.yaml")).Message,
            StringComparison.Ordinal);

    private static DataConfiguration Read(TemporaryFolder folder, string text)
    {
        File.WriteAllText(folder.File("data.yaml"), text);
        return DataConfiguration.Read(folder.File("data.yaml"));
    }
}
