using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Espalier.Server.Tests;

/// <summary>
/// Whole requests, head and body, as Frigate's deepstack detector, tritonclient.http and KServe's InferenceRESTClient put them on the wire;
/// and the answers read as those read them.
/// </summary>
public sealed class RecordedClientTests
{
    [Fact]
    public async Task Frigate_reads_label_confidence_and_edges_of_each_prediction()
    {
        await using var served = await Served.Start();
        byte[] body =
        [
            .. Text("--003c325f5690186bc84396ff5e1ee0ac\nContent-Disposition: form-data; name=\"api_key\"\n\n\n"
                + "--003c325f5690186bc84396ff5e1ee0ac\nContent-Disposition: form-data; name=\"image\"; filename=\"image\"\n\n"),
            .. Served.Photo(),
            .. Text("\n--003c325f5690186bc84396ff5e1ee0ac--\n"),
        ];

        var answer = await Send(served, "POST /v1/vision/detection HTTP/1.1\nHost: 127.0.0.1\nUser-Agent: python-requests/2.34.2\n"
            + $"Accept-Encoding: gzip, deflate\nAccept: */*\nConnection: keep-alive\nContent-Length: {body.Length}\n"
            + "Content-Type: multipart/form-data; boundary=003c325f5690186bc84396ff5e1ee0ac\n\n", body);

        Assert.Equal(200, answer.Status);
        var predictions = JsonNode.Parse(answer.Body)!["predictions"]!.AsArray();
        Assert.NotEmpty(predictions);
        foreach (var prediction in predictions)
        {
            // It gives up at the first that is below .4, so none must be hidden behind one.
            Assert.True((float)prediction!["confidence"]! >= 0.4f);
            Assert.Single((string)prediction["label"]!);
            Assert.All(["y_min", "x_min", "y_max", "x_max"], edge => Assert.InRange((double)prediction[edge]! / 64, 0, 1));
        }
    }

    [Fact]
    public async Task Tritonclient_finds_each_output_in_the_buffer_behind_the_header()
    {
        await using var served = await Served.Start();
        byte[][] photos = [Served.Photo(), Served.Photo(2)];
        byte[] data = [.. photos.SelectMany(photo => BitConverter.GetBytes(photo.Length).Concat(photo))];
        var json = Text("""{"id":"7","inputs":[{"name":"pictures","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":"""
            + data.Length + """}}],"parameters":{"binary_data_output":true,"confidence":0.3}}""");

        var answer = await Send(served, "POST /v2/models/digits/infer HTTP/1.1\nUser-Agent: python/gevent-http-client-2.3.9\n"
            + $"Host: 127.0.0.1\nInference-Header-Content-Length: {json.Length}\nContent-Length: {json.Length + data.Length}\n\n",
            [.. json, .. data]);

        var (head, outputs) = Outputs(answer);
        Assert.Equal((200, "7", "digits"), (answer.Status, (string?)head["id"], (string?)head["model_name"]));
        Assert.Equal(["indices", "boxes", "confidences", "classes", "labels", "numbers", "number_confidences"], outputs.Keys);
        Assert.Equal(2, Elements(outputs["numbers"].Data).Count);
        var labels = Elements(outputs["labels"].Data);
        var classes = MemoryMarshal.Cast<byte, int>(outputs["classes"].Data).ToArray();
        Assert.NotEmpty(labels);
        Assert.Equal(classes.Select(index => $"{index}"), labels);
        Assert.Equal([labels.Count, 4], outputs["boxes"].Shape);
        Assert.Equal(labels.Count * 4 * sizeof(float), outputs["boxes"].Data.Length);
    }

    [Fact]
    public async Task Kserve_reads_outputs_from_json_and_from_behind_it()
    {
        await using var served = await Served.Start();
        const string Head = "POST /v2/models/digits/infer HTTP/1.1\nHost: 127.0.0.1\nAccept: */*\nAccept-Encoding: gzip, deflate\n"
            + "Connection: keep-alive\nUser-Agent: python-httpx/0.28.1\n";
        const string Id = "0f5a4b0e-6f0e-4f0c-9d6c-0c8c4c9f2b11";
        var photo = Served.Photo();
        var plain = Text($$"""{"id":"{{Id}}","model_name":"digits","inputs":[{"name":"pictures","shape":[1],"datatype":"BYTES","data":["""
            + $"\"{Convert.ToBase64String(photo)}\"]}}]}}");
        byte[] data = [.. BitConverter.GetBytes(photo.Length), .. photo];
        var json = Text($$"""{"id":"{{Id}}","model_name":"digits","inputs":[{"name":"pictures","shape":[1],"datatype":"BYTES","""
            + "\"parameters\":"
            + $"{{\"binary_data_size\":{data.Length}}}"
            + """}],"outputs":[{"name":"numbers"},{"name":"boxes","parameters":{"binary_data":true}}]}""");

        var whole = await Send(served, Head + $"Content-Length: {plain.Length}\n\n", plain);
        var split = await Send(served, Head + $"inference-header-content-length: {json.Length}\ncontent-type: application/octet-stream\n"
            + $"Content-Length: {json.Length + data.Length}\n\n", [.. json, .. data]);

        Assert.Equal((200, 200), (whole.Status, split.Status));
        Assert.False(whole.Headers.ContainsKey("Inference-Header-Content-Length"));
        var outputs = JsonNode.Parse(whole.Body)!["outputs"]!.AsArray().ToDictionary(output => (string)output!["name"]!, output => output!);
        var (head, binary) = Outputs(split);
        Assert.Equal((Id, Id), ((string?)JsonNode.Parse(whole.Body)!["id"], (string?)head["id"]));
        var numbers = head["outputs"]!.AsArray().Single(output => (string?)output!["name"] == "numbers")!;
        Assert.Equal(outputs["numbers"]["data"]!.ToJsonString(), numbers["data"]!.ToJsonString());
        Assert.Equal(outputs["boxes"]["data"]!.AsArray().Select(edge => (float)edge!),
            MemoryMarshal.Cast<byte, float>(binary["boxes"].Data).ToArray());
    }

    [Fact]
    public async Task Kserve_asks_for_health_and_shows_what_is_wrong_only_where_the_type_is_bare_json()
    {
        await using var served = await Served.Start();
        const string Rest = "Host: 127.0.0.1\nAccept: */*\nAccept-Encoding: gzip, deflate\nConnection: keep-alive\n"
            + "User-Agent: python-httpx/0.28.1\n";
        foreach (var (path, field) in new[] { ("live", "live"), ("ready", "ready") })
        {
            var health = await Send(served, $"GET /v2/health/{path} HTTP/1.1\n{Rest}\n", []);
            Assert.Equal((200, true), (health.Status, (bool)JsonNode.Parse(health.Body)![field]!));
        }

        var absent = await Send(served, $"POST /v2/models/absent/infer HTTP/1.1\n{Rest}Content-Length: 2\n\n", Text("{}"));

        Assert.Equal((404, "application/json"), (absent.Status, absent.Headers["Content-Type"]));
        Assert.Equal("There is no such model; there are: digits.", (string?)JsonNode.Parse(absent.Body)!["error"]);
    }

    private sealed record Reply(int Status, Dictionary<string, string> Headers, byte[] Body);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));

    private static async Task<Reply> Send(Served served, string head, byte[] body)
    {
        using var client = await served.Raw(head, body);
        var stream = client.GetStream();
        var lines = new List<string>();
        for (string line; (line = await Line(stream)).Length > 0;) lines.Add(line);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        if (headers.TryGetValue("Content-Length", out var said))
            return new Reply(status, headers, await Bytes(stream, int.Parse(said, System.Globalization.CultureInfo.InvariantCulture)));
        var whole = new List<byte>();
        for (int size; (size = Convert.ToInt32(await Line(stream), 16)) > 0; await Line(stream)) whole.AddRange(await Bytes(stream, size));
        return new Reply(status, headers, [.. whole]);
    }

    private static async Task<string> Line(NetworkStream stream)
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = (char)(await Bytes(stream, 1))[0];
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }
    }

    private static async Task<byte[]> Bytes(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return bytes;
    }

    // As InferResult and InferResponse do: outputs that say binary_data_size lie one after another behind the JSON.
    private static (JsonNode Head, Dictionary<string, (int[] Shape, byte[] Data)> Binary) Outputs(Reply reply)
    {
        var rest = reply.Body.AsSpan(int.Parse(reply.Headers["Inference-Header-Content-Length"],
            System.Globalization.CultureInfo.InvariantCulture));
        var head = JsonNode.Parse(reply.Body.AsSpan(0, reply.Body.Length - rest.Length))!;
        var binary = new Dictionary<string, (int[], byte[])>();
        foreach (var output in head["outputs"]!.AsArray())
        {
            if (output!["parameters"]?["binary_data_size"] is not { } size) continue;
            binary.Add((string)output["name"]!,
                ([.. output["shape"]!.AsArray().Select(length => (int)length!)], rest[..(int)size].ToArray()));
            rest = rest[(int)size..];
        }

        Assert.True(rest.IsEmpty);
        return (head, binary);
    }

    private static List<string> Elements(ReadOnlySpan<byte> data)
    {
        var elements = new List<string>();
        while (!data.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(data);
            elements.Add(Encoding.UTF8.GetString(data.Slice(sizeof(int), length)));
            data = data[(sizeof(int) + length)..];
        }

        return elements;
    }
}
