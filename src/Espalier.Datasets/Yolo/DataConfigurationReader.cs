using System.Globalization;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Vision;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Espalier.Datasets.Yolo;

/// <summary>Reads <see cref="DataConfiguration"/> from YAML, as data and with limits.</summary>
internal sealed class DataConfigurationReader
{
    private const int MaximumClasses = 100_000;

    // Keys of data.yaml files in the wild that name no split.
    private static readonly HashSet<string> OtherKeys = new(StringComparer.Ordinal)
    {
        "path", "names", "nc", "download", "yaml_file", "license", "url", "author", "date", "version", "docs", "description",
        "roboflow", "channels", "kpt_shape", "flip_idx", "anchors",
    };

    private readonly string _path;
    private readonly YamlMappingNode _root;

    private DataConfigurationReader(string path, YamlMappingNode root)
    {
        _path = path;
        _root = root;
    }

    /// <inheritdoc cref="DataConfiguration.Read"/>
    public static DataConfiguration Read(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            var folder = path;
            path = Path.Combine(path, "data.yaml");
            if (!File.Exists(path)) throw new EspalierException(
                $"There is no data.yaml in {folder}; espalier data new {CommandWord.Quote(folder)} --output FOLDER makes a data set of a "
                + "folder of photos.");
        }

        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            throw PhotoFinder.JsonRefusal(path);
        if (PictureReader.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && File.Exists(path))
            throw new EspalierException($"{path} is a picture; a data.yaml is wanted, which names folders of photos with their labels.");
        var root = YamlTree.Read(path)
            ?? throw new EspalierException($"{path} is no data.yaml: it should map names such as train, val and names to their values.");
        var reader = new DataConfigurationReader(path, root);
        var names = reader.ReadNames();
        reader.CheckCount(names.Count);
        return new DataConfiguration(path, names, reader.ReadSplits()) { KeypointNumbers = reader.ReadKeypointNumbers() };
    }

    private List<string> ReadNames()
    {
        if (Find("names") is not { } node) throw new EspalierException($"{_path} has no class list: 'names' is missing.");
        var names = node switch
        {
            YamlSequenceNode list => list.Children.Select(Scalar).ToList(),
            YamlMappingNode map => ReadNameMap(map),
            _ => throw Error(node, "'names' should be a list of class names, or a map from 0, 1, … to them"),
        };
        return names.Count is > 0 and <= MaximumClasses
            ? names : throw Error(node, $"'names' has {names.Count} classes, 1 to {MaximumClasses} are allowed");
    }

    private List<string> ReadNameMap(YamlMappingNode map)
    {
        var byIndex = new SortedDictionary<int, string>();
        foreach (var (key, value) in map.Children)
        {
            var index = WholeNumber(key, "the class index");
            if (!byIndex.TryAdd(index, Scalar(value))) throw Error(key, $"class {index} has two names");
        }

        var expected = 0;
        foreach (var index in byIndex.Keys)
        {
            if (index != expected++)
                throw Error(map, $"'names' lacks class {expected - 1}: the indices should be 0 to {byIndex.Count - 1}");
        }

        return [.. byIndex.Values];
    }

    private void CheckCount(int count)
    {
        if (Find("nc") is not { } node) return;
        var stated = WholeNumber(node, "'nc'");
        if (stated != count) throw Error(node, $"'nc' is {stated}, but 'names' has {count} classes");
    }

    private Dictionary<string, IReadOnlyList<string>> ReadSplits()
    {
        var root = ReadRoot();
        var splits = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (key, value) in _root.Children)
        {
            var name = Scalar(key);
            var isUsual = name is "train" or "val" or "test";
            if (OtherKeys.Contains(name) || !isUsual && !(IsPlainName(name) && LooksLikePhotos(value, root))) continue;
            if (value is YamlScalarNode { Value: { } place } scalar && !SaysNothing(scalar)) splits[name] = [Resolve(root, place)];
            else if (value is YamlSequenceNode list && list.Children.Count > 0)
                splits[name] = [.. list.Children.Select(item => Resolve(root, Scalar(item)))];
            else if (value is YamlMappingNode && isUsual)
                throw Error(value, $"'{name}' should be a folder, a list file, or a list of these");
        }

        return splits.Count > 0
            ? splits : throw new EspalierException($"{_path} names no photos: it should have train, val or another split.");
    }

    // What Python takes for nothing: test: null leaves the split out, as an empty value does.
    private static bool SaysNothing(YamlScalarNode scalar) => string.IsNullOrEmpty(scalar.Value)
        || (scalar.Style == ScalarStyle.Plain && scalar.Value.ToUpperInvariant() is "NULL" or "~" or "FALSE");

    // What is made of a data set has folders of its splits' names: a name must not lead out of it.
    private static bool IsPlainName(string name) => name.Length > 0 && char.IsLetterOrDigit(name[0])
        && name[^1] is not (' ' or '.') && name.All(character => char.IsLetterOrDigit(character) || character is ' ' or '.' or '_' or '-');

    // Writers add keys of their own (is_coco, task, colors, skeleton, …): their values are no places.
    private static bool LooksLikePhotos(YamlNode value, string root) => value switch
    {
        YamlScalarNode { Value: { Length: > 0 } text } => Path.Exists(Resolve(root, text))
            || text.Contains('/', StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal)
                && !text.Any(char.IsWhiteSpace),
        YamlSequenceNode list => list.Children.Count > 0
            && list.Children.All(item => item is YamlScalarNode && LooksLikePhotos(item, root)),
        _ => false,
    };

    // [points, 2] or [points, 3]: x, y and, where there are three, whether it is visible.
    private int ReadKeypointNumbers()
    {
        if (Find("kpt_shape") is not { } node) return 0;
        if (node is not YamlSequenceNode { Children: [var points, var each] })
            throw Error(node, "'kpt_shape' should be [points, 2] or [points, 3]");
        return WholeNumber(points, "the number of key points") * WholeNumber(each, "the numbers of a key point");
    }

    private string ReadRoot()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (Find("path") is not { } node || node is YamlScalarNode scalar && SaysNothing(scalar)) return folder;
        var stated = Scalar(node);
        var own = Path.GetFullPath(stated, folder);
        return !Directory.Exists(own) && Directory.Exists(stated) ? Path.GetFullPath(stated) : own;
    }

    // Roboflow writes '../train/images' for a folder that lies beside data.yaml.
    private static string Resolve(string root, string source)
    {
        var full = Path.GetFullPath(source, root);
        if (Path.Exists(full) || !source.StartsWith("../", StringComparison.Ordinal)) return full;
        var beside = Path.GetFullPath(source[3..], root);
        return Path.Exists(beside) ? beside : full;
    }

    private YamlNode? Find(string key)
    {
        foreach (var (name, value) in _root.Children)
        {
            if (name is YamlScalarNode scalar && scalar.Value == key) return value;
        }

        return null;
    }

    private string Scalar(YamlNode node) =>
        node is YamlScalarNode scalar ? scalar.Value ?? "" : throw Error(node, "a plain word is wanted here");

    private int WholeNumber(YamlNode node, string what) =>
        int.TryParse(Scalar(node), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Error(node, $"{what} should be a whole number from 0 on, not '{Scalar(node)}'");

    private EspalierException Error(YamlNode node, string what) => new($"{_path}, row {node.Start.Line}: {what}.");
}
