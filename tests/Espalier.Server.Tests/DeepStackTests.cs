using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Espalier.Server.Tests;

/// <summary>Requests as the software of cameras sends them to DeepStack and CodeProject.AI, and the fields that it reads.</summary>
public sealed class DeepStackTests
{
    [Fact]
    public async Task A_form_as_frigate_posts_it_gets_predictions_with_the_fields_that_it_reads()
    {
        await using var served = await Served.Start();
        // requests.post(url, data={"api_key": ""}, files={"image": bytes}): the file's name is the field's.
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes("--6f2d\r\nContent-Disposition: form-data; "
                + "name=\"api_key\"\r\n\r\n\r\n--6f2d\r\nContent-Disposition: form-data; name=\"image\"; filename=\"image\"\r\n\r\n"),
            .. Served.Photo(3),
            .. Encoding.ASCII.GetBytes("\r\n--6f2d--\r\n"),
        ];
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=6f2d");

        var answer = await Served.Json(await served.Client.PostAsync("/v1/vision/detection", content));

        Assert.True((bool)answer["success"]!);
        Assert.Equal(200, (int)answer["code"]!);
        Assert.All(["inferenceMs", "processMs", "analysisRoundTripMs", "duration", "count"],
            field => Assert.Equal(JsonValueKind.Number, answer[field]!.GetValueKind()));
        foreach (var prediction in answer["predictions"]!.AsArray()) AssertFields(prediction!);
    }

    [Fact]
    public async Task A_form_as_blue_iris_posts_it_is_cut_at_its_confidence()
    {
        await using var served = await Served.Start();

        async Task<JsonArray> At(string confidence)
        {
            using var form = new MultipartFormDataContent
            {
                { Served.Body(Served.Photo(), "image/jpeg"), "image", "snapshot.jpg" },
                { new StringContent(confidence), "min_confidence" },
            };
            var answer = await Served.Json(await served.Client.PostAsync("/v1/vision/custom/digits", form));
            Assert.Equal(answer["predictions"]!.AsArray().Count, (int)answer["count"]!);
            return answer["predictions"]!.AsArray();
        }

        var (all, few) = (await At("0.1"), await At("0.5"));

        Assert.NotEmpty(all);
        Assert.True(few.Count < all.Count);
        Assert.All(all, prediction => AssertFields(prediction!));
        Assert.All(few, prediction => Assert.True((double)prediction!["confidence"]! >= 0.5));
        Assert.Equal(few.Select(one => one!.ToJsonString()), all.Where(one => (double)one!["confidence"]! >= 0.5)
            .Select(one => one!.ToJsonString()));
    }

    [Fact]
    public async Task Models_are_listed_for_agent_dvr_by_get_and_by_post()
    {
        await using var served = await Served.Start();
        const string Wanted = """{"success":true,"models":["digits"],"code":200}""";
        Assert.Equal(Wanted, await served.Client.GetStringAsync("/v1/vision/custom/list"));
        Assert.Equal(Wanted, await (await served.Client.PostAsync("/v1/vision/custom/list", null)).Content.ReadAsStringAsync());
        Assert.Equal("""{"success":true,"message":"pong","code":200}""", await served.Client.GetStringAsync("/v1/status/ping"));
    }

    [Theory]
    [InlineData("/v1/vision/custom/absent", "0.4", 404, "There is no such model; there are: digits.")]
    [InlineData("/v1/vision/detection", "high", 400, "min_confidence must be within 0…1.")]
    public async Task Refusals_are_worded_as_its_own(string path, string confidence, int status, string sentence)
    {
        await using var served = await Served.Start();
        using var form = new MultipartFormDataContent
        {
            { Served.Body(Served.Photo()), "image", "a" },
            { new StringContent(confidence), "min_confidence" },
        };

        var answer = await served.Client.PostAsync(path, form);

        Assert.Equal(status, (int)answer.StatusCode);
        var said = await Served.Json(answer);
        Assert.Equal((false, sentence, status), ((bool)said["success"]!, (string?)said["error"], (int)said["code"]!));
    }

    [Fact]
    public async Task Anything_but_a_form_is_refused()
    {
        await using var served = await Served.Start();
        Assert.Equal(HttpStatusCode.UnsupportedMediaType,
            (await served.Client.PostAsync("/v1/vision/detection", Served.Body(Served.Photo()))).StatusCode);
    }

    [Theory]
    [InlineData("multipart/form-data-x; boundary=b")]
    [InlineData("multipart/form-data; boundary=a b;c=")]
    public async Task A_type_that_only_begins_like_a_form_s_is_refused_in_words(string type)
    {
        await using var served = await Served.Start();
        using var content = new ByteArrayContent([1]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await served.Client.PostAsync("/v1/vision/detection", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("The content type must be multipart/form-data, and well formed.", (string?)(await Served.Json(answer))["error"]);
    }

    private static void AssertFields(JsonNode prediction)
    {
        Assert.Equal(JsonValueKind.String, prediction["label"]!.GetValueKind());
        Assert.InRange((double)prediction["confidence"]!, 0, 1);
        Assert.All(["x_min", "y_min", "x_max", "y_max"], edge => Assert.InRange(prediction[edge]!.GetValue<int>(), 0, 64));
        Assert.True((int)prediction["x_min"]! < (int)prediction["x_max"]!);
    }
}
