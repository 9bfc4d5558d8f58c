using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Runtime;

namespace Espalier.Server.Tests;

/// <summary>Requests as the public clients of the Open Inference Protocol v2 send them, and what those read of the answers.</summary>
public sealed class InferenceProtocolTests
{
    private static readonly float[] Planes = [.. Enumerable.Range(1, 3 * 64 * 64).Select(k => 0.5f + (0.5f * MathF.Sin(0.01f * k)))];

    [Fact]
    public async Task Health_server_and_model_are_described()
    {
        await using var served = await Served.Start();

        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/v2/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/v2/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/v2/models/digits/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await served.Client.GetAsync("/v2/models/absent/ready")).StatusCode);
        Assert.Equal("""{"name":"espalier","version":"2","extensions":["binary_tensor_data"]}""",
            await served.Client.GetStringAsync("/v2"));
        var model = await Served.Json(await served.Client.GetAsync("/v2/models/digits/versions/1"));
        Assert.Equal("""{"name":"images","datatype":"FP32","shape":[1,3,64,64]}""", model["inputs"]![0]!.ToJsonString());
        Assert.Equal("""{"name":"pictures","datatype":"BYTES","shape":[-1]}""", model["inputs"]![1]!.ToJsonString());
        Assert.Equal("""{"name":"output0","datatype":"FP32","shape":[1,-1,15]}""", model["outputs"]![0]!.ToJsonString());
        Assert.Equal("onnxruntime_onnx", (string?)model["platform"]);
        var absent = await served.Client.GetAsync("/v2/models/absent");
        Assert.Equal((HttpStatusCode.NotFound, """{"error":"There is no such model."}"""),
            (absent.StatusCode, await absent.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Tensors_in_json_as_kserve_sends_them_flat_or_nested()
    {
        await using var served = await Served.Start();
        using var network = OnnxNetwork.Open(Served.Digits);
        var (wanted, shape) = network.Run(MemoryMarshal.AsBytes(Planes.AsSpan()), 1, 64, 64);
        var nested = Planes.Chunk(64).Select(row => (object)row).Chunk(64);

        foreach (var data in new[] { JsonSerializer.Serialize(Planes), JsonSerializer.Serialize(nested) })
        {
            var answer = await Infer(served,
                $$"""{"id":"42","inputs":[{"name":"images","shape":[1,3,64,64],"datatype":"FP32","data":{{data}}}]}""");

            Assert.Equal(("digits", "1", "42"), ((string?)answer["model_name"], (string?)answer["model_version"], (string?)answer["id"]));
            var output = Assert.Single(answer["outputs"]!.AsArray())!;
            Assert.Equal(("output0", "FP32"), ((string?)output["name"], (string?)output["datatype"]));
            Assert.Equal(shape, output["shape"]!.AsArray().Select(length => (long)length!));
            Assert.Equal(wanted, output["data"]!.AsArray().Select(number => (float)number!));
        }
    }

    [Fact]
    public async Task Tensors_in_binary_as_tritonclient_sends_them()
    {
        await using var served = await Served.Start();
        using var network = OnnxNetwork.Open(Served.Digits);
        var (wanted, _) = network.Run(MemoryMarshal.AsBytes(Planes.AsSpan()), 1, 64, 64);
        // tritonclient.http: InferInput.set_data_from_numpy, InferRequestedOutput(binary_data=True).
        var head = Encoding.UTF8.GetBytes(
            """{"inputs":[{"name":"images","shape":[1,3,64,64],"datatype":"FP32","parameters":{"binary_data_size":49152}}],"""
                + "\"outputs\":[{\"name\":\"output0\",\"parameters\":{\"binary_data\":true}}]}"
        );
        using var content = new ByteArrayContent([.. head, .. MemoryMarshal.AsBytes(Planes.AsSpan())]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", $"{head.Length}");

        var answer = await served.Client.PostAsync("/v2/models/digits/infer", content);

        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var length = int.Parse(Assert.Single(answer.Headers.GetValues("Inference-Header-Content-Length")),
            System.Globalization.CultureInfo.InvariantCulture);
        var output = JsonNode.Parse(bytes.AsSpan(0, length))!["outputs"]![0]!;
        Assert.Equal(bytes.Length - length, (int)output["parameters"]!["binary_data_size"]!);
        Assert.Null(output["data"]);
        Assert.Equal(wanted, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(length)).ToArray());
    }

    [Fact]
    public async Task Encoded_pictures_in_json_and_in_binary_give_what_read_gives()
    {
        await using var served = await Served.Start();
        byte[][] photos = [Served.Photo(), Served.Photo(2, 100, 50)];
        using var form = new MultipartFormDataContent { { Served.Body(photos[0]), "a", "a" }, { Served.Body(photos[1]), "b", "b" } };
        var read = await Served.Json(await served.Client.PostAsync("/read", form));
        var numbers = read["pictures"]!.AsArray()
            .Select(picture => picture!["numbers"]!.AsArray().Select(number => (string?)number!["text"]).FirstOrDefault() ?? "").ToArray();

        var json = await Infer(
            served,
            $$"""{"inputs":[{"name":"pictures","shape":[2],"datatype":"BYTES","data":[{{string.Join(',', photos.Select(Quoted))}}]}]}"""
        );
        byte[] data = [.. photos.SelectMany(photo => BitConverter.GetBytes(photo.Length).Concat(photo))];
        var head = Encoding.UTF8.GetBytes(
            $$$"""{"inputs":[{"name":"pictures","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":{{{data.Length}}}}}],"""
                + "\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"numbers\"}]}"
        );
        using var content = new ByteArrayContent([.. head, .. data]);
        content.Headers.Add("Inference-Header-Content-Length", $"{head.Length}");
        var binary = await served.Client.PostAsync("/v2/models/digits/infer", content);

        var outputs = json["outputs"]!.AsArray().ToDictionary(output => (string)output!["name"]!, output => output!);
        Assert.Equal(["indices", "boxes", "confidences", "classes", "labels", "numbers", "number_confidences"], outputs.Keys);
        Assert.Equal(numbers, outputs["numbers"]["data"]!.AsArray().Select(text => (string?)text));
        var found = outputs["classes"]["data"]!.AsArray().Count;
        Assert.True(found > 0);
        Assert.Equal(4 * found, outputs["boxes"]["data"]!.AsArray().Count);
        Assert.Equal($"[{found},4]", outputs["boxes"]["shape"]!.ToJsonString());
        var bytes = await binary.Content.ReadAsByteArrayAsync();
        Assert.Equal(numbers.SelectMany(text => BitConverter.GetBytes(text.Length).Concat(Encoding.UTF8.GetBytes(text))), bytes[int.Parse(
            binary.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture)..]);
    }

    [Theory]
    [InlineData("[]", "There are no inputs.")]
    [InlineData("{", "The body is no JSON of an inference request.")]
    [InlineData("""{"inputs":[]}""", "One input is wanted, images or pictures, not 0.")]
    [InlineData("""{"inputs":[1]}""", "An input has no name.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP64","shape":[1],"data":[1]}]}""",
        "The datatype of 'images' must be FP32, FP16, UINT8 or BYTES.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1],"data":["1"]}]}""", "An element of 'images' is no FP32.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[2],"data":[1]}]}""",
        "The shape of 'images' asks for 2 elements, but its data has 1.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,2147483647,2147483647],"data":[1]}]}""",
        "The shape of 'images' asks for 2147483647 elements, but its data has 1.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[-1],"data":[1]}]}""",
        "The shape of 'images' must be whole numbers.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","data":[1]}]}""", "'images' has no shape.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1]}]}""", "'images' has no data.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}""",
        "The binary_data_size of 'images' is more than what follows the JSON.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[0,3,64,64],"data":[]}]}""",
        "The network takes 1 pictures a call, not 0.")]
    [InlineData("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,1,1],"data":[1,2,3]}]}""",
        "The network's image size is fixed at 64 × 64, so it cannot be 1 × 1.")]
    [InlineData("""{"inputs":[{"name":"other","datatype":"FP32","shape":[1],"data":[1]}]}""",
        "The input must be images, FP32 (batch, 3, height, width), or pictures, BYTES.")]
    [InlineData("""{"inputs":[{"name":"pictures","datatype":"BYTES","shape":[1],"data":["*"]}]}""",
        "An element of 'pictures' is no base64.")]
    [InlineData("""{"inputs":[{"name":"pictures","datatype":"BYTES","shape":[1],"data":["AAAA"]}]}""",
        "The picture is not a PNG, JPEG, WebP, BMP or TIFF file.")]
    [InlineData("""{"inputs":[{"name":"pictures","datatype":"BYTES","shape":[0],"data":[]}]}""",
        "A request may have 1…64 pictures, not 0.")]
    public async Task Malformed_requests_get_an_error_as_the_protocol_has_it(string body, string sentence)
    {
        await using var served = await Served.Start();
        var answer = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent(body));
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (answer.StatusCode, (string?)(await Served.Json(answer))["error"]));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1000")]
    [InlineData("x")]
    public async Task A_wrong_length_of_the_json_is_refused(string length)
    {
        await using var served = await Served.Start();
        using var content = new StringContent("{}");
        content.Headers.Add("Inference-Header-Content-Length", length);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.Client.PostAsync("/v2/models/digits/infer", content)).StatusCode);
    }

    [Fact]
    public async Task An_output_that_there_is_not_is_named()
    {
        await using var served = await Served.Start();
        var photo = Quoted(Served.Photo());
        var body =
            $$"""{"inputs":[{"name":"pictures","shape":[1],"datatype":"BYTES","data":[{{photo}}]}],"outputs":[{"name":"nothing"}]}""";
        var answer = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent(body));
        Assert.StartsWith("There is no such output; there are: indices", (string?)(await Served.Json(answer))["error"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_json_cannot_hold_is_refused_in_words_and_given_in_binary()
    {
        await using var served = await Served.Start();
        // More than a float holds, so that the network computes with infinity.
        var data = string.Join(',', Enumerable.Repeat("1e39", Planes.Length));
        var input = $$"""{"inputs":[{"name":"images","shape":[1,3,64,64],"datatype":"FP32","data":[{{data}}]}],"""
            + "\"parameters\":{\"binary_data_output\":";

        var answer = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent(input + "false}}"));
        var binary = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent(input + "true}}"));

        Assert.Equal((HttpStatusCode.BadRequest, "'output0' holds NaN or infinity, which JSON does not know; ask for it with binary_data."),
            (answer.StatusCode, (string?)(await Served.Json(answer))["error"]));
        Assert.Equal(HttpStatusCode.OK, binary.StatusCode);
    }

    private static async Task<JsonNode> Infer(Served served, string body)
    {
        var answer = await served.Client.PostAsync("/v2/models/digits/infer", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return await Served.Json(answer);
    }

    private static string Quoted(byte[] photo) => $"\"{Convert.ToBase64String(photo)}\"";
}
