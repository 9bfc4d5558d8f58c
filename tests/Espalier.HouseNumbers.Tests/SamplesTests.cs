using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>The applications that the documents tell to begin from, run as their own processes.</summary>
public sealed class SamplesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_web_service_reads_uploads_and_refuses_what_it_cannot_read()
    {
        using var service = Start("WebService", "--urls", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(await Said(service, "Now listening on: ")), Timeout = Patience };
            client.DefaultRequestHeaders.ExpectContinue = true;
            var house = await File.ReadAllBytesAsync(Repository.PathOf("samples", "house.jpg"), _cancelled);

            Assert.Equal("Healthy", await client.GetStringAsync("/health", _cancelled));
            AssertAsShown(await Answer(client, Body(house), HttpStatusCode.OK));
            AssertAsShown(await Answer(client, Body(house, "application/x-www-form-urlencoded"), HttpStatusCode.OK));
            AssertAsShown(await Answer(client, Form(house), HttpStatusCode.OK));
            Assert.Equal(0, (await Answer(client, Body(Grey(64, 64)), HttpStatusCode.OK)).GetArrayLength());
            await AssertRefused("The picture is not a PNG", Body("no picture"u8.ToArray()), HttpStatusCode.BadRequest);
            await AssertRefused("A form may have one photo, not 2.", Form(house, house), HttpStatusCode.BadRequest);
            await AssertRefused("The picture is too large: 32769 × 1 pixels", Body(Grey(32_769, 1)), HttpStatusCode.RequestEntityTooLarge);
            await AssertRefused("", Body(new byte[(32 << 20) + 1]), HttpStatusCode.RequestEntityTooLarge);
            await AssertRefused("", Form(new byte[32 << 20]), HttpStatusCode.RequestEntityTooLarge);

            async Task AssertRefused(string reason, HttpContent content, HttpStatusCode status)
            {
                var problem = await Answer(client, content, status);
                Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
                if (reason.Length > 0) Assert.StartsWith(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }
        }
        finally
        {
            service.Kill();
        }

        // What clients do wrong is no fault of the service's, which its log is for.
        Assert.DoesNotContain("fail:", await service.StandardOutput.ReadToEndAsync(_cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_writes_what_it_reads_and_puts_photos_aside()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.PathOf("samples", "house.jpg"), folder.File("house.jpg"));
        await File.WriteAllTextAsync(folder.File("broken.png"), "no picture", _cancelled);
        foreach (var name in (string[])["house.jpg", "broken.png"])
            File.SetLastWriteTimeUtc(folder.File(name), DateTime.UtcNow.AddMinutes(-1));
        using var worker = Start("Worker", "--folder", folder.Path);
        try
        {
            // In the order of their names: the photo comes last.
            await Said(worker, "house.jpg: ");

            Assert.Matches(@"^""house\.jpg"",124,0\.\d{3}$",
                Assert.Single(await File.ReadAllLinesAsync(folder.File("numbers.csv"), _cancelled)));
            Assert.True(File.Exists(Path.Combine(folder.Path, "done", "house.jpg")));
            Assert.True(File.Exists(Path.Combine(folder.Path, "refused", "broken.png")));
        }
        finally
        {
            worker.Kill();
        }
    }

    /// <summary>Whether an answer is the one that the page shows: the same members and number, and about the same figures, which differ a
    /// little between processors.</summary>
    private static void AssertAsShown(JsonElement answer)
    {
        var page = Repository.Text("docs", "deploy.md");
        var start = page.IndexOf("[{\"number\":", StringComparison.Ordinal);
        var shown = JsonElement.Parse(page[start..page.IndexOf('\n', start)])[0];
        var number = Assert.Single(answer.EnumerateArray());

        Assert.Equal(shown.EnumerateObject().Select(member => member.Name), number.EnumerateObject().Select(member => member.Name));
        Assert.Equal(shown.GetProperty("number").GetString(), number.GetProperty("number").GetString());
        Assert.Equal(shown.GetProperty("confidence").GetDouble(), number.GetProperty("confidence").GetDouble(), 0.1);
        Assert.All(shown.GetProperty("box").EnumerateObject(), edge =>
            Assert.Equal(edge.Value.GetDouble(), number.GetProperty("box").GetProperty(edge.Name).GetDouble(), 5.0));
    }

    private static byte[] Grey(int width, int height) => PictureWriter.EncodePng(Picture.Filled(width, height, 128, 128, 128));

    private static ByteArrayContent Body(byte[] photo, string type = "image/jpeg") =>
        new(photo) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static MultipartFormDataContent Form(params byte[][] photos)
    {
        var form = new MultipartFormDataContent();
        foreach (var photo in photos) form.Add(Body(photo), "photo", "house.jpg");
        return form;
    }

    private async Task<JsonElement> Answer(HttpClient client, HttpContent photo, HttpStatusCode status)
    {
        using (photo)
        {
            var answer = await client.PostAsync("/read", photo, _cancelled);
            Assert.Equal(status, answer.StatusCode);
            return await answer.Content.ReadFromJsonAsync<JsonElement>(_cancelled);
        }
    }

    private static Process Start(string sample, params string[] words) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{sample}.dll"), .. words])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>What follows some words in the first line of a program's log that has them.</summary>
    private async Task<string> Said(Process process, string words)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        limit.CancelAfter(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at) return line[(at + words.Length)..].Trim();
        }

        throw new InvalidOperationException($"The program ended: {await process.StandardError.ReadToEndAsync(limit.Token)}");
    }
}
