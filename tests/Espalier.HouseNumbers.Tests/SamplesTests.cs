using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

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

            Assert.Equal("Healthy", await client.GetStringAsync("/health", _cancelled));
            var read = await Post(client, await File.ReadAllBytesAsync(Repository.PathOf("samples", "house.jpg"), _cancelled));
            Assert.Equal("124", (await read.Content.ReadFromJsonAsync<JsonElement>(_cancelled))[0].GetProperty("text").GetString());
            var refused = await Post(client, "no picture"u8.ToArray());
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("The picture", await refused.Content.ReadAsStringAsync(_cancelled), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post(client, new byte[(10 << 20) + 1])).StatusCode);
        }
        finally
        {
            service.Kill();
        }
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

    private async Task<HttpResponseMessage> Post(HttpClient client, byte[] photo) =>
        await client.PostAsync("/read", new ByteArrayContent(photo), _cancelled);

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
