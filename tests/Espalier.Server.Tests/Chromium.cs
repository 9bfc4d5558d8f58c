using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Espalier.Tests;

namespace Espalier.Server.Tests;

/// <summary>A Chromium without a window, driven over its debugging protocol; what the page complains about and where it goes is written
/// down.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly Process _process;
    private readonly TemporaryFolder _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly string _address;
    private int _calls;

    private Chromium(Process process, TemporaryFolder profile, string address) =>
        (_process, _profile, _address) = (process, profile, address);

    /// <summary>Errors on the console, exceptions, and requests that went elsewhere than to the page's own server.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Opens a page; skips the running test where there is no Chromium.</summary>
    public static async Task<Chromium> Open(string address, int width = 1280, int height = 860, bool dark = false,
        string ready = "offer.models.length > 0")
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "skipped: no Chromium on the PATH");
        var profile = new TemporaryFolder();
        var process = Process.Start(new ProcessStartInfo(program!,
                [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--remote-debugging-port=0",
                    $"--user-data-dir={profile.Path}",
                    "--use-fake-device-for-media-stream",
                    "--use-fake-ui-for-media-stream",
                    "about:blank",
                ]
            )
        { RedirectStandardError = true })!;
        var chromium = new Chromium(process, profile, new Uri(address).GetLeftPart(UriPartial.Authority));
        try
        {
            await chromium.Connect();
            foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "DOM" }) await chromium.Call($"{domain}.enable");
            await chromium.Call("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 500 });
            await chromium.Call("Emulation.setEmulatedMedia",
                new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
            await chromium.Call("Page.navigate", new { url = address });
            await chromium.Until($"document.readyState === 'complete' && {ready}");
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }

        return chromium;
    }

    /// <summary>What an expression of the page gives.</summary>
    public async Task<JsonNode?> Evaluate(string expression) =>
        (await Call("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true }))["result"]?["value"];

    /// <summary>Waits until an expression holds.</summary>
    public Task Until(string expression) => Served.Until(async () => await Evaluate(
        $"(() => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }})()") is { } holds && (bool)holds);

    /// <summary>Chooses files in the page's hidden input.</summary>
    public async Task Choose(params string[] files)
    {
        var document = await Call("DOM.getDocument");
        var node = await Call("DOM.querySelector", new { nodeId = (int)document["root"]!["nodeId"]!, selector = "#files" });
        await Call("DOM.setFileInputFiles", new { nodeId = (int)node["nodeId"]!, files });
    }

    /// <summary>Presses a key.</summary>
    public async Task Press(string key, string? text = null)
    {
        await Call("Input.dispatchKeyEvent", new { type = "keyDown", key, text = text ?? (key.Length == 1 ? key : ""), code = key });
        await Call("Input.dispatchKeyEvent", new { type = "keyUp", key, code = key });
    }

    /// <summary>Drags the mouse, in pixels of the window.</summary>
    public async Task Drag(double fromX, double fromY, double toX, double toY)
    {
        await Call("Input.dispatchMouseEvent",
            new { type = "mousePressed", x = fromX, y = fromY, button = "left", buttons = 1, clickCount = 1 });
        await Call("Input.dispatchMouseEvent", new { type = "mouseMoved", x = toX, y = toY, button = "left", buttons = 1 });
        await Call("Input.dispatchMouseEvent", new { type = "mouseReleased", x = toX, y = toY, button = "left", clickCount = 1 });
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task Connect()
    {
        string? line;
        while ((line = await _process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))) is not null
            && !Address().IsMatch(line))
        {
        }

        Assert.NotNull(line);
        _ = _process.StandardError.ReadToEndAsync();
        using var client = new HttpClient();
        var port = new Uri(Address().Match(line).Value).Port;
        var answer = await client.PutAsync($"http://127.0.0.1:{port}/json/new?about:blank", null);
        await _socket.ConnectAsync(new Uri((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["webSocketDebuggerUrl"]!),
            CancellationToken.None);
    }

    private async Task<JsonNode> Call(string method, object? parameters = null)
    {
        var id = ++_calls;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } }),
            WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            var message = await Receive();
            if ((int?)message["id"] == id) return message["result"] ?? throw new InvalidOperationException(message.ToJsonString());
            Note(message);
        }
    }

    private async Task<JsonNode> Receive()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), clock.Token);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(whole.ToArray()))!;
    }

    private void Note(JsonNode message)
    {
        var parameters = message["params"];
        switch ((string?)message["method"])
        {
            case "Runtime.exceptionThrown":
                Complaints.Add(parameters!.ToJsonString());
                break;
            case "Log.entryAdded" when (string?)parameters!["entry"]!["level"] is "error" or "warning":
                Complaints.Add((string)parameters["entry"]!["text"]!);
                break;
            case "Network.requestWillBeSent" when (string)parameters!["request"]!["url"]! is var url
                && !url.StartsWith(_address, StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal)
                && !url.StartsWith("data:", StringComparison.Ordinal):
                Complaints.Add($"went to {url}");
                break;
        }
    }

    [GeneratedRegex(@"ws://\S+")]
    private static partial Regex Address();
}
