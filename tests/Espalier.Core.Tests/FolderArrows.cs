using System.Text.RegularExpressions;

namespace Espalier.Core.Tests;

/// <summary>
/// Which folders of a project use which: by a using directive, by a name that is qualified in part (<c>Native.Devices</c>), or, of their
/// own namespace and those around it, by the bare name of a type.
/// </summary>
internal static partial class FolderArrows
{
    /// <summary>For every arrow, one file that makes it.</summary>
    public static Dictionary<(string From, string To), string> Of(IReadOnlyList<SourceFile> files)
    {
        var folders = files.ToLookup(
            file => file.Folder,
            file => (file.Namespace, Types: Declaration().Matches(Code(file.Text)).Select(match => match.Groups[1].Value).ToHashSet()));
        var arrows = new Dictionary<(string, string), string>();
        foreach (var file in files)
        {
            var code = Code(file.Text);
            var usings = Using().Matches(code).Select(match => match.Groups[1].Value).ToHashSet();
            var names = Name().Matches(code).Select(match => match.Value.Split('.')).ToList();
            foreach (var folder in folders.Where(folder => folder.Key != file.Folder))
            {
                var last = folder.Key[(folder.Key.LastIndexOf('.') + 1)..];
                if (usings.Contains(folder.Key) || folder.Any(Uses)) arrows.TryAdd((file.Folder, folder.Key), file.Path);

                bool Uses((string? Namespace, HashSet<string> Types) other)
                {
                    var isInSight = $"{file.Namespace}.".StartsWith($"{other.Namespace}.", StringComparison.Ordinal);
                    return other.Types.Any(type => usings.Contains($"{other.Namespace}.{type}"))
                        || (isInSight && names.Any(name => other.Types.Contains(name[0])))
                        || names.Any(name => name.Length > 1 && name[0] == last && other.Types.Contains(name[1]));
                }
            }
        }

        return arrows;
    }

    /// <summary>A shortest cycle, as arrows with their files; null where there is none.</summary>
    public static string? FindCycle(Dictionary<(string From, string To), string> arrows)
    {
        var ways = arrows.Keys.Order().ToLookup(arrow => arrow.From, arrow => arrow.To);
        var cycles = ways.Select(start => Way(start.Key)).Where(way => way is not null).OrderBy(way => way!.Count);
        return cycles.FirstOrDefault() is { } found
            ? string.Join(", ", found.Zip(found.Skip(1), (from, to) => $"{from} -> {to} ({arrows[(from, to)]})"))
            : null;

        // Breadth first, back to where it began.
        List<string>? Way(string start)
        {
            var (queue, seen) = (new Queue<List<string>>([[start]]), new HashSet<string>());
            while (queue.TryDequeue(out var way))
            {
                foreach (var next in ways[way[^1]])
                {
                    if (next == start) return [.. way, next];
                    if (seen.Add(next)) queue.Enqueue([.. way, next]);
                }
            }

            return null;
        }
    }

    /// <summary>Without comments, what stands in quotes, and members of enumerations.</summary>
    private static string Code(string text) => Quoted().Replace(Silent().Replace(text, ""), "\"\"");

    [GeneratedRegex(@"//.*|^\s*\w+,$", RegexOptions.Multiline)]
    private static partial Regex Silent();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\busing (?:static )?([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"^(?:[a-z]+ )*?(?:class|struct|interface|enum|record(?: struct)?|delegate [\w<>?]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.\w+)*")]
    private static partial Regex Name();
}
