using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Espalier.Core.Options;
using Espalier.Runtime;
using Espalier.Tests;
using Espalier.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Espalier.Server.Tests;

/// <summary>The server's own routes give what the library gives, for one picture and for several, alone and within another
/// application.</summary>
public sealed class OwnRoutesTests
{
    [Fact]
    public async Task A_number_is_read_as_the_library_reads_it()
    {
        await using var served = await Served.Start();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("digits.onnx"), Served.Digits);
        using var reader = HouseNumberReader.Open(folder.File("digits.onnx"), new NumberReadingOptions { Confidence = 0.3f });
        var wanted = reader.Read(Served.Photo());

        var answer = await Served.Json(await served.Client.PostAsync("/read?confidence=0.3", Served.Body(Served.Photo())));

        Assert.NotEmpty(wanted);
        Assert.Equal("digits", (string?)answer["model"]);
        var picture = Assert.Single(answer["pictures"]!.AsArray())!;
        Assert.Equal((64, 64), ((int)picture["width"]!, (int)picture["height"]!));
        Assert.Equal(wanted.Select(number => number.Text), picture["numbers"]!.AsArray().Select(number => (string?)number!["text"]));
        Assert.Equal(wanted.Select(number => number.IsAccepted), picture["numbers"]!.AsArray()
            .Select(number => (bool)number!["accepted"]!));
        var digit = wanted[0].Lines[0][0];
        var said = picture["numbers"]![0]!["lines"]![0]![0]!;
        Assert.Equal(reader.ClassNames[digit.Class], (string?)said["digit"]);
        Assert.Equal(digit.Confidence, (float)said["confidence"]!, 1e-5f);
        Assert.Equal(digit.Box.Left, (float)said["box"]![0]!, 0.01f);
        Assert.Equal(digit.Alternatives.Count, said["alternatives"]!.AsArray().Count);
        Assert.All(["queue", "decode", "letterbox", "network", "suppression"],
            stage => Assert.True((double)picture["milliseconds"]![stage]! >= 0));
    }

    [Fact]
    public async Task Objects_are_found_as_the_library_finds_them()
    {
        await using var served = await Served.Start();
        using var detector = Detector.Open(Served.Digits);
        var wanted = detector.Detect(Served.Photo(2));

        var answer = await Served.Json(await served.Client.PostAsync("/detect", Served.Body(Served.Photo(2), "application/octet-stream")));

        Assert.NotEmpty(wanted);
        var objects = answer["pictures"]![0]!["objects"]!.AsArray();
        Assert.Equal(wanted.Select(found => (found.Class, MathF.Round(found.Box.Left, 2))),
            objects.Select(found => ((int)found!["class"]!, (float)found["box"]![0]!)));
    }

    [Fact]
    public async Task Less_than_a_file_finds_itself_cannot_be_asked_for()
    {
        var hiding = Served.Emit([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], new NmsOptions { Confidence = 0.4f });
        await using var served = await Served.Start(new ServerOptions { Models = [ModelSource.Of("digits", () => hiding)] });
        var offer = await Served.Json(await served.Client.GetAsync("/models"));

        Assert.Equal(0.4f, (float)offer["models"]![0]!["leastConfidence"]!);
        foreach (var route in new[] { "/read", "/detect" })
        {
            var less = await served.Client.PostAsync(route + "?confidence=0.3", Served.Body(Served.Photo()));
            Assert.Equal(HttpStatusCode.BadRequest, less.StatusCode);
            Assert.Contains("confidence must be within 0.4…1.", (string?)(await Served.Json(less))["detail"], StringComparison.Ordinal);
            foreach (var query in new[] { "", "?confidence=0.4" })
            {
                var enough = await served.Client.PostAsync(route + query, Served.Body(Served.Photo()));
                Assert.Equal(HttpStatusCode.OK, enough.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Of_several_pictures_a_bad_one_keeps_the_others_from_nothing()
    {
        await using var served = await Served.Start();
        using var form = new MultipartFormDataContent
        {
            { Served.Body(Served.Photo()), "a", "first.png" }, { Served.Body([1, 2, 3]), "b", "broken.png" },
            { Served.Body(Served.Photo(2, 90, 40)), "c", "third.png" },
        };

        var pictures = (await Served.Json(await served.Client.PostAsync("/read", form)))["pictures"]!.AsArray();

        Assert.Equal(["first.png", "broken.png", "third.png"], pictures.Select(picture => (string?)picture!["name"]));
        Assert.Equal("The picture is not a PNG, JPEG, WebP, BMP or TIFF file.", (string?)pictures[1]!["error"]);
        Assert.Equal((90, 40), ((int)pictures[2]!["width"]!, (int)pictures[2]!["height"]!));
    }

    [Fact]
    public async Task Models_are_chosen_by_name_and_only_digits_are_read()
    {
        await using var served = await Served.Start(
            new ServerOptions
            {
                Models = [ModelSource.Of("cars", () => Served.Emit(["car", "bus"])), ModelSource.Of("digits", () => Served.Digits)],
            }
        );

        var offer = await Served.Json(await served.Client.GetAsync("/models"));
        var refused = await served.Client.PostAsync("/read", Served.Body(Served.Photo()));
        var read = await served.Client.PostAsync("/read?model=digits", Served.Body(Served.Photo()));

        Assert.Equal(["cars", "digits"], offer["models"]!.AsArray().Select(model => (string?)model!["name"]));
        Assert.Equal([false, true], offer["models"]!.AsArray().Select(model => (bool)model!["readsNumbers"]!));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task Metrics_count_requests_and_time_stages_by_model()
    {
        await using var served = await Served.Start();
        for (var i = 0; i < 3; i++) await served.Client.PostAsync("/read", Served.Body(Served.Photo(i)));
        await served.Client.PostAsync("/read", Served.Body([1]));

        var text = await served.Client.GetStringAsync("/metrics");

        Assert.Contains("# TYPE espalier_requests_total counter\nespalier_requests_total{route=\"/read\",status=\"200\"} 3\n",
            text, StringComparison.Ordinal);
        Assert.Contains("espalier_requests_total{route=\"/read\",status=\"400\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE espalier_stage_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("espalier_stage_seconds_bucket{model=\"digits\",stage=\"network\",le=\"+Inf\"} 3\n", text,
            StringComparison.Ordinal);
        Assert.Contains("espalier_stage_seconds_count{model=\"digits\",stage=\"queue\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("espalier_requests_under_way 0\n", text, StringComparison.Ordinal);
        Assert.Contains("espalier_requests_limit 64\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        await using var served = await Served.Start();

        var paths = (await Served.Json(await served.Client.GetAsync("/openapi/espalier.json")))["paths"]!.AsObject()
            .Select(path => path.Key).Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "/corrections", "/detect", "/healthz", "/metrics", "/models", "/read", "/v1/status/ping", "/v1/vision/custom/list",
                "/v1/vision/custom/{model}", "/v1/vision/detection", "/v2",
                "/v2/health/live", "/v2/health/ready", "/v2/models/{model}", "/v2/models/{model}/infer", "/v2/models/{model}/ready",
                "/v2/models/{model}/versions/1",
                "/v2/models/{model}/versions/1/infer", "/v2/models/{model}/versions/1/ready",
            ],
            paths);
    }

    [Fact]
    public async Task The_description_says_what_is_taken_and_given()
    {
        await using var served = await Served.Start();

        var described = (await Served.Json(await served.Client.GetAsync("/openapi/espalier.json")))!;

        var read = described["paths"]!["/read"]!["post"]!;
        Assert.Equal(["model", "confidence"], read["parameters"]!.AsArray().Select(one => (string)one!["name"]!));
        Assert.NotNull(read["requestBody"]!["content"]!["image/jpeg"]);
        Assert.NotNull(read["responses"]!["200"]!["content"]!["application/json"]!["schema"]);
        var infer = described["paths"]!["/v2/models/{model}/infer"]!["post"]!;
        Assert.Equal(("model", "path", true), ((string?)infer["parameters"]![0]!["name"], (string?)infer["parameters"]![0]!["in"],
            (bool)infer["parameters"]![0]!["required"]!));
        Assert.Null(described["paths"]!["/models"]!["get"]!["requestBody"]);
        Assert.Equal(["Espalier"], described["paths"]!["/models"]!["get"]!["tags"]!.AsArray().Select(tag => (string?)tag));
    }

    [Fact]
    public async Task A_picture_is_an_activity_with_its_stages()
    {
        Activity? seen = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Espalier.Server",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => seen = activity.GetTagItem("model") is "traced" ? activity : seen,
        };
        ActivitySource.AddActivityListener(listener);
        await using var served = await Served.Start(new ServerOptions { Models = [ModelSource.Of("traced", () => Served.Digits)] });

        await served.Client.PostAsync("/read", Served.Body(Served.Photo()));

        Assert.NotNull(seen);
        Assert.All(["queue", "decode", "letterbox", "network", "suppression"],
            stage => Assert.InRange((double)seen.GetTagItem($"{stage}_seconds")!, 0, 60));
    }

    [Fact]
    public async Task The_page_holds_all_it_needs_and_may_load_nothing_else()
    {
        await using var served = await Served.Start();

        var answer = await served.Client.GetAsync("/");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.DoesNotMatch("(?:src|href)=\"(?:https?:)?//", page);
        Assert.DoesNotMatch(" style=\"", page);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Another_application_serves_under_a_prefix_of_its_own()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Services.AddEspalier(new ServerOptions { Models = [ModelSource.Of("digits", () => Served.Digits)] });
        builder.Logging.ClearProviders();
        await using var application = builder.Build();
        application.MapGroup("/vision").MapEspalier();
        await application.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };

        var answer = await client.PostAsync("/vision/read", Served.Body(Served.Photo()));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await client.GetStringAsync("/vision/openapi/espalier.json"))!["paths"]!["/vision/read"]);
        // Where its links lead into the group.
        Assert.Equal("/vision/", (await client.GetAsync("/vision")).RequestMessage!.RequestUri!.AbsolutePath);
    }
}
