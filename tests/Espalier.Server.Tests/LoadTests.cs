using System.Net;

namespace Espalier.Server.Tests;

/// <summary>The queue: what is beyond it comes again, who leaves makes room, and what is under way is finished.</summary>
public sealed class LoadTests
{
    private const string HalfARequest = "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: 100000\n\nhalf";

    [Fact]
    public async Task A_request_beyond_the_queue_is_told_when_to_come_again_and_one_that_leaves_makes_room()
    {
        await using var served = await Served.Start(new ServerOptions { Queue = 2 });
        using var first = await served.Raw(HalfARequest);
        using var second = await served.Raw(HalfARequest);
        await Served.Until(async () => (await UnderWay(served)) == 2);

        var full = await served.Client.PostAsync("/read", Served.Body(Served.Photo()));
        using var form = new MultipartFormDataContent { { Served.Body(Served.Photo()), "image", "a" } };
        var fullForCameras = await served.Client.PostAsync("/v1/vision/detection", form);
        var fullForInference = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent("{}"));
        first.Close();
        await Served.Until(async () => (await UnderWay(served)) == 1);
        var again = await served.Client.PostAsync("/read", Served.Body(Served.Photo()));

        Assert.Equal(HttpStatusCode.TooManyRequests, full.StatusCode);
        Assert.Equal(1, full.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal("application/problem+json", full.Content.Headers.ContentType!.MediaType);
        Assert.False((bool)(await Served.Json(fullForCameras))["success"]!);
        Assert.Equal(HttpStatusCode.TooManyRequests, fullForInference.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Many_times_too_much_gives_answers_and_refusals_and_nothing_else()
    {
        await using var served = await Served.Start(new ServerOptions { Queue = 4, Workers = 1 });
        var photo = Served.Photo(1, 400, 300);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(async _ => (await served.Client.PostAsync("/read", Served.Body(photo))).StatusCode));

        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{status}"));
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(0, await UnderWay(served));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for_and_holds_no_place()
    {
        await using var served = await Served.Start(new ServerOptions { Timeout = 1 });
        using var slow = await served.Raw(HalfARequest);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await Served.StatusLine(slow));
        Assert.Equal(0, await UnderWay(served));
    }

    [Fact]
    public async Task A_head_that_does_not_come_is_not_waited_for_either()
    {
        await using var served = await Served.Start(new ServerOptions { Timeout = 1 });
        using var slow = await served.Raw("POST /read HTTP/1.1\nHost: local");
        Assert.Equal("HTTP/1.1 408 Request Timeout", await Served.StatusLine(slow).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_server_that_is_stopped_finishes_what_is_under_way()
    {
        await using var served = await Served.Start();
        var photo = Served.Photo();
        using var half = await served.Raw(
            $"POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: {photo.Length}\n\n", photo[..100]);
        await Served.Until(async () => (await UnderWay(served)) == 1);

        var stopping = served.Server.Stop();
        await Task.Delay(100);
        Assert.False(stopping.IsCompleted);
        await half.GetStream().WriteAsync(photo.AsMemory(100));

        Assert.Equal("HTTP/1.1 200 OK", await Served.StatusLine(half));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => new HttpClient().GetAsync(served.Server.Address + "/healthz"));
    }

    [Fact]
    public async Task A_storm_of_broken_connections_leaves_every_place_free()
    {
        await using var served = await Served.Start(new ServerOptions { Queue = 8 });
        var photo = Served.Photo();
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            using var client = await served.Raw($"POST /{(i % 2 == 0 ? "read" : "v2/models/digits/infer")} HTTP/1.1\nHost: "
                + $"localhost\nContent-Type: image/png\nContent-Length: {photo.Length}\n\n", photo[..random.Next(photo.Length)]);
            client.LingerState = new System.Net.Sockets.LingerOption(true, 0); // Reset instead of a farewell.
        }

        await Served.Until(async () => (await UnderWay(served)) == 0);
        Assert.Equal(HttpStatusCode.OK, (await served.Client.PostAsync("/read", Served.Body(photo))).StatusCode);
    }

    private static async Task<int> UnderWay(Served served)
    {
        const string Name = "\nespalier_requests_under_way ";
        var text = await served.Client.GetStringAsync("/metrics");
        return int.Parse(text[(text.IndexOf(Name, StringComparison.Ordinal) + Name.Length)..].Split('\n')[0],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
