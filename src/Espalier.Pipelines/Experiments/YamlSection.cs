using System.Globalization;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Yolo;
using YamlDotNet.RepresentationModel;

namespace Espalier.Pipelines.Experiments;

/// <summary>A mapping of a YAML file, read strictly: what nobody asked for is an error,
/// and every error names file, line and what is allowed.</summary>
internal sealed class YamlSection
{
    private readonly string _path;
    private readonly string _name;
    private readonly Dictionary<string, (YamlNode Value, long Line)> _entries = new(StringComparer.Ordinal);

    private YamlSection(string path, string name, YamlMappingNode? mapping)
    {
        (_path, _name) = (path, name);
        if (mapping is null) return;
        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { Length: > 0 } text }) throw Wrong(key, $"{Called("a name")} is wanted here");
            _entries[text] = (value, key.Start.Line);
        }
    }

    /// <summary>The names that the file gives, in its order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="EspalierException">There is no such file, or it is no YAML with names at its outermost level.</exception>
    public static YamlSection Read(string path)
    {
        var root = YamlTree.Read(path)
            ?? throw new EspalierException($"'{path}' is no experiment: it should give values to names, such as 'data: svhn/data.yaml'.");
        return new YamlSection(path, "", root);
    }

    /// <summary>Whether a name is given.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A section within; null where it is not given. <c>sparse: off</c> is as good as nothing.</summary>
    public YamlSection? Section(string name) => Find(name) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlSection(_path, name, mapping),
        YamlScalarNode { Value: null or "" or "~" or "null" } => new YamlSection(_path, name, null),
        YamlScalarNode { Value: "off" or "false" } => null,
        var other => throw Wrong(other, $"{Called(name)} must be a section with names and values of its own"),
    };

    /// <summary>A text.</summary>
    public string? Text(string name) => Find(name) is { } node ? Scalar(node, name) : null;

    /// <summary>One value or several of an option that otherwise takes one.</summary>
    public IReadOnlyList<object?> Several(OptionDescription entry) =>
        [.. Items(Find(entry.Key)!, entry.Key).Select(item => Value(entry, [item]))];

    /// <summary>One text or several.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        Find(name) is { } node ? [.. Items(node, name).Select(item => Scalar(item, name))] : null;

    /// <summary>One word or several, all of them from a list.</summary>
    public IReadOnlyList<string>? Words(string name, IReadOnlyList<string> allowed)
    {
        if (Texts(name) is not { } words) return null;
        foreach (var word in words)
        {
            if (!allowed.Contains(word)) throw Wrong(Find(name)!,
                $"{Called(name)} must be of {string.Join(", ", allowed)}, not '{word}'{Spelling.Hint(word, allowed)}");
        }

        return words;
    }

    /// <summary>Yes or no.</summary>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        var other => throw Wrong(Find(name)!, $"{Called(name)} must be true or false, not '{other}'"),
    };

    /// <summary>A number, or a list of a number and by how much it may be missed; exact where that is not given.</summary>
    public (double Value, double Tolerance) ValueAndTolerance(string name)
    {
        double?[] numbers = [.. Texts(name)!.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var number) && double.IsFinite(number) ? number : (double?)null)];
        return numbers switch
        {
            [{ } value] => (value, 0),
            [{ } value, >= 0 and { } tolerance] => (value, tolerance),
            _ => throw Wrong(Find(name)!, $"{Called(name)} must be a number, "
                + $"or a number and its tolerance of 0 or more, such as [0.8, 0.02]"),
        };
    }

    /// <summary>A record with whatever is given of its options.</summary>
    /// <param name="table">The options.</param>
    /// <param name="start">Where nothing is given.</param>
    /// <param name="allowed">Which of them may stand here.</param>
    /// <exception cref="EspalierException">A value is none that is allowed, or has no effect.</exception>
    public T Read<T>(OptionTable<T> table, T start, Func<OptionDescription, bool> allowed)
        where T : class
    {
        var given = table.Where(allowed).Where(entry => Find(entry.Key) is not null).ToDictionary(entry => entry, Value);
        return table.With(
            start, given,
            (entry, reason) => new EspalierException($"{Place(entry.Key)}: {entry.Key} {reason}."),
            (other, word) => word is null ? other.Key : $"{other.Key}: {word}");
    }

    /// <summary>Where a name stands, for messages.</summary>
    public string Place(string name) => _entries.TryGetValue(name, out var entry)
        ? Invariant($"'{_path}', line {entry.Line}") : $"'{_path}'";

    /// <summary>Refuses every name but some.</summary>
    /// <exception cref="EspalierException">Names the first other entry and what there is.</exception>
    public void RefuseOthers(params IReadOnlyCollection<string> known)
    {
        foreach (var (name, (_, line)) in _entries)
        {
            if (known.Contains(name)) continue;
            var place = _name.Length == 0 ? "an experiment" : $"'{_name}'";
            throw new EspalierException(Invariant($"'{_path}', line {line}: there is no '{name}' in {place}")
                + $"{Spelling.Hint(name, known)}; there are {string.Join(", ", known.Distinct().Order(StringComparer.Ordinal))}.");
        }
    }

    private YamlNode? Find(string name) => _entries.TryGetValue(name, out var entry) ? entry.Value : null;

    private object? Value(OptionDescription entry)
    {
        var node = Find(entry.Key)!;
        return Value(entry, entry.IsList ? Items(node, entry.Key) : [node]);
    }

    private object? Value(OptionDescription entry, IEnumerable<YamlNode> nodes) =>
        entry.TryRead(nodes.Select(node => Scalar(node, entry.Key)), out var value, out var wrong)
        ? value
        : throw Wrong(nodes.First(), $"{Called(entry.Key)} must be {entry.Wanted("in {0}…{1}")}, not "
            + $"'{wrong}'{Spelling.Hint(wrong, entry.Words)}");

    private IEnumerable<YamlNode> Items(YamlNode node, string name) => node is not YamlSequenceNode sequence
        ? [node]
        : sequence.Children.Count > 0 ? sequence.Children : throw Wrong(node, $"{Called(name)} must not be empty");

    private string Scalar(YamlNode node, string name) => node is YamlScalarNode { Value: { Length: > 0 } text }
        ? text : throw Wrong(node, $"{Called(name)} must be one value");

    private string Called(string name) => _name.Length == 0 ? name : $"{_name}.{name}";

    private EspalierException Wrong(YamlNode node, string reason) => new(Invariant($"'{_path}', line {node.Start.Line}: {reason}."));
}
