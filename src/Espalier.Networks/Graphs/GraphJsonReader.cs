using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>Reads a graph's JSON, trusting nothing in it.</summary>
internal sealed class GraphJsonReader(string source)
{
    private const int MaxLength = 1 << 24;

    /// <summary>The word for a node's operation.</summary>
    public static string Operation(Node node) => node switch
    {
        InputNode => "input",
        ConvNode => "conv",
        BatchNormNode => "batchNorm",
        ActivationNode => "activation",
        AddNode => "add",
        ConcatNode => "concat",
        MaxPoolNode => "maxPool",
        UpsampleNode => "upsample",
        SpaceToDepthNode => "spaceToDepth",
        DetectNode => "detect",
        _ => throw new GraphException($"There is no word for a {node.GetType().Name}."),
    };

    /// <summary>The graph of a text.</summary>
    /// <exception cref="GraphException">The text is no graph.</exception>
    public Graph Read(string json)
    {
        if (json.Length > MaxLength) throw new GraphException($"{source}: a graph may have at most {MaxLength} characters, not {json.Length}.");
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
        var version = Whole(root, "version", source);
        if (version != GraphJson.Version)
            throw new GraphException($"{source}: the graph has version {version}; this reads version {GraphJson.Version}.");
        var nodes = List(root, "nodes", GraphLimits.Nodes, source);
        var builder = ImmutableArray.CreateBuilder<Node>(nodes.Count);
        foreach (var node in nodes) builder.Add(ReadNode(node, $"{source}, node {builder.Count}"));
        return new Graph(builder.MoveToImmutable())
        {
            Modules = [.. List(root, "modules", GraphLimits.Rows, source).Select(word => ToWord(word, "modules", source))],
        };
    }

    private static Node ReadNode(JsonElement node, string where)
    {
        if (node.ValueKind != JsonValueKind.Object) throw new GraphException($"{where}: a node is a JSON object.");
        var operation = Word(node, "operation", where);
        var name = Word(node, "name", where);
        var row = Whole(node, "row", where);
        var inputs = Wholes(node, "inputs", GraphLimits.Inputs, where);
        int Number(string member) => Whole(node, member, where);
        return operation switch
        {
            "input" => new InputNode(name, Number("channels")),
            "conv" => new ConvNode(
                name, row, inputs, Number("inChannels"), Number("outChannels"), Number("kernel"), Number("stride"), Number("padding"),
                Number("groups"), Flag(node, "bias", where)),
            "batchNorm" => new BatchNormNode(name, row, inputs, Number("channels"), Real(node, "epsilon", where), Real(node, "momentum", where)),
            "activation" => new ActivationNode(name, row, inputs, Activation(node, where)),
            "add" => new AddNode(name, row, inputs),
            "concat" => new ConcatNode(name, row, inputs),
            "maxPool" => new MaxPoolNode(name, row, inputs, Number("kernel"), Number("stride"), Number("padding")),
            "upsample" => new UpsampleNode(name, row, inputs, Number("scale")),
            "spaceToDepth" => new SpaceToDepthNode(name, row, inputs),
            "detect" => new DetectNode(name, row, inputs, Number("classes"), Anchors(node, where), Wholes(node, "strides", 8, where)),
            _ => throw new GraphException($"{where}: there is no operation '{operation}'."),
        };
    }

    private static ActivationKind Activation(JsonElement node, string where)
    {
        var word = Word(node, "kind", where);
        return ActivationNames.Find(word) ?? throw new GraphException($"{where}: the activation must be one of {ActivationNames.All}, not '{word}'.");
    }

    private static ImmutableArray<ImmutableArray<float>> Anchors(JsonElement node, string where)
        => [.. List(node, "anchors", 8, where).Select(level => Level(level, where))];

    private static ImmutableArray<float> Level(JsonElement level, string where)
    {
        if (level.ValueKind != JsonValueKind.Array || level.GetArrayLength() > 64)
            throw new GraphException($"{where}: each level of anchors is a list of at most 64 numbers.");
        return [.. level.EnumerateArray().Select(side => ToReal(side, "anchors", where))];
    }

    private static ImmutableArray<int> Wholes(JsonElement node, string member, int most, string where)
        => [.. List(node, member, most, where).Select(value => ToWhole(value, member, where))];

    private static List<JsonElement> List(JsonElement node, string member, int most, string where)
    {
        var list = Member(node, member, where);
        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw new GraphException($"{where}: {member} must be a list of at most {most} entries.");
    }

    private static int Whole(JsonElement node, string member, string where) => ToWhole(Member(node, member, where), member, where);

    private static int ToWhole(JsonElement value, string member, string where)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new GraphException($"{where}: {member} must be a whole number.");

    private static float Real(JsonElement node, string member, string where) => ToReal(Member(node, member, where), member, where);

    private static float ToReal(JsonElement value, string member, string where)
        => value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number)
            ? number
            : throw new GraphException($"{where}: {member} must be a number.");

    private static bool Flag(JsonElement node, string member, string where) => Member(node, member, where).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new GraphException($"{where}: {member} must be true or false."),
    };

    private static string Word(JsonElement node, string member, string where) => ToWord(Member(node, member, where), member, where);

    private static string ToWord(JsonElement value, string member, string where)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new GraphException($"{where}: {member} must be text.");

    private static JsonElement Member(JsonElement node, string member, string where)
        => node.TryGetProperty(member, out var value) ? value : throw new GraphException($"{where}: {member} is missing.");
}
