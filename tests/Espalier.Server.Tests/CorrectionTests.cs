using System.Net;
using Espalier.Tests;

namespace Espalier.Server.Tests;

/// <summary>What is corrected becomes a YOLO folder, and nothing that a client says becomes a path.</summary>
public sealed class CorrectionTests
{
    private const string TwoSeven = """[{"class":2,"box":[8,10,24,40]},{"class":7,"box":[30,-5,70,40]}]""";

    [Fact]
    public async Task A_corrected_picture_is_saved_as_yolo_labels_and_one_corrected_again_replaces_them()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });

        var first = await Served.Json(await Post(served, "../../../evil.png", TwoSeven));
        var again = await Served.Json(await Post(served, "another.png", """[{"class":9,"box":[0,0,64,64]}]"""));

        Assert.Equal((string?)first["name"], (string?)again["name"]);
        Assert.Equal(1, (int)again["pictures"]!);
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder.File("corrected"), file).Replace('\\', '/')).Order(StringComparer.Ordinal);
        Assert.Equal(["data.yaml", $"images/train/{first["name"]}.png", $"labels/train/{first["name"]}.txt"], files);
        Assert.Equal(Served.Photo(), File.ReadAllBytes(folder.File("corrected", "images", "train", $"{first["name"]}.png")));
        Assert.Equal("9 0.5 0.5 1 1\n", File.ReadAllText(folder.File("corrected", "labels", "train", $"{first["name"]}.txt")));
        Assert.Equal("path: .\ntrain: images/train\nnames: [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]\n",
            File.ReadAllText(folder.File("corrected", "data.yaml")));
    }

    [Fact]
    public async Task Boxes_are_cut_to_the_picture_and_written_as_shares_of_it()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.Path });

        var saved = await Served.Json(await Post(served, "a.png", TwoSeven));

        Assert.Equal("2 0.25 0.390625 0.25 0.46875\n7 0.734375 0.3125 0.53125 0.625\n",
            File.ReadAllText(folder.File("labels", "train", $"{saved["name"]}.txt")));
    }

    [Theory]
    [InlineData("nonsense", "labels must be a JSON array of at most 1000 {\"class\": 7, \"box\": [left, top, right, bottom]}.")]
    [InlineData("[null]", "labels must be a JSON array of at most 1000 {\"class\": 7, \"box\": [left, top, right, bottom]}.")]
    [InlineData("""[{"class":10,"box":[0,0,9,9]}]""", "A label's class must be within 0…9.")]
    [InlineData("""[{"class":1,"box":[0,0,9]}]""", "A label's box must have four edges.")]
    [InlineData("""[{"class":1,"box":[100,0,200,9]}]""",
        "A label's box must lie within the picture and be at least a pixel wide and high.")]
    [InlineData("""[{"class":1,"box":[0,0,"NaN",9]}]""",
        "A label's box must lie within the picture and be at least a pixel wide and high.")]
    public async Task Labels_that_cannot_be_are_refused_and_nothing_is_written(string labels, string sentence)
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.Path });

        var answer = await Post(served, "a.png", labels);

        Assert.Equal((HttpStatusCode.BadRequest, sentence), (answer.StatusCode, (string?)(await Served.Json(answer))["detail"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Other_sites_and_other_classes_are_refused()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.Path });
        using var foreign = new HttpRequestMessage(HttpMethod.Post,
            "/corrections")
        { Content = Form("a.png", "[]"), Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await served.Client.SendAsync(foreign)).StatusCode);
        File.WriteAllText(folder.File("data.yaml"), "path: .\ntrain: images/train\nnames: [\"car\"]\n");
        Assert.Equal(HttpStatusCode.Conflict, (await Post(served, "a.png", "[]")).StatusCode);
    }

    private static Task<HttpResponseMessage> Post(Served served, string name, string labels) =>
        served.Client.PostAsync("/corrections", Form(name, labels));

    private static MultipartFormDataContent Form(string name, string labels) =>
        new() { { Served.Body(Served.Photo()), "picture", name }, { new StringContent(labels), "labels" } };
}
