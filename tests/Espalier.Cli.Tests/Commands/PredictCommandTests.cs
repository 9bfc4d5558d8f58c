using System.Globalization;
using System.Text;
using System.Text.Json;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier predict</c>: the network has learnt next to nothing, so that a threshold of 0 gives as many boxes as are asked
/// for.</summary>
public class PredictCommandTests(TrainedRun trained)
{
    private static readonly string[] Few = ["--conf", "0", "--max-detections", "3"];

    [Fact]
    public void Every_kind_of_source_gives_the_same_boxes()
    {
        using var workspace = new Workspace();
        var picture = Path.Combine(trained.Pictures, "3.png");
        File.Copy(picture, workspace.At("3.png"));
        var list = workspace.Write("list.txt", $"3.png\r\n\r\n{Path.Combine(trained.Pictures, "4.png")}\n");

        var expected = Boxes(Json([], picture))["3.png"];
        Assert.Equal(3, expected.GetArrayLength());
        Dictionary<string, JsonElement>[] all =
        [
            Boxes(Json([], trained.Pictures)),
            Boxes(Json([], Path.Combine(trained.Pictures, "*.png"))),
            Boxes(Json([], Path.Combine(trained.Pictures, "?.p*"))),
            Boxes(Json([], list)),
            Boxes(Json(Encoding.UTF8.GetBytes(picture + "\n"), "-")),
        ];
        Assert.Equal([8, 8, 8, 2, 1], all.Select(boxes => boxes.Count));
        Assert.All(all, boxes => Assert.Equal(expected.GetRawText(), boxes["3.png"].GetRawText()));
        Assert.Equal(expected.GetRawText(), Boxes(Json(File.ReadAllBytes(picture), "-"))["-"].GetRawText());
    }

    [Fact]
    public void A_file_that_is_named_like_a_glob_is_that_file_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows knows no such names.");
        using var workspace = new Workspace();
        foreach (var name in new[] { "a?.png", "ab.png" }) File.Copy(Path.Combine(trained.Pictures, "3.png"), workspace.At(name));

        Assert.Equal("a?.png", Assert.Single(Boxes(Json([], workspace.At("a?.png")))).Key);
        Assert.Equal(2, Boxes(Json([], workspace.At("a*.png"))).Count);
    }

    [Fact]
    public void Pictures_text_table_json_and_crops_are_written()
    {
        using var workspace = new Workspace();

        var run = CommandRun
            .WithDecimalComma([
                "predict",
                trained.Best,
                "--source",
                trained.Pictures,
                .. Few,
                "--save-txt",
                "--save-conf",
                "--save-csv",
                "--save-json",
                "--save-crops",
                "--project",
                workspace.Project,
            ])
            .Succeeded();

        var folder = workspace.At("runs", "predict");
        Assert.Contains($"Written to {folder}", run.Error, StringComparison.Ordinal);
        Assert.Equal(8, run.Output.Trim().Split('\n').Length);
        Assert.Matches(@"3\.png  64×64  3 × |3\.png  64×64  1 × ", run.Output);
        Assert.Matches(@"  \d+\.\d ms", run.Output);
        Assert.Equal((320, 320), Size(Path.Combine(folder, "3.png")));
        Assert.Equal(24, Directory.EnumerateFiles(Path.Combine(folder, "crops"), "*.png", SearchOption.AllDirectories).Count());
        var rows = File.ReadAllLines(Path.Combine(folder, "labels", "3.txt"));
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(6, row.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))
            .Count(value => value is >= 0 and <= 9)));
        var table = File.ReadAllLines(Path.Combine(folder, "predictions.csv"));
        Assert.Equal("picture,class,name,confidence,left,top,right,bottom", table[0]);
        Assert.Equal(25, table.Length);
        Assert.All(table, row => Assert.Equal(8, row.Split(',').Length));
        Assert.Equal(8, JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "predictions.json"))).RootElement.GetArrayLength());
    }

    [Fact]
    public void Classes_keep_only_what_was_asked_for()
    {
        var found = Objects("--classes", "1", "4,7").Select(item => item.GetProperty("class").GetInt32()).ToHashSet();

        Assert.NotEmpty(found);
        Assert.Subset(new HashSet<int> { 1, 4, 7 }, found);
    }

    [Fact]
    public void Confidence_is_a_floor()
    {
        var all = Objects().Select(item => item.GetProperty("confidence").GetDouble()).ToList();
        var highest = all.Max();

        var fewer = Objects("--conf", highest.ToString(CultureInfo.InvariantCulture))
            .Select(item => item.GetProperty("confidence").GetDouble()).ToList();

        Assert.InRange(fewer.Count, 0, all.Count);
        Assert.All(fewer, confidence => Assert.True(confidence >= highest - 1e-5));
        Assert.Empty(Objects("--conf", "1"));
    }

    [Fact]
    public void Fewer_boxes_stay_when_classes_suppress_each_other_and_when_less_overlap_is_allowed()
    {
        var own = Objects("--iou", "0.3").Count;

        Assert.InRange(Objects("--iou", "0.3", "--agnostic").Count, 1, own);
        Assert.True(Objects("--iou", "0.9").Count > own);
        Assert.Equal(5, Objects("--max-detections", "5").Count);
    }

    [Fact]
    public void Pictures_of_one_name_are_told_apart()
    {
        using var workspace = new Workspace();
        workspace.Write("photos/a.png", PictureWriter.EncodePng(Scenes.Square(64, 40, 2, 2, 20)));
        workspace.Write("photos/a.jpg", PictureWriter.EncodeJpeg(Scenes.Square(40, 64, 2, 2, 20)));

        CommandRun.Of("predict", trained.Best, "--source", workspace.At("photos"), "--project", workspace.Project).Succeeded();

        Assert.Equal([(320, 512), (512, 320)],
            [Size(workspace.At("runs", "predict", "a.jpg")), Size(workspace.At("runs", "predict", "a-2.png"))]);
    }

    [Fact]
    public void Several_sources_are_looked_at_in_turn_and_a_JPEG_stays_one()
    {
        using var workspace = new Workspace();
        workspace.Write("photos/b.png", PictureWriter.EncodePng(Scenes.Square(64, 40, 2, 2, 20)));
        var house = workspace.Write("b.JPEG", PictureWriter.EncodeJpeg(Scenes.Square(40, 64, 2, 2, 20)));

        CommandRun.Of("predict", trained.Best, "--source", workspace.At("photos"), house, "--project", workspace.Project).Succeeded();

        Assert.Equal(["b-2.jpg", "b.png"], Directory.GetFiles(workspace.At("runs", "predict")).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(workspace.At("runs", "predict", "b-2.jpg"))[..2]);
    }

    [Fact]
    public void Classes_are_known_by_their_names()
    {
        using var workspace = new Workspace();
        var street = workspace.Write("named/data.yaml",
            $"train: {trained.Pictures}\nval: {trained.Pictures}\nnames: [door, street sign, '2', '3', '4', '5', '6', '7', '8', '9']\n");
        CommandRun.Of("train", street, "--model", "yolov5n", "--image-size", "64", "--batch", "4", "--epochs", "1", "--no-autoanchor",
            "--no-plots", "--project", workspace.Project).Succeeded();
        string[] predict = ["predict", workspace.At("runs", "train", "weights", "best.safetensors"), "--source",
            Path.Combine(trained.Pictures, "3.png"), "--conf", "0.00001", "--no-pictures", "--json"];

        var found = JsonDocument.Parse(CommandRun.Of([.. predict, "--classes", "street sign", "DOOR"]).Succeeded().Output)
            .RootElement[0].GetProperty("detections").EnumerateArray();
        Assert.Subset(new HashSet<int> { 0, 1 }, found.Select(item => item.GetProperty("class").GetInt32()).ToHashSet());
        var refused = CommandRun.Of([.. predict, "--classes", "dor"]);
        Assert.Equal(ExitCodes.WrongWords, refused.Code);
        Assert.Contains("The model knows no class 'dor' (did you mean door?); its 10 classes are door, street sign, 2",
            refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_is_named_like_another_s_number_is_meant_by_its_name()
    {
        string[] names = ["1", "2", "0", "door"];
        Assert.Equal([2, 0, 3], PredictCommand.Numbers(["0,1", "3"], names)!.AsEnumerable());
    }

    [Fact]
    public void A_phone_s_HEIC_among_other_pictures_is_named()
    {
        using var workspace = new Workspace();
        workspace.Write("photos/a.png", PictureWriter.EncodePng(Scenes.Square(64, 40, 2, 2, 20)));
        workspace.Write("photos/IMG_1.HEIC", "no picture that can be read");

        var run = CommandRun.Of("predict", trained.Best, "--source", workspace.At("photos"), "--project", workspace.Project).Succeeded();

        Assert.Contains($"Skipped: IMG_1.HEIC in '{workspace.At("photos")}': .HEIC cannot be read here; save as JPEG or PNG first.",
            run.Error, StringComparison.Ordinal);
    }

    private static (int, int) Size(string path) => (PictureReader.ReadSize(path).Width, PictureReader.ReadSize(path).Height);

    /// <summary>What is found in one picture with next to no threshold.</summary>
    private List<JsonElement> Objects(params string[] options) =>
        [
            .. JsonDocument
                .Parse(
                    CommandRun
                        .Of([
                            "predict",
                            trained.Best,
                            "--source",
                            Path.Combine(trained.Pictures, "3.png"),
                            .. options.Contains("--conf") ? [] : new[] { "--conf", "0.00001" },
                            .. options,
                            "--no-pictures",
                            "--json",
                        ])
                        .Succeeded()
                        .Output
                )
            .RootElement[0].GetProperty("detections").EnumerateArray()];

    private string Json(byte[] standardInput, string source) =>
        CommandRun.With(standardInput, ["predict", trained.Best, "--source", source, .. Few, "--no-pictures", "--json"]).Succeeded().Output;

    private static Dictionary<string, JsonElement> Boxes(string json) =>
        JsonDocument.Parse(json).RootElement.EnumerateArray()
            .ToDictionary(item => Path.GetFileName(item.GetProperty("path").GetString()!), item => item.GetProperty("detections"));
}
