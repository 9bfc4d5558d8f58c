using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>
/// A graph as JSON: canonical, so that equal graphs give equal text and one hash. A checkpoint carries its graph in this form.
/// </summary>
internal static class GraphJson
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

    /// <summary>The SHA-256 of <see cref="ToJson"/>, as 64 lower-case hexadecimal digits:
    /// two graphs with one hash are the same network.</summary>
    public static string Hash(this Graph graph) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(graph.ToJson())));

    /// <summary>Reads a graph, and checks it as <see cref="GraphValidator"/> does.</summary>
    /// <param name="json">The text, in any layout.</param>
    /// <param name="source">What messages call it, such as a file's name.</param>
    /// <exception cref="GraphException">The text is no graph; the message names the node and the reason.</exception>
    public static Graph Parse(string json, string source) => new GraphJsonReader(source).Read(json);

    private static void Write(Utf8JsonWriter json, Node node)
    {
        json.WriteStartObject();
        json.WriteString("operation", NodeKinds.Word(node));
        json.WriteString("name", node.Name);
        json.WriteNumber("row", node.Row);
        json.Write("inputs", node.Inputs);
        foreach (var (name, value, _, _) in node.Numbers) json.WriteNumber(name, value);
        node.WriteRest(json);
        json.WriteEndObject();
    }

    /// <summary>Writes a list of whole numbers.</summary>
    internal static void Write(this Utf8JsonWriter json, string name, ImmutableArray<int> numbers)
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
