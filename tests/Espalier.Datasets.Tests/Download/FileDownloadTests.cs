using System.Net;
using System.Net.Sockets;
using System.Text;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Download;

namespace Espalier.Tests.Download;

/// <summary>Downloads from a server on this machine that knows ranges, and one that breaks off, lies and refuses.</summary>
public sealed class FileDownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = new byte[300_000];

    public FileDownloadTests() => new Random(1).NextBytes(_content);

    [Fact]
    public async Task A_file_is_fetched_whole_with_progress()
    {
        using var server = new LittleServer(_content);
        var told = new List<ByteProgress>();
        using var download = Downloader();
        var length = await download.FetchAsync(server.Address, Target, new Told(told),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(_content.Length, length);
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Equal(_content.Length, told[^1].Done);
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_taken_up_where_it_broke()
    {
        using var server = new LittleServer(_content) { BreakAfter = 90_000 };
        using var download = Downloader();
        await download.FetchAsync(server.Address, Target, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.True(server.Ranges.Count >= 3, $"{server.Ranges.Count} ranges were asked for");
        Assert.All(server.Ranges, from => Assert.True(from > 0));
    }

    [Fact]
    public async Task What_an_earlier_process_left_is_gone_on_from()
    {
        using var server = new LittleServer(_content) { BreakAfter = 100_000, AnswersOnce = true };
        using (var first = Downloader(attempts: 1))
            await Assert.ThrowsAsync<DownloadException>(() => first.FetchAsync(server.Address, Target,
                cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(new FileInfo(Target + ".part").Length is > 0 and < 300_000);
        Assert.False(File.Exists(Target));

        (server.BreakAfter, server.AnswersOnce) = (null, false);
        using var second = Downloader();
        await second.FetchAsync(server.Address, Target, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Single(server.Ranges);
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Another_version_on_the_server_is_fetched_anew()
    {
        using var server = new LittleServer(_content) { BreakAfter = 100_000, AnswersOnce = true };
        using (var first = Downloader(attempts: 1))
            await Assert.ThrowsAsync<DownloadException>(() => first.FetchAsync(server.Address, Target,
                cancellationToken: TestContext.Current.CancellationToken));
        new Random(2).NextBytes(_content);
        (server.BreakAfter, server.AnswersOnce, server.Tag) = (null, false, "\"second\"");
        using var second = Downloader();
        await second.FetchAsync(server.Address, Target, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_server_that_states_too_little_or_too_much_is_not_believed()
    {
        using var server = new LittleServer(_content) { StatedLength = _content.Length + 50 };
        using var download = Downloader(attempts: 2);
        await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(server.Address, Target,
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Failures_are_one_sentence()
    {
        using var server = new LittleServer(_content) { Status = "404 Not Found" };
        using var download = Downloader(attempts: 2);

        Assert.Equal($"{server.Address} cannot be fetched: there is no such file (404).", await Message(server.Address));
        server.Status = "503 Busy";
        Assert.StartsWith($"{server.Address} cannot be fetched: the server answers 503", await Message(server.Address),
            StringComparison.Ordinal);
        server.Dispose();
        Assert.Contains("refuses connections", await Message(server.Address), StringComparison.Ordinal);
        Assert.Contains("http:// or https://", await Message(new Uri("ftp://127.0.0.1/x")), StringComparison.Ordinal);

        async Task<string> Message(Uri address) => (await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(address,
            Target, cancellationToken: TestContext.Current.CancellationToken))).Message;
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("gopher://127.0.0.1/x")]
    public async Task A_redirect_out_of_the_web_is_not_followed(string elsewhere)
    {
        using var server = new LittleServer(_content) { Status = $"302 Found\r\nLocation: {elsewhere}" };
        using var download = Downloader();

        var refused = await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(server.Address, Target,
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains($"the server leads on to {elsewhere}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_redirect_within_the_web_is_followed_and_one_in_a_circle_is_not()
    {
        using var server = new LittleServer(_content);
        using var leading = new LittleServer([]) { Status = $"307 There\r\nLocation: {server.Address}" };
        using var circle = new LittleServer([]) { Status = "301 Here\r\nLocation: /train.tar.gz" };
        using var download = Downloader();

        await download.FetchAsync(leading.Address, Target, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(_content, File.ReadAllBytes(Target));
        var refused = await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(circle.Address, Target,
            cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("more than 10 times", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_file_than_the_one_that_is_meant_is_not_kept()
    {
        using var server = new LittleServer(_content);
        using var download = Downloader();
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_content));

        await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(server.Address, Target, sha256: new string('0', 64),
            cancellationToken: TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        await download.FetchAsync(server.Address, Target, sha256: digest, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_file_that_somebody_fetches_is_not_fetched_beside_him()
    {
        using var server = new LittleServer(_content);
        using var download = Downloader();
        using var held = WriterLock.Take(Target, $"{Target}{WriterLock.Mark}lock");

        await Assert.ThrowsAsync<EspalierException>(() => download.FetchAsync(server.Address, Target,
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Too_large_a_file_is_refused_before_it_comes()
    {
        using var server = new LittleServer(_content);
        using var download = new FileDownload(new DownloadOptions { MaximumBytes = 1000 });
        var exception = await Assert.ThrowsAsync<DownloadException>(() => download.FetchAsync(server.Address, Target,
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("at most 1000", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private string Target => _folder.File("train.tar.gz");

    private static FileDownload Downloader(int attempts = 5) =>
        new(new DownloadOptions { Attempts = attempts, Wait = (_, _) => Task.CompletedTask });

    private sealed class Told(List<ByteProgress> list) : IProgress<ByteProgress>
    {
        public void Report(ByteProgress value) => list.Add(value);
    }

    /// <summary>As much of HTTP as a file server needs: one file, ranges under If-Range; and ways to misbehave.</summary>
    private sealed class LittleServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _content;
        private int _answers;

        public LittleServer(byte[] content)
        {
            _content = content;
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/train.tar.gz");
            _ = Task.Run(ServeAsync);
        }

        public Uri Address { get; }

        public string Tag { get; set; } = "\"first\"";

        public string? Status { get; set; }

        public int? BreakAfter { get; set; }

        public bool AnswersOnce { get; set; }

        public int? StatedLength { get; set; }

        public List<long> Ranges { get; } = [];

        public void Dispose() => _listener.Stop();

        private async Task ServeAsync()
        {
            try
            {
                for (; ; )
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await AnswerAsync(client.GetStream());
                }
            }
            catch (Exception exception) when (
                exception is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The test is over.
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            var request = await ReadRequestAsync(stream);
            if (Status is not null || (AnswersOnce && _answers++ > 0))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {Status ?? "503 Busy"}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                return;
            }

            var range = request.FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
            var matches = request.Any(line => line.Equals($"If-Range: {Tag}", StringComparison.OrdinalIgnoreCase));
            var from = range is not null && matches
                ? int.Parse(range["Range: bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (from > 0) Ranges.Add(from);
            var head = from > 0
                ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{_content.Length - 1}/{_content.Length}\r\nContent-Length: "
                    + $"{_content.Length - from}\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Length: {StatedLength ?? _content.Length}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}ETag: {Tag}\r\nAccept-Ranges: bytes\r\nConnection: close\r\n\r\n"));
            await stream.WriteAsync(_content.AsMemory(from, Math.Min(_content.Length - from, BreakAfter ?? int.MaxValue)));
        }

        private static async Task<string[]> ReadRequestAsync(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0) break;
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            return text.ToString().Split("\r\n");
        }
    }
}
