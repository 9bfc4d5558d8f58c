using System.Buffers;
using System.Text;
using System.Text.Json;
using Espalier.Vision;

namespace Espalier.DetectionLines;

/// <summary>A detection and the picture it is on.</summary>
/// <param name="Picture">The file's name, without its folder: folders are called otherwise elsewhere.</param>
/// <param name="Detection">What was found.</param>
internal sealed record DetectionLine(string Picture, Detection Detection)
{
    /// <summary>One line; numbers in the shortest form that reads back as the same float.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("picture", Picture);
            json.WriteNumber("class", Detection.Class);
            json.WriteNumber("confidence", Detection.Confidence);
            json.WriteStartArray("box");
            var (left, top, right, bottom) = Detection.Box;
            foreach (var edge in (ReadOnlySpan<float>)[left, top, right, bottom]) json.WriteNumberValue(edge);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Every line of a file.</summary>
    public static DetectionLine[] ReadAll(string path) => [.. File.ReadLines(path).Select(Parse)];

    private static DetectionLine Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var edges = root.GetProperty("box").EnumerateArray().Select(edge => edge.GetSingle()).ToArray();
        var box = new Box(edges[0], edges[1], edges[2], edges[3]);
        return new DetectionLine(
            root.GetProperty("picture").GetString()!,
            new Detection(box, root.GetProperty("confidence").GetSingle(), root.GetProperty("class").GetInt32()));
    }
}
