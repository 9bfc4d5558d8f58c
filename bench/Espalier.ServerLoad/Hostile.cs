using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Espalier.ServerLoad;

/// <summary>Requests that must be refused, each with the status that it must get.</summary>
internal static class Hostile
{
    private const int Timeout = 1;

    private sealed record Attack(string Kind, int[] Right, Func<Random, byte[]> Bytes, bool Ends = false);

    public static int Run(string command, byte[] photo, int count)
    {
        using var server = new ServerProcess(command, "--timeout", $"{Timeout}", "--max-megabytes", "1", "--max-megapixels", "4");
        var good = Connection.Post("/read", photo);
        using (var first = new Connection(server.Port)) first.Status(good);
        var (attacks, before) = (Attacks(photo), server.Megabytes);
        var results = new ConcurrentBag<(Attack Attack, int Status, double Seconds)>();
        var next = -1;
        Load.OnThreads(16, () =>
        {
            for (int index; (index = Interlocked.Increment(ref next)) < count;)
            {
                var (attack, clock) = (attacks[index % attacks.Length], Stopwatch.StartNew());
                using var connection = new Connection(server.Port);
                connection.SendOnly(attack.Bytes(new Random(index)));
                if (attack.Ends) connection.EndSending();
                results.Add((attack, connection.Receive().Status, clock.Elapsed.TotalSeconds));
            }
        });
        Console.WriteLine("| what | requests | answers | wrong | slowest, s |\n|-|-|-|-|-|");
        foreach (var kind in results.GroupBy(result => result.Attack.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var answers = kind.GroupBy(result => result.Status).OrderBy(group => group.Key)
                .Select(group => $"{group.Key}: {group.Count()}");
            Console.WriteLine($"| {kind.Key} | {kind.Count()} | {string.Join(", ", answers)} | {kind.Count(IsWrong)} | "
                + $"{kind.Max(one => one.Seconds):0.00} |");
        }

        foreach (var wrong in results.Where(IsWrong).DistinctBy(result => result.Attack))
        {
            var sent = wrong.Attack.Bytes(new Random(1));
            var bytes = Encoding.ASCII.GetString(sent.AsSpan(0, Math.Min(sent.Length, 80))).ReplaceLineEndings(" ");
            Console.WriteLine($"Wrong: {wrong.Status} instead of {string.Join(" or ", wrong.Attack.Right)}, {wrong.Attack.Kind}: {bytes}");
        }

        using var last = new Connection(server.Port);
        var wrongs = results.Count(IsWrong);
        Console.WriteLine($"{results.Count} requests, {wrongs} wrong; afterwards "
            + $"{server.Metric("espalier_requests_under_way"):0} are under way, a photo gets {last.Status(good)}, "
            + $"and memory is {server.Megabytes:0} MB after {before:0}.");
        return wrongs == 0 && last.Status(good) == 200 ? 0 : 1;

        static bool IsWrong((Attack Attack, int Status, double Seconds) result) =>
            !result.Attack.Right.Contains(result.Status) || result.Seconds > Timeout + 4;
    }

    private static Attack[] Attacks(byte[] photo)
    {
        var attacks = new List<Attack>();

        void Bytes(string kind, int right, Func<Random, byte[]> bytes, bool ends = false) => attacks.Add(new(kind, [right], bytes, ends));
        void Text(string kind, int right, string text, bool ends = false) => Bytes(kind, right, _ => Raw(text), ends);
        void Form(int right, string body, string type = "multipart/form-data; boundary=b", string path = "/read") =>
            Bytes("forms", right, _ => Connection.Post(path, Raw(body), type));
        void Tensor(string body, string headers = "") => Bytes("tensors", 400,
            _ => Connection.Post("/v2/models/house-numbers/infer", Raw(body), "application/json", headers));

        // Slow and cut.
        Bytes("slow bodies", 408, random => Connection.Post("/read", photo)[..^random.Next(1, photo.Length)]);
        Bytes("slow bodies", 408, random => Connection.Post("/v2/models/house-numbers/infer", photo)[..^random.Next(1, photo.Length)]);
        Text("slow heads", 408, "POST /read HTTP/1.1\nHost: loc");
        // Who has closed the connection gets no answer.
        Bytes("cut bodies", 0, random => Connection.Post("/read", photo)[..^random.Next(1, photo.Length)], ends: true);
        Bytes("cut bodies", 0, _ => Connection.Post("/v1/vision/detection", Raw(Part), "multipart/form-data; boundary=b")[..^9],
            ends: true);

        // Too much.
        Text("too large", 413, "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: 99999999999\n\n");
        const string Chunked = "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nTransfer-Encoding: chunked\n\n";
        Bytes("too large", 413, _ => [.. Raw(Chunked), .. Chunks(1_100_000)]);
        Bytes("too large", 413, _ => Connection.Post("/read", Png(60_000, 60_000)));
        Bytes("too large", 400, _ => Connection.Post("/read", Raw(string.Concat(Enumerable.Repeat(Part[..^7], 65)) + "--b--\n"),
            "multipart/form-data; boundary=b"));
        Text("too large", 431, $"GET /models HTTP/1.1\nHost: localhost\nX-Much: {new string('x', 40_000)}\n\n");
        Text("too large", 414, $"GET /{new string('x', 20_000)} HTTP/1.1\nHost: localhost\n\n");
        Text("too large", 431, $"GET /models HTTP/1.1\nHost: localhost\n{string.Concat(Enumerable.Repeat("A: b\n", 200))}\n");

        // Wrong types.
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/json", "x", "" })
            Bytes("wrong types", 415, _ => Connection.Post("/read", photo, type));
        Bytes("wrong types", 415, _ => Connection.Post("/read", photo, headers: "Content-Encoding: gzip\r\n"));
        Bytes("wrong types", 415, _ => Connection.Post("/v1/vision/detection", photo));

        // No pictures.
        Bytes("no pictures", 400, random => Connection.Post("/read", Noise(random)));
        Bytes("no pictures", 400, random => Connection.Post("/read", photo.AsSpan(0, random.Next(1, photo.Length / 2))));
        Bytes("no pictures", 400, _ => Connection.Post("/read", []));
        Bytes("no pictures", 400, _ => Connection.Post("/read", Png(0, 5)));
        Bytes("no pictures", 400, _ => Connection.Post("/detect?confidence=NaN", photo));
        attacks.Add(new("damaged pictures", [200, 400, 413], random => Connection.Post("/read", Damaged(photo, random))));

        // Forms.
        Form(400, "");
        Form(400, Part, "multipart/form-data");
        Form(400, Part, $"multipart/form-data; boundary={new string('b', 500)}");
        Form(400, Part, "multipart/form-data; boundary=other");
        Form(400, Part[..^7]);
        Form(400, "--b\nContent-Disposition: form-data; name=\"a\"; filename=\"../../etc/passwd\"\n\nno picture\n--b--\n");
        Form(400, "--b\nContent-Disposition: form-data; name=\"text\"\n\nno file\n--b--\n");
        Form(400, "--b\nno head at all\n--b--\n");
        Form(400, $"--b\n{string.Concat(Enumerable.Repeat("A: b\n", 100))}\n--b--\n");
        Form(400, "--b\nContent-Disposition: form-data; name=\"min_confidence\"\n\nNaN\n" + Part, path: "/v1/vision/detection");

        // Tensors.
        Tensor("");
        Tensor("{");
        Tensor(string.Concat(Enumerable.Repeat("[", 5000)));
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,2147483647,2147483647],"data":[1]}]}""");
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[-1,3,320,320],"data":[1]}]}""");
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,1,1],"data":[1e999,1,1]}]}""");
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[0,3,320,320],"data":[]}]}""");
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,0,0],"data":[]}]}""");
        Tensor("""{"inputs":[{"name":"images","datatype":"FP32","shape":[1,3,1,7],"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}]}""");
        Tensor("""{"inputs":[{"name":"pictures","datatype":"BYTES","shape":[1],"data":["AAAA"]}]}""");
        Tensor("""{"inputs":[{"name":"pictures","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":8}}]}ÿÿÿÿAAAA""",
            "Inference-Header-Content-Length: 105\r\n");
        Tensor("{}", "Inference-Header-Content-Length: 99\r\n");
        Tensor("{}", "Inference-Header-Content-Length: -1\r\n");
        Tensor("""{"id":7,"inputs":[]}""");
        Tensor("""{"inputs":[],"parameters":7,"outputs":[7]}""");

        // Paths.
        foreach (var path in new[]
        {
            "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/read/../../etc/passwd",
            "/page.html", "/v2/models/..%2f..%2fetc%2fpasswd", "/runs", "/runs/picture?id=../..&name=/etc/passwd",
            "/openapi/../espalier.json.bak", "/.git/config",
        })
            Text("paths", 404, $"GET {path} HTTP/1.1\nHost: localhost\n\n");
        Bytes("paths", 404, _ => Connection.Post("/read?model=../../etc/passwd", photo));
        Bytes("paths", 404, _ => Connection.Post("/v1/vision/custom/..%2f..%2fetc", Raw(Part), "multipart/form-data; boundary=b"));
        Text("paths", 400, "GET /%00 HTTP/1.1\nHost: localhost\n\n");
        Text("paths", 405, "GET /read HTTP/1.1\nHost: localhost\n\n");
        Text("paths", 405, "DELETE /models HTTP/1.1\nHost: localhost\n\n");

        // HTTP.
        Bytes("bad HTTP", 400, random => [.. Noise(random), .. Raw("\n\n")]);
        Bytes("bad HTTP", 400, _ => [0x16, 0x03, 0x01, 0x00, 0xA5, 0x01, 0x00, 0x00, 0xA1, 0x03, 0x03, .. Raw("\n\n")]);
        Text("bad HTTP", 400, "GET / HTTP/1.1\n\n");
        Text("bad HTTP", 400, "GET / HTTP/1.1\nHost: evil.example\n\n");
        Text("bad HTTP", 400, "GET / HTTP/1.1\nHost: a\nHost: b\n\n");
        Text("bad HTTP", 505, "GET / HTTP/9.9\nHost: localhost\n\n");
        Text("bad HTTP", 400, "GET / HTTP/1.1\nHost: localhost\nno colon\n\n");
        Text("bad HTTP", 400, "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: -1\n\n");
        Text("bad HTTP", 400, "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\nContent-Length: 1\nContent-Length: 2\n\nx");
        Text("bad HTTP", 400, Chunked + "zz\n");
        Text("bad HTTP", 400, "POST /read HTTP/1.1\nHost: localhost\nContent-Type: image/png\n\n");
        return [.. attacks];
    }

    private const string Part = "--b\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\n\nno picture\n--b--\n";

    private static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 2000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damaged(byte[] photo, Random random)
    {
        byte[] bytes = [.. photo];
        for (var i = 0; i < 5; i++) bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        return bytes;
    }

    private static byte[] Chunks(int length)
    {
        using var bytes = new MemoryStream();
        for (var sent = 0; sent < length; sent += 50_000) bytes.Write([.. Raw($"{50_000:x}\n"), .. new byte[50_000], .. Raw("\n")]);
        return bytes.ToArray();
    }

    /// <summary>A PNG's signature and header, and nothing behind them.</summary>
    private static byte[] Png(int width, int height)
    {
        byte[] bytes = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return bytes;
    }
}
