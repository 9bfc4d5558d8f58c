using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// A graph as JSON: canonical, so that equal graphs give equal text and one hash. A checkpoint carries its graph in this form.
/// </summary>
public static class GraphJson
{
    /// <summary>The version that is written; readers refuse others.</summary>
    internal const int Version = 1;

    /// <summary>The canonical JSON of a graph: no white space, fixed order, shortest numbers that read back exactly.</summary>
    public static string ToJson(this Graph graph)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            Write(json, "modules", graph.Modules);
            json.WriteStartArray("nodes");
            foreach (var node in graph.Nodes) Write(json, node);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The SHA-256 of <see cref="ToJson"/>, as 64 lower-case hexadecimal digits: two graphs with one hash are the same network.</summary>
    public static string Hash(this Graph graph) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(graph.ToJson())));

    /// <summary>Reads a graph, and checks it as <see cref="GraphValidator"/> does.</summary>
    /// <param name="json">The text, in any layout.</param>
    /// <param name="source">What messages call it, such as a file's name.</param>
    /// <exception cref="GraphException">The text is no graph; the message names the node and the reason.</exception>
    public static Graph Parse(string json, string source) => new GraphJsonReader(source).Read(json);

    private static void Write(Utf8JsonWriter json, Node node)
    {
        json.WriteStartObject();
        json.WriteString("operation", GraphJsonReader.Operation(node));
        json.WriteString("name", node.Name);
        json.WriteNumber("row", node.Row);
        Write(json, "inputs", node.Inputs);
        WriteNumbers(json, node);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case InputNode image:
                json.WriteNumber("channels", image.Channels);
                break;
            case ConvNode conv:
                Write(json, conv);
                break;
            case BatchNormNode norm:
                json.WriteNumber("channels", norm.Channels);
                json.WriteNumber("epsilon", norm.Epsilon);
                json.WriteNumber("momentum", norm.Momentum);
                break;
            case ActivationNode activation:
                json.WriteString("kind", activation.Kind.ToString());
                break;
            case MaxPoolNode pool:
                json.WriteNumber("kernel", pool.Kernel);
                json.WriteNumber("stride", pool.Stride);
                json.WriteNumber("padding", pool.Padding);
                break;
            case UpsampleNode upsample:
                json.WriteNumber("scale", upsample.Scale);
                break;
            case DetectNode detect:
                Write(json, detect);
                break;
            default:
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, ConvNode conv)
    {
        json.WriteNumber("inChannels", conv.InChannels);
        json.WriteNumber("outChannels", conv.OutChannels);
        json.WriteNumber("kernel", conv.Kernel);
        json.WriteNumber("stride", conv.Stride);
        json.WriteNumber("padding", conv.Padding);
        json.WriteNumber("groups", conv.Groups);
        json.WriteBoolean("bias", conv.Bias);
    }

    private static void Write(Utf8JsonWriter json, DetectNode detect)
    {
        json.WriteNumber("classes", detect.Classes);
        json.WriteStartArray("anchors");
        foreach (var level in detect.Anchors)
        {
            json.WriteStartArray();
            foreach (var side in level) json.WriteNumberValue(side);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        Write(json, "strides", detect.Strides);
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
