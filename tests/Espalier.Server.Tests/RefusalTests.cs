using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Espalier.Core;

namespace Espalier.Server.Tests;

/// <summary>What cannot be is refused in one sentence, with the right status, and before it is buffered where its head tells.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("/read", "text/plain", "x", 415,
        "The content type must be image/*, application/octet-stream, multipart/form-data; text/plain is given.")]
    [InlineData("/read", "application/x-www-form-urlencoded", "x", 415,
        "The content type must be image/*, application/octet-stream, multipart/form-data; application/x-www-form-urlencoded is given.")]
    [InlineData("/read", "image/png", "", 400, "The body is empty.")]
    [InlineData("/read", "image/png", "no picture at all", 400, "The picture is not a PNG, JPEG, WebP, BMP or TIFF file.")]
    [InlineData("/read?model=../../etc/passwd", "image/png", "x", 404, "There is no such model; there are: digits.")]
    [InlineData("/read?confidence=NaN", "image/png", "x", 400, "confidence must be within 0.02…1.")]
    [InlineData("/detect?confidence=2", "image/png", "x", 400, "confidence must be within 0.01…1.")]
    [InlineData("/read", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\ncut",
        400, "The form is cut off or malformed.")]
    [InlineData("/read", "multipart/form-data", "--b", 400, "The form is cut off or malformed.")]
    [InlineData("/read", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n",
        400, "The form holds no file.")]
    [InlineData("/corrections", "multipart/form-data; boundary=b", "--b--", 403,
        "The server saves no corrections; start it with --corrections FOLDER.")]
    public async Task Each_bad_request_gets_its_status_and_a_sentence(string path, string type, string body, int status, string sentence)
    {
        await using var served = await Served.Start();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await served.Client.PostAsync(path, content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(sentence, (string?)(await Served.Json(answer))["detail"]);
    }

    [Fact]
    public async Task A_cut_picture_is_named_as_such()
    {
        await using var served = await Served.Start();
        var answer = await served.Client.PostAsync("/read", Served.Body(Served.Photo()[..200]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("cut off", (string?)(await Served.Json(answer))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_says_it_is_too_large_is_refused_unread_and_one_that_does_not_once_it_is()
    {
        await using var served = await Served.Start(new ServerOptions { MaximumMegabytes = 1 });
        using var said = await served.Raw("POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: 1000001\n\n");
        using var chunked = new HttpRequestMessage(HttpMethod.Post,
            "/read")
        { Content = Served.Body(new byte[1_200_000]), Headers = { TransferEncodingChunked = true } };

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await Served.StatusLine(said));
        var answer = await served.Client.SendAsync(chunked);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("A request may have at most 1000000 bytes.", (string?)(await Served.Json(answer))["detail"]);
    }

    [Fact]
    public async Task Too_many_pixels_or_pictures_are_refused()
    {
        await using var served = await Served.Start(new ServerOptions { MaximumMegapixels = 1, MaximumPictures = 2 });
        using var form = new MultipartFormDataContent
        {
            { Served.Body([1]), "a", "a" },
            { Served.Body([1]), "b", "b" },
            { Served.Body([1]), "c", "c" },
        };

        var large = await served.Client.PostAsync("/read",
            Served.Body(Espalier.Vision.PictureWriter.EncodePng(new Espalier.Vision.Picture(1001, 1000))));
        var wide = await served.Client.PostAsync("/read",
            Served.Body(Espalier.Vision.PictureWriter.EncodePng(new Espalier.Vision.Picture(32_769, 1))));
        var many = await served.Client.PostAsync("/read", form);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal("The picture is too large: 1001 × 1000 pixels, where at most 1000000 pixels and 32768 a side are accepted.",
            (string?)(await Served.Json(large))["detail"]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, wide.StatusCode);
        Assert.Equal("A request may have at most 2 pictures, not 3.", (string?)(await Served.Json(many))["detail"]);
    }

    [Fact]
    public async Task Compressed_bodies_are_refused()
    {
        await using var served = await Served.Start();
        using var body = Served.Body(Served.Photo());
        body.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await served.Client.PostAsync("/read", body)).StatusCode);
    }

    [Theory]
    [InlineData("GET /../../etc/passwd HTTP/1.1\nHost: localhost\n\n", "404")]
    [InlineData("GET /v2/models/..%2f..%2fetc%2fpasswd HTTP/1.1\nHost: localhost\n\n", "404")]
    [InlineData("GET /models HTTP/1.1\nHost: evil.example\n\n", "400")]
    [InlineData("GET /models HTTP/9.9\nHost: localhost\n\n", "505")]
    [InlineData("nonsense\n\n", "400")]
    [InlineData("DELETE /read HTTP/1.1\nHost: localhost\n\n", "405")]
    [InlineData("POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nTransfer-Encoding: chunked\n\nzz\n", "400")]
    public async Task Hostile_heads_get_their_status(string head, string status)
    {
        await using var served = await Served.Start();
        using var client = await served.Raw(head);
        Assert.Contains($" {status} ", await Served.StatusLine(client) + " ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_key_everything_but_health_and_the_page_asks_for_it()
    {
        await using var served = await Served.Start(new ServerOptions { ApiKey = "s3cret" });
        foreach (var path in new[] { "/models", "/metrics", "/v2", "/v2/models/digits", "/v1/vision/custom/list" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await served.Client.GetAsync(path)).StatusCode);
        foreach (var path in new[] { "/read", "/detect", "/v2/models/digits/infer", "/v1/vision/detection", "/corrections" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await served.Client.PostAsync(path, Served.Body([1]))).StatusCode);
        foreach (var path in new[] { "/", "/healthz", "/v2/health/live", "/v2/health/ready" })
            Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync(path)).StatusCode);

        using var bearer = new HttpRequestMessage(HttpMethod.Get,
            "/models")
        { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "s3cret") } };
        using var header = new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { { "X-Api-Key", "s3cret" } } };
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { { "X-Api-Key", "s3cre" } } };
        Assert.Equal(HttpStatusCode.OK, (await served.Client.SendAsync(bearer)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.Client.SendAsync(header)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await served.Client.SendAsync(wrong)).StatusCode);
    }

    [Fact]
    public async Task Settings_of_other_applications_do_not_make_it_listen_elsewhere()
    {
        const string Setting = "Kestrel__Endpoints__Other__Url";
        using var held = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        held.Start();
        Environment.SetEnvironmentVariable(Setting, $"http://127.0.0.1:{((IPEndPoint)held.LocalEndpoint).Port}");
        try
        {
            // The port stays taken: a server that obeyed the setting could not start.
            await using var served = await Served.Start();
            Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/healthz")).StatusCode);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Setting, null);
        }
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        await using var served = await Served.Start();
        var taken = new ServerOptions
        {
            Models = [ModelSource.Of("digits", () => Served.Digits)],
            Port = new Uri(served.Server.Address).Port,
        };
        Assert.StartsWith($"Cannot listen on 127.0.0.1:{taken.Port}: ",
            (await Assert.ThrowsAsync<EspalierException>(() => EspalierServer.Start(taken))).Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no file or folder '", (await Assert.ThrowsAsync<EspalierException>(
            () => EspalierServer.Start(taken with { Models = [ModelSource.At("absent.onnx")] }))).Message, StringComparison.Ordinal);
        Assert.Equal("A server needs at least one model, or a folder of runs.",
            (await Assert.ThrowsAsync<OptionException>(() => EspalierServer.Start(new ServerOptions()))).Message);
        // As a file's content, whose last line ends.
        Assert.StartsWith("The API key must neither begin nor end with a blank or a line's end", (await Assert.ThrowsAsync<OptionException>(
            () => EspalierServer.Start(taken with { ApiKey = "s3cret\n" }))).Message, StringComparison.Ordinal);
        Assert.Contains("0…65535", (await Assert.ThrowsAsync<OptionException>(() => EspalierServer.Start(taken with { Port = 70000 })))
            .Message, StringComparison.Ordinal);
    }
}
