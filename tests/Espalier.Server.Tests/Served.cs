using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Server.Tests;

/// <summary>A detector of digits with the oracle's deterministic weights, pictures for it, and a server on a free port.</summary>
internal sealed class Served : IAsyncDisposable
{
    private static readonly Lazy<byte[]> Emitted = new(() => Emit([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]));

    private Served(EspalierServer server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(60) };
    }

    public static byte[] Digits => Emitted.Value;

    public EspalierServer Server { get; }

    public HttpClient Client { get; }

    /// <summary>An ONNX file of a small network that takes pictures of 64 × 64.</summary>
    public static byte[] Emit(string[] names, NmsOptions? suppression = null)
    {
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), names.Length);
        return OnnxEmission
            .Emit(
                new Checkpoint
                {
                    Graph = graph,
                    Weights = DeterministicWeights.For(graph),
                    ClassNames = [.. names],
                    ImageSize = 64,
                },
                new OnnxOptions
                {
                    Batch = 1,
                    Height = 64,
                    Width = 64,
                    Suppression = suppression,
                }
            )
            .ToBytes();
    }

    /// <summary>Serves digits under that name unless other models are given.</summary>
    public static async Task<Served> Start(ServerOptions? options = null, Action<string>? say = null)
    {
        options ??= new ServerOptions();
        if (options.Models.Count == 0) options = options with { Models = [ModelSource.Of("digits", () => Digits)] };
        return new Served(await EspalierServer.Start(options with { Port = 0 }, say));
    }

    /// <summary>Noise in which the deterministic weights see digits.</summary>
    public static byte[] Photo(int seed = 1, int width = 64, int height = 64)
    {
        var picture = new Picture(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        return PictureWriter.EncodePng(picture);
    }

    public static ByteArrayContent Body(byte[] bytes, string type = "image/png") =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    public static async Task<JsonNode> Json(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>Sends bytes as they are over a connection of its own, which stays open.</summary>
    public async Task<TcpClient> Raw(string head, byte[]? body = null)
    {
        var address = new Uri(Server.Address);
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head.Replace("\n", "\r\n", StringComparison.Ordinal)));
        if (body is not null) await client.GetStream().WriteAsync(body);
        return client;
    }

    /// <summary>The status line of the answer to what was sent raw; empty where the connection was closed without one.</summary>
    public static async Task<string> StatusLine(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
    }

    /// <summary>Waits for something that another thread brings about.</summary>
    public static async Task Until(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 600, "it never came about");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
