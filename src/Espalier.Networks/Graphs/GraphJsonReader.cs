using System.Text.Json;

namespace Espalier.Networks;

/// <summary>Reads a graph's JSON, trusting nothing in it.</summary>
internal sealed class GraphJsonReader(string source)
{
    private const int MaxLength = 1 << 24;

    /// <summary>The graph of a text.</summary>
    /// <exception cref="GraphException">The text is no graph.</exception>
    public Graph Read(string json)
    {
        if (json.Length > MaxLength)
            throw new GraphException($"{source}: a graph may have at most {MaxLength} characters, not {json.Length}.");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var graph = Read(document.RootElement);
            GraphValidator.Validate(graph, source);
            return graph;
        }
        catch (JsonException exception)
        {
            throw new GraphException($"{source}: the graph is not JSON (line {exception.LineNumber + 1}).", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A string with a broken surrogate is found only when it is read.
            throw new GraphException($"{source}: the graph holds text that is not Unicode.", exception);
        }
    }

    private Graph Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new GraphException($"{source}: the graph is not a JSON object.");
        var members = new JsonMembers(root, source);
        var version = members.Whole("version");
        if (version != GraphJson.Version)
            throw new GraphException($"{source}: the graph has version {version}; this reads version {GraphJson.Version}.");
        var nodes = members.List("nodes", GraphLimits.Nodes);
        return new Graph([.. nodes.Select((node, position) => ReadNode(node, $"{source}, node {position}"))])
        {
            Modules = members.Words("modules", GraphLimits.Rows),
        };
    }

    private static Node ReadNode(JsonElement node, string where)
    {
        if (node.ValueKind != JsonValueKind.Object) throw new GraphException($"{where}: a node is a JSON object.");
        return NodeKinds.Read(new JsonMembers(node, where));
    }
}
