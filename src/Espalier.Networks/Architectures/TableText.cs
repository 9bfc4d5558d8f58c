using System.Text;
using Espalier.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Espalier.Networks;

/// <summary>Reads YAML text into <see cref="TableValue"/>s from parser events:
/// no tags, no aliases, no types, limited size and depth.</summary>
internal sealed class TableText
{
    private const int MaxLength = 1 << 20;
    private const int MaxDepth = 16;

    private readonly Parser _parser;

    private TableText(string yaml)
    {
        _parser = new Parser(new StringReader(yaml));
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="GraphException">It cannot be read or is too large.</exception>
    public static string Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length is var length and > MaxLength)
                throw new GraphException($"{path} has {length} bytes; an architecture table may have at most {MaxLength}.");
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GraphException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The table of a text.</summary>
    /// <exception cref="GraphException">The text is not YAML, or not a map.</exception>
    public static TableValue.Map Parse(string name, string yaml)
    {
        if (yaml.Length > MaxLength)
            throw new GraphException($"{name} has {yaml.Length} characters; an architecture table may have at most {MaxLength}.");
        try
        {
            return new TableText(yaml).Document(name);
        }
        catch (YamlException exception)
        {
            throw new GraphException($"{name}, line {exception.Start.Line}: this is not YAML ({exception.Message}).", exception);
        }
        catch (Exception exception) when (exception is not EspalierException)
        {
            // The scanner itself stumbles over some broken texts, such as a list that a comment cuts off, by whatever it uses.
            throw new GraphException($"{name}: this is not YAML (a bracket or quote is not closed, or a tag is none).", exception);
        }
    }

    private TableValue.Map Document(string name)
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) throw new GraphException($"{name} is empty.");
        return Value(0) as TableValue.Map
            ?? throw new GraphException($"{name} is not an architecture table: it needs keys such as nc, backbone and head.");
    }

    private TableValue Value(int depth)
    {
        var start = _parser.Current!.Start;
        if (depth > MaxDepth) throw new YamlException(start, start, $"nested deeper than {MaxDepth} levels");
        if (_parser.TryConsume<Scalar>(out var scalar)) return TableValue.Of(scalar.Value);
        if (_parser.TryConsume<SequenceStart>(out _)) return List(depth);
        if (_parser.TryConsume<MappingStart>(out _)) return Map(depth);
        throw new YamlException(start, start, "an alias or another construct that a table does not need");
    }

    private TableValue.List List(int depth)
    {
        var items = new List<TableValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Value(depth + 1));
        return new TableValue.List(items);
    }

    private TableValue.Map Map(int depth)
    {
        var entries = new OrderedDictionary<string, TableValue>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            if (!entries.TryAdd(key.Value, Value(depth + 1)))
                throw new YamlException(key.Start, key.End, $"the key '{key.Value}' stands twice");
        }

        return new TableValue.Map(entries);
    }
}
